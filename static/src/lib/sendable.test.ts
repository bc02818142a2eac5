import { expect, it } from 'vitest';
import { bytes, bytesOnWire, room, sendable } from './sendable';

it('takes halves of characters and NULs out, and nothing else', () => {
  expect(sendable('дом \ud83d')).toBe('дом ');
  expect(sendable('\ude00 дом')).toBe(' дом');
  expect(sendable('\ude00\ud83d')).toBe('');
  expect(sendable('a\0b')).toBe('ab');
  for (const whole of ['👨‍👩‍👧 семья', '🇰🇿', 'é', '']) expect(sendable(whole)).toBe(whole);
});

it('counts bytes, and tells them as characters', () => {
  expect(bytes('дом')).toBe(6);
  expect(bytesOnWire('a\n"')).toBe(5);
  expect(room('ш'.repeat(100), 1000)).toEqual({ left: 400, near: false });
  expect(room('ш'.repeat(480), 1000)).toEqual({ left: 20, near: true });
  expect(room('ш'.repeat(40_000), 16_384).left).toBe(-31_808);
  expect(room('', 10)).toEqual({ left: 10, near: false });
});
