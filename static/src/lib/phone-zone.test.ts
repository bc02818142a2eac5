import { expect, it } from 'vitest';
import { zoneOfPhone } from './phone-zone';

it('knows the time of a country by its code', () => {
  expect(zoneOfPhone('+7 701 123 45 67')).toBe('Asia/Almaty');
  expect(zoneOfPhone('87011234567')).toBe('Asia/Almaty');
  expect(zoneOfPhone('+998901234567')).toBe('Asia/Tashkent');
});

it('says nothing of countries with several times, and of what may be a number within one', () => {
  for (const it of [null, '', '+79161234567', '+12025550123', '1234', '701 123', '912 345-67-89', '9001234567', '996 123-45-67'])
    expect(zoneOfPhone(it), String(it)).toBeNull();
});
