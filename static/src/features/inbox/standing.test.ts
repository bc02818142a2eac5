import { expect, it } from 'vitest';
import type { Conversation, Message } from '../../api/types';
import { conversation, message } from '../../realtime/testing';
import { lasting } from '../../lib/date-words';
import { standingOf } from './standing';

const NOW = new Date('2026-11-28T10:00:00Z');
const at = (minutes: number): string => new Date(NOW.getTime() - minutes * 60_000).toISOString();
const said = (direction: Message['direction'], minutes: number): Message =>
  message({ id: 1, direction, created_at: at(minutes) });
const row = (change: Partial<Conversation>): Conversation =>
  conversation({ id: 1, status: 'open', handler: 'operator', last_message: said('in', 1), ...change });

it('tells how long a customer has waited for a person, and when that is too long', () => {
  expect(standingOf(row({}), NOW)).toEqual({ kind: 'ours', since: at(1), urgency: 'fresh' });
  expect(standingOf(row({ last_message: said('in', 5) }), NOW)).toMatchObject({ urgency: 'late' });
  expect(standingOf(row({ handler: 'queue', last_message: said('in', 31) }), NOW)).toMatchObject({ urgency: 'overdue' });
});

it('knows whose move it is', () => {
  expect(standingOf(row({ last_message: said('out', 9) }), NOW)).toEqual({ kind: 'customer' });
  expect(standingOf(row({ status: 'pending' }), NOW)).toEqual({ kind: 'customer' });
  expect(standingOf(row({ status: 'snoozed', snoozed_until: at(-60) }), NOW)).toEqual({ kind: 'snoozed', until: at(-60) });
});

it('says nothing where the machine answers, unless its answer waits for a person', () => {
  expect(standingOf(row({ handler: 'agent' }), NOW)).toEqual({ kind: 'none' });
  expect(standingOf(row({ handler: 'agent', suggestion: { run_id: 1, text: 'Да' } }), NOW)).toMatchObject({ kind: 'ours' });
  expect(standingOf(row({ status: 'closed' }), NOW)).toEqual({ kind: 'none' });
  expect(standingOf(row({ last_message: said('note', 3) }), NOW)).toEqual({ kind: 'none' });
});

it('says how long it has been in one word', () => {
  expect([10, 240, 3599, 7300, 260_000].map((it) => lasting(it, 'ru'))).toEqual(['< 1 мин', '4 мин', '59 мин', '2 ч', '3 дн.']);
  expect(lasting(7300, 'kk')).toBe('2 сағ');
});
