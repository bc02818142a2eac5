import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import type { Changes } from './changes.svelte';
import { bench, bodies, clear, give, later, refused, status, tabOf, taken } from './testing-changes';

beforeEach(clear);

describe('with several tabs', () => {
  let one: Changes, other: Changes;
  beforeEach(() => {
    bench.together = [];
    bench.leader = one = tabOf('one');
    other = tabOf('other');
  });

  it('the one with the socket tells, all show it and hear how it ended', async () => {
    const outcome = other.add(status('closed')).outcome;
    expect([bench.told.length, bench.shown.length]).toEqual([1, 2]);
    await expect(outcome).resolves.toBe('done');
    expect([bench.shown.length, one.entries.length, other.entries.length]).toEqual([0, 0, 0]);
  });

  it('when that one is gone, the next tells what had no answer', async () => {
    bench.answer = () => 'never';
    one.add(status('closed'));
    bench.together = [other];
    bench.leader = other;
    bench.answer = () => null;
    other.ready();
    await later(0);
    expect(bodies()).toEqual([{ status: 'closed' }, { status: 'closed' }]);
    expect(localStorage).toHaveLength(0);
  });

  it('a refusal comes to the one where it was done', async () => {
    bench.answer = () => taken(9);
    const outcome = await other.add(give(7, null)).outcome;
    expect(outcome).toBeInstanceOf(Problem);
    // All that was said of it, as where it was heard.
    expect((outcome as Problem).holder).toEqual({ id: 9, name: 'Б' });
    expect(refused.mock.calls.map(([, it]) => it.holder?.id)).toContain(9);
    expect([one.entries.length, other.entries.length, localStorage.length]).toEqual([0, 0, 0]);
  });
});

it('where the tabs know nothing of each other, what another one has ended is over here too', async () => {
  bench.linked = false;
  const one = tabOf('one');
  const { id } = one.add(status('closed'));
  const other = tabOf('other');
  await later(70_000);
  expect(other.has(id)).toBe(true);
  localStorage.clear();
  dispatchEvent(new StorageEvent('storage', { key: `sb.changes.1.${id}`, oldValue: '{}', newValue: null }));
  expect([other.has(id), other.waiting.size]).toEqual([false, 0]);
});
