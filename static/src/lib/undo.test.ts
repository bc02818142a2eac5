import { beforeEach, expect, it } from 'vitest';
import { MOST_STEPS, UndoStack } from './undo.svelte';

let stack: UndoStack;
let value: number;
beforeEach(() => {
  stack = new UndoStack();
  value = 0;
});
function set(next: number, gesture?: unknown): void {
  const before = value;
  value = next;
  stack.push({ label: `to ${next}`, undo: () => (value = before), redo: () => (value = next) }, gesture);
}

it('takes back and does again, and says what', () => {
  set(1);
  set(2);
  expect(stack.undoLabel).toBe('to 2');
  expect([stack.undo(), value]).toEqual(['to 2', 1]);
  expect([stack.undo(), value]).toEqual(['to 1', 0]);
  expect(stack.undo()).toBeNull();
  expect([stack.redo(), value]).toEqual(['to 1', 1]);
  expect([stack.redo(), value]).toEqual(['to 2', 2]);
  expect(stack.redo()).toBeNull();
});

it('keeps at least a hundred steps, and no more than it says', () => {
  for (let n = 1; n <= MOST_STEPS + 50; n++) set(n);
  let steps = 0;
  while (stack.undo()) steps++;
  expect(steps).toBe(MOST_STEPS);
  expect(steps).toBeGreaterThanOrEqual(100);
  expect(value).toBe(50);
});

it('one gesture is one step', () => {
  set(1);
  for (const it of [2, 3, 4]) set(it, 'drag a');
  set(5, 'drag b');
  stack.undo();
  expect(value).toBe(4);
  stack.undo();
  expect(value).toBe(1);
  stack.redo();
  expect(value).toBe(4);
});

it('a gesture that has ended, or been taken back, does not grow', () => {
  set(1, 'word');
  stack.seal();
  set(2, 'word');
  expect([stack.undo(), value]).toEqual(['to 2', 1]);
  set(3, 'word');
  expect([stack.undo(), value]).toEqual(['to 3', 1]);
});

it('forgets what was taken back as soon as something else is done', () => {
  set(1);
  stack.undo();
  set(7);
  expect(stack.redo()).toBeNull();
  expect(stack.undoLabel).toBe('to 7');
});

it('a change made by taking one back is no new step', () => {
  let n = 0;
  const change = (by: number): void => {
    n += by;
    stack.push({ label: 'n', undo: () => change(-by), redo: () => change(by) });
  };
  change(1);
  stack.undo();
  expect([n, stack.undo()]).toEqual([0, null]);
  stack.redo();
  expect(n).toBe(1);
});

it('what could not be taken back, or done again, is where it was', () => {
  set(1);
  const step = { label: 'kept', undo: () => {}, redo: () => false };
  stack.push(step);
  stack.undo();
  stack.restore(step);
  expect([stack.undoLabel, stack.redoLabel]).toEqual(['kept', null]);
  stack.undo();
  expect([stack.redo(), stack.undoLabel, stack.redoLabel]).toEqual(['kept', 'to 1', null]);
});

it('takes back the one that is meant, and forgets what came to nothing or stands no more', () => {
  const parts = [1, 2, 3].map((n) => ({ label: `${n}`, undo: () => (value -= n), redo: () => (value += n) }));
  for (const it of parts) stack.push(it);
  value = 6;
  expect([stack.undo(parts[0]), value, stack.holds(parts[0]!), stack.undoLabel]).toEqual(['1', 5, false, '3']);
  stack.drop(parts[2]!);
  expect(stack.undoLabel).toBe('2');
  stack.undo();
  stack.redo();
  const late = { label: 'late', undo: () => false, redo: () => (value = 99) };
  stack.push(late);
  expect([stack.undo(), stack.redo(), value]).toEqual(['late', null, 5]);
});
