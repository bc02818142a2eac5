import { expect, it } from 'vitest';
import { carry } from './carry';

it('takes over what was not touched since, and leaves the rest and what is the same', () => {
  const hours = { days: ['mon'] };
  const now = { name: 'typed', tone: 'warm', hours };
  carry(now, { name: 'sent', tone: 'warm', hours: { days: ['mon'] } }, { name: 'Sent', tone: 'Warm', hours: { days: ['mon'] } });
  expect(now).toEqual({ name: 'typed', tone: 'Warm', hours });
  expect(now.hours).toBe(hours);
});
