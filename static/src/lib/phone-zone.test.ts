import { expect, it } from 'vitest';
import { zoneOfPhone } from './phone-zone';

it('knows the time of a country by its code', () => {
  expect(zoneOfPhone('+7 701 123 45 67')).toBe('Asia/Almaty');
  expect(zoneOfPhone('87011234567')).toBe('Asia/Almaty');
  expect(zoneOfPhone('+998901234567')).toBe('Asia/Tashkent');
});

it('says nothing of countries with several times, and of what is no whole number', () => {
  expect([null, '', '+79161234567', '+12025550123', '1234', '701 123'].map(zoneOfPhone)).toEqual([
    null,
    null,
    null,
    null,
    null,
    null,
  ]);
});
