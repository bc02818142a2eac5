import { expect, it } from 'vitest';
import type { Conversation } from '../../api/types';
import { conversation } from '../../realtime/testing';
import { Suggested, suggestionAct } from './suggested.svelte';

function given(run_id: number | null): { row: { now: Conversation }; suggested: Suggested } {
  const row = { now: conversation({ id: 1, suggestion: run_id === null ? null : { run_id, text: 'Какую площадь?' } }) };
  return { row, suggested: new Suggested(() => row.now) };
}
const becomes = (it: ReturnType<typeof given>, run_id: number | null): void => {
  it.row.now = given(run_id).row.now;
};

it('is approved by sending what was taken into the box, while it lives', () => {
  const it = given(7);
  it.suggested.take();
  expect(it.suggested.shown).toBeNull();
  expect(it.suggested.approves).toBe(7);
  becomes(it, null);
  expect(it.suggested.approves).toBeUndefined();
  becomes(it, 8);
  expect(it.suggested.approves).toBeUndefined();
  expect(it.suggested.shown?.run_id).toBe(8);
});

it('is nobody’s approval when the words in the box are one’s own', () => {
  const it = given(7);
  expect(it.suggested.approves).toBeUndefined();
  it.suggested.take();
  it.suggested.untake();
  expect(it.suggested.approves).toBeUndefined();
});

it('stays away once put away or sent, and a new one shows', () => {
  const it = given(7);
  it.suggested.drop();
  expect(it.suggested.shown).toBeNull();
  becomes(it, 8);
  expect(it.suggested.shown?.run_id).toBe(8);
  it.suggested.sent();
  expect(it.suggested.shown).toBeNull();
});

it.each([
  [{ key: 'Tab' }, 'take'],
  [{ key: 'Tab', shiftKey: true }, null],
  [{ key: 'Enter' }, null],
  [{ key: 'Enter', ctrlKey: true }, 'send'],
  [{ key: 'Enter', metaKey: true }, 'send'],
  [{ key: 'Escape' }, 'drop'],
] as const)('%j means %s', (key, act) => expect(suggestionAct(new KeyboardEvent('keydown', key))).toBe(act));
