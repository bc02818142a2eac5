import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import type { NewChange } from './change-rules';
import { bench, bodies, clear, give, later, refused, status, tabOf } from './testing-changes';

beforeEach(clear);

describe('what goes no further by itself', () => {
  const fail = (): void => void (bench.answer = () => new Problem(500, 'internal', ''));

  it('is shown as not done, is said, holds nothing, and survives a reload', async () => {
    fail();
    const tab = tabOf();
    tab.add(status('closed'));
    await later(300_000);
    expect([tab.stuck.length, tab.failed.has(1), tab.waiting.size, bench.shown.length]).toEqual([1, true, 0, 0]);
    expect(refused.mock.calls.map(([it, problem]) => [it.stuck?.status, problem.code])).toEqual([[500, 'internal']]);
    expect(tab.decided(1, () => true)).toBe(false);
    tab.close();
    bench.told = [];
    const after = tabOf();
    after.ready();
    await later();
    expect([after.stuck.length, bench.told.length, refused.mock.calls.length, bench.shown.length]).toEqual([1, 0, 1, 0]);
  });

  it('is told once more when somebody says so, from whichever tab', async () => {
    bench.together = [];
    const one = (bench.leader = tabOf('one'));
    const other = tabOf('other');
    fail();
    one.add(status('closed'));
    await later(300_000);
    bench.told = [];
    bench.answer = () => null;
    other.retry(other.stuck[0]!.id);
    await later(0);
    expect([bodies(), one.entries, other.entries, localStorage.length]).toEqual([[{ status: 'closed' }], [], [], 0]);
  });

  it('is asked for again from whoever has it now', async () => {
    fail();
    const tab = tabOf();
    tab.add(give(7, null));
    await later(300_000);
    bench.told = [];
    bench.answer = () => null;
    tab.retry(tab.stuck[0]!.id, 9);
    await later(0);
    expect(bodies()).toEqual([{ assignee_id: 7, if_assignee: 9 }]);
  });

  it('is dropped when somebody says so, and gives way to a later word', async () => {
    fail();
    const tab = tabOf();
    tab.add(status('closed'));
    tab.add(status('closed', 2));
    await later(300_000);
    bench.told = [];
    tab.discard(tab.stuck.find((it) => it.conversation_id === 2)!.id);
    bench.answer = () => null;
    tab.add(status('pending'));
    await later(0);
    expect([bodies(), tab.entries, localStorage.length]).toEqual([[{ status: 'pending' }], [], 0]);
  });

  it('nobody meant a status for what has become of a conversation since yesterday', async () => {
    bench.linked = false;
    const before = tabOf();
    before.add(status('closed'));
    before.close();
    vi.setSystemTime(Date.now() + 25 * 3600_000);
    bench.linked = true;
    const tab = tabOf();
    await later(0);
    expect([bench.told.length, tab.stuck.length, refused.mock.calls[0]?.[1].code]).toEqual([0, 1, 'too_late']);
    tab.retry(tab.stuck[0]!.id);
    await later(0);
    expect(bodies()).toEqual([{ status: 'closed' }]);
  });
});

describe('of a customer', () => {
  const edit = (name: 'name' | 'phone', value: string, from: string | null = null): NewChange => ({
    customer_id: 3,
    kind: `edit.${name}`,
    body: { [name]: value },
    show: { [name]: value },
    from,
  });

  it('each field has its last word, in order, and one that is refused keeps back no other', async () => {
    bench.linked = false;
    const before = tabOf();
    before.add(edit('name', 'A', 'old'));
    before.add(edit('phone', '1'));
    before.add(edit('name', 'B', 'A'));
    expect(before.late.map((it) => it.customer_id)).toEqual([3, 3, 3]);
    before.close();
    bench.linked = true;
    bench.answer = ({ kind }) => (kind === 'edit.phone' ? new Problem(422, 'validation', '') : null);
    const tab = tabOf();
    await later(0);
    expect(bench.told.map((it) => [it.body, it.from])).toEqual([
      [{ phone: '1' }, null],
      [{ name: 'B' }, 'old'],
    ]);
    expect(refused.mock.calls.map(([it, , heard]) => [it.kind, heard])).toEqual([['edit.phone', false]]);
    expect(tab.entries).toEqual([]);
  });

  it('a refusal is told to whoever waits for it', async () => {
    bench.answer = () => new Problem(422, 'validation', '');
    expect(await tabOf().add(edit('phone', '1')).outcome).toBeInstanceOf(Problem);
    expect(refused.mock.calls[0]?.[2]).toBe(true);
  });

  it('what somebody else has written meanwhile is not written over before one has said so', async () => {
    bench.answer = () => new Problem(409, 'changed_since', '');
    const tab = tabOf();
    tab.add(edit('name', 'A', 'old'));
    await later(0);
    expect(tab.stuck.length).toBe(1);
    bench.answer = () => null;
    tab.retry(tab.stuck[0]!.id);
    await later(0);
    expect([bench.told.at(-1)?.from, tab.entries]).toEqual([undefined, []]);
  });
});
