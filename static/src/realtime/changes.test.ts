import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import type { Id, Status } from '../api/types';
import type { Change, Changed, NewChange } from './change-rules';
import { Changes, type Outcome } from './changes.svelte';
import { conversation } from './testing';

type Answer = Changed | null | Problem | 'never';
let linked: boolean;
let told: Change[];
let answer: (it: Change) => Answer | Promise<Answer>;
let held: (it: Change) => boolean;
/** Tabs that hear each other; null = each is on its own. */
let together: Changes[] | null;
let leader: Changes | null;
let shown: Change[];
const done = vi.fn<(change: Change, row: Changed) => void>();
const refused = vi.fn<(change: Change, problem: Problem, heard: boolean) => void>();

function tabOf(name = 'tab', user = 1): Changes {
  const tab: Changes = new Changes(
    {
      linked: () => linked,
      shared: () => together !== null,
      leads: () => !together || leader === tab,
      tell: (news) => together?.forEach((it) => it !== tab && it.told(structuredClone(news))),
      post: async (it) => {
        told.push(it);
        const said = await answer(it);
        if (said === 'never') return new Promise(() => {});
        if (said instanceof Problem) throw said;
        return said;
      },
      held: (it) => held(it),
      show: (it) => (shown.push(it), () => void (shown = shown.filter((other) => other.id !== it.id))),
      done,
      refused,
    },
    name,
  );
  together?.push(tab);
  tab.open(user);
  return tab;
}
const status = (to: Status, conversation_id = 1): NewChange => ({ conversation_id, kind: 'status', body: { status: to } });
const give = (to: Id | null, from: Id | null): NewChange => ({
  conversation_id: 1,
  kind: 'assign',
  body: { assignee_id: to, if_assignee: from },
});
const bodies = (): unknown[] => told.map((it) => it.body);
const later = (ms = 30_000): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const taken = (id: Id | null): Problem => new Problem(409, 'taken', '', { holder: id === null ? null : { id, name: 'Б' } });

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  linked = true;
  told = [];
  shown = [];
  answer = () => null;
  held = () => false;
  together = leader = null;
  done.mockReset();
  refused.mockReset();
});

it('shows it, tells it, takes the answer in, and then keeps nothing', async () => {
  const row = conversation({ id: 1, status: 'closed' });
  answer = () => row;
  const { outcome } = tabOf().add(status('closed'));
  expect(shown).toHaveLength(1);
  await expect(outcome).resolves.toBe('done');
  expect(done.mock.calls.map(([, it]) => it)).toEqual([row]);
  expect([shown.length, localStorage.length]).toEqual([0, 0]);
});

it('waits for the link, says so, survives a reload, and is told to nobody else', async () => {
  linked = false;
  const before = tabOf();
  await expect(before.add(status('closed')).outcome).resolves.toBe('waiting');
  expect([...before.waiting]).toEqual([1]);
  before.close();
  linked = true;
  tabOf('tab', 2).ready();
  expect(told).toEqual([]);
  const after = tabOf();
  await later(0);
  expect([bodies(), after.entries]).toEqual([[{ status: 'closed' }], []]);
});

it('goes again after no answer, a busy server or a lapsed session, and is taken back after a refusal', async () => {
  const answers = [Problem.offline(), new Problem(503, 'overloaded', ''), new Problem(401, 'unauthorized', '')];
  answer = () => answers.shift() ?? new Problem(404, 'not_found', '');
  const tab = tabOf();
  const { outcome } = tab.add(status('closed'));
  await expect(outcome).resolves.toBe('waiting');
  expect([tab.waiting.has(1), shown.length, refused.mock.calls.length]).toEqual([true, 1, 0]);
  await later();
  expect(told).toHaveLength(4);
  expect(refused.mock.calls.map(([, it]) => it.code)).toEqual(['not_found']);
  expect([shown.length, localStorage.length]).toEqual([0, 0]);
});

it('what is told again does not wait out its rest once the link is back', async () => {
  answer = () => Problem.offline();
  const tab = tabOf();
  tab.add(status('closed'));
  await later(4000);
  const before = told.length;
  answer = () => null;
  tab.ready();
  await later(0);
  expect([told.length, tab.entries.length]).toEqual([before + 1, 0]);
});

it('the last word of a kind holds; different kinds go in order, after what was written before', async () => {
  held = () => true;
  const tab = tabOf();
  tab.add(status('snoozed'));
  tab.add(give(7, null));
  tab.add(status('closed'));
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 3 } });
  tab.add(status('pending', 2));
  await later(0);
  expect(told).toEqual([]);
  held = (it) => it.conversation_id === 2;
  tab.pump();
  await later(0);
  expect(bodies()).toEqual([{ assignee_id: 7, if_assignee: null }, { message_id: 3 }, { status: 'closed' }]);
});

it('what is made unread again while a mark of what was read is on its way goes after it, and instead of one that is not', async () => {
  let arrives = (): void => {};
  answer = () => new Promise<null>((done) => (arrives = () => done(null)));
  const tab = tabOf();
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 3 } });
  await later(0);
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 4 }, due: Date.now() + 250 });
  tab.add({ conversation_id: 1, kind: 'read', body: { unread_from: 2 } });
  await later(300);
  expect(bodies()).toEqual([{ message_id: 3 }]);
  arrives();
  answer = () => null;
  await later(300);
  expect(bodies()).toEqual([{ message_id: 3 }, { unread_from: 2 }]);
});

it('what is taken back before anybody has heard of it is never told', async () => {
  linked = false;
  const tab = tabOf();
  const { id } = tab.add(status('closed'));
  tab.add({ ...status('open'), undoes: id });
  linked = true;
  tab.ready();
  await later(0);
  expect([told, tab.entries, localStorage.length]).toEqual([[], [], 0]);
});

it('what may have arrived is taken back by telling the opposite', async () => {
  answer = () => Problem.offline();
  const tab = tabOf();
  const { id } = tab.add(status('closed'));
  await later(0);
  answer = () => null;
  tab.add({ ...status('open'), undoes: id });
  await later();
  expect(bodies()).toEqual([{ status: 'closed' }, { status: 'open' }]);
});

describe('who was quicker', () => {
  it('the condition is that of the first word, however often the mind was changed', async () => {
    linked = false;
    const tab = tabOf();
    tab.add(give(7, null));
    tab.add(give(8, 7));
    linked = true;
    tab.ready();
    await later(0);
    expect(bodies()).toEqual([{ assignee_id: 8, if_assignee: null }]);
  });

  it('is no surprise where it was ourselves, unconfirmed', async () => {
    const answers: Answer[] = [Problem.offline(), taken(7), null];
    answer = () => answers.shift() ?? null;
    const tab = tabOf();
    tab.add(give(7, null));
    await later(0);
    tab.add(give(8, 7));
    await later();
    expect(bodies().at(-1)).toEqual({ assignee_id: 8, if_assignee: 7 });
    expect(refused).not.toHaveBeenCalled();
  });

  it('is nothing where it is as was wanted', async () => {
    const answers: Answer[] = [Problem.offline(), taken(7)];
    answer = () => answers.shift() ?? null;
    const tab = tabOf();
    tab.add(give(7, null));
    await later();
    expect([refused.mock.calls.length, tab.entries.length]).toEqual([0, 0]);
  });

  it('is said', async () => {
    answer = () => taken(9);
    const { outcome } = tabOf().add(give(7, null));
    expect(((await outcome) as Problem).code).toBe('taken');
    expect(refused.mock.calls[0]?.[1].holder).toEqual({ id: 9, name: 'Б' });
  });
});

describe('what goes no further by itself', () => {
  const fail = (): void => void (answer = () => new Problem(500, 'internal', ''));

  it('is shown as not done, is said, holds nothing, and survives a reload', async () => {
    fail();
    const tab = tabOf();
    tab.add(status('closed'));
    await later(300_000);
    expect([tab.stuck.length, tab.failed.has(1), tab.waiting.size, shown.length]).toEqual([1, true, 0, 0]);
    expect(refused.mock.calls.map(([it, problem]) => [it.stuck?.status, problem.code])).toEqual([[500, 'internal']]);
    expect(tab.decided(1, () => true)).toBe(false);
    tab.close();
    told = [];
    const after = tabOf();
    after.ready();
    await later();
    expect([after.stuck.length, told.length, refused.mock.calls.length, shown.length]).toEqual([1, 0, 1, 0]);
  });

  it('is told once more when somebody says so, from whichever tab', async () => {
    together = [];
    const one = (leader = tabOf('one'));
    const other = tabOf('other');
    fail();
    one.add(status('closed'));
    await later(300_000);
    told = [];
    answer = () => null;
    other.retry(other.stuck[0]!.id);
    await later(0);
    expect([bodies(), one.entries, other.entries, localStorage.length]).toEqual([[{ status: 'closed' }], [], [], 0]);
  });

  it('is dropped when somebody says so, and gives way to a later word', async () => {
    fail();
    const tab = tabOf();
    tab.add(status('closed'));
    tab.add(status('closed', 2));
    await later(300_000);
    told = [];
    tab.discard(tab.stuck.find((it) => it.conversation_id === 2)!.id);
    answer = () => null;
    tab.add(status('pending'));
    await later(0);
    expect([bodies(), tab.entries, localStorage.length]).toEqual([[{ status: 'pending' }], [], 0]);
  });

  it('nobody meant a status for what has become of a conversation since yesterday', async () => {
    linked = false;
    const before = tabOf();
    before.add(status('closed'));
    before.close();
    vi.setSystemTime(Date.now() + 25 * 3600_000);
    linked = true;
    const tab = tabOf();
    await later(0);
    expect([told.length, tab.stuck.length, refused.mock.calls[0]?.[1].code]).toEqual([0, 1, 'too_late']);
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
    linked = false;
    const before = tabOf();
    before.add(edit('name', 'A', 'old'));
    before.add(edit('phone', '1'));
    before.add(edit('name', 'B', 'A'));
    expect(before.late.map((it) => it.customer_id)).toEqual([3, 3, 3]);
    before.close();
    linked = true;
    answer = ({ kind }) => (kind === 'edit.phone' ? new Problem(422, 'validation', '') : null);
    const tab = tabOf();
    await later(0);
    expect(told.map((it) => [it.body, it.from])).toEqual([
      [{ phone: '1' }, null],
      [{ name: 'B' }, 'old'],
    ]);
    expect(refused.mock.calls.map(([it, , heard]) => [it.kind, heard])).toEqual([['edit.phone', false]]);
    expect(tab.entries).toEqual([]);
  });

  it('a refusal is told to whoever waits for it', async () => {
    answer = () => new Problem(422, 'validation', '');
    expect(await tabOf().add(edit('phone', '1')).outcome).toBeInstanceOf(Problem);
    expect(refused.mock.calls[0]?.[2]).toBe(true);
  });

  it('what somebody else has written meanwhile is not written over before one has said so', async () => {
    answer = () => new Problem(409, 'changed_since', '');
    const tab = tabOf();
    tab.add(edit('name', 'A', 'old'));
    await later(0);
    expect(tab.stuck.length).toBe(1);
    answer = () => null;
    tab.retry(tab.stuck[0]!.id);
    await later(0);
    expect([told.at(-1)?.from, tab.entries]).toEqual([undefined, []]);
  });
});

it('marks of what was read are told together, at most every so often', async () => {
  const tab = tabOf();
  for (let n = 1; n <= 10; n++) {
    tab.add({ conversation_id: 1, kind: 'read', body: { message_id: n }, due: Date.now() + 250 });
    await later(40);
  }
  await later();
  expect(bodies()).toEqual([{ message_id: 7 }, { message_id: 10 }]);
});

describe('with several tabs', () => {
  let one: Changes, other: Changes;
  beforeEach(() => {
    together = [];
    leader = one = tabOf('one');
    other = tabOf('other');
  });

  it('the one with the socket tells, all show it and hear how it ended', async () => {
    const outcome = other.add(status('closed')).outcome;
    expect([told.length, shown.length]).toEqual([1, 2]);
    await expect(outcome).resolves.toBe('done');
    expect([shown.length, one.entries.length, other.entries.length]).toEqual([0, 0, 0]);
  });

  it('when that one is gone, the next tells what had no answer', async () => {
    answer = () => 'never';
    one.add(status('closed'));
    together = [other];
    leader = other;
    answer = () => null;
    other.ready();
    await later(0);
    expect(bodies()).toEqual([{ status: 'closed' }, { status: 'closed' }]);
    expect(localStorage).toHaveLength(0);
  });

  it('a refusal comes to the one where it was done', async () => {
    answer = () => taken(9);
    const outcome = await other.add(give(7, null)).outcome;
    expect(outcome).toBeInstanceOf(Problem);
    // All that was said of it, as where it was heard.
    expect((outcome as Problem).holder).toEqual({ id: 9, name: 'Б' });
    expect(refused.mock.calls.map(([, it]) => it.holder?.id)).toContain(9);
    expect([one.entries.length, other.entries.length, localStorage.length]).toEqual([0, 0, 0]);
  });
});

it('where the tabs know nothing of each other, what another one has ended is over here too', async () => {
  linked = false;
  const one = tabOf('one');
  const { id } = one.add(status('closed'));
  const other = tabOf('other');
  await later(70_000);
  expect(other.has(id)).toBe(true);
  localStorage.clear();
  dispatchEvent(new StorageEvent('storage', { key: `sb.changes.1.${id}`, oldValue: '{}', newValue: null }));
  expect([other.has(id), other.waiting.size]).toEqual([false, 0]);
});

/** A generator of its own, so that a seed that fails can be looked at again. */
function rolls(seed: number): (n: number) => number {
  let it = seed;
  return (n) => {
    it = (Math.imul(it, 1664525) + 1013904223) >>> 0;
    return Math.floor((it / 2 ** 32) * n);
  };
}

it.each(Array.from({ length: 60 }, (_, seed) => seed))('whatever happens, the last word arrives, in order (%i)', async (seed) => {
  const roll = rolls(seed);
  type Row = { status?: unknown; assignee: unknown };
  const server = new Map<Id, Row>();
  const wanted = new Map<Id, Row>();
  const heard: string[] = [];
  const rowOf = (from: Map<Id, Row>, id: Id): Row => {
    if (!from.has(id)) from.set(id, { status: 'open', assignee: null });
    return from.get(id)!;
  };
  let calm = false;
  answer = ({ id, conversation_id = 0, kind, body }) => {
    const fate = calm ? 9 : roll(10);
    if (fate === 0) return Problem.offline();
    if (fate === 1) return new Problem(503, 'overloaded', '');
    const row = rowOf(server, conversation_id);
    if (kind === 'assign' && 'if_assignee' in body && body.if_assignee !== row.assignee) return taken(row.assignee as Id | null);
    heard.push(id);
    if (kind === 'assign') row.assignee = body.assignee_id;
    else row.status = body.status;
    // It is done, and nobody hears of it.
    return fate === 2 ? Problem.offline() : null;
  };
  together = [];
  const tabs = [(leader = tabOf('t0'))];
  const made: { id: string; lane?: Id; kind: string; outcome: Promise<Outcome> }[] = [];
  for (let n = 0; n < 120; n++) {
    const tab = tabs[roll(tabs.length)]!;
    const id = 1 + roll(3);
    const now = rowOf(wanted, id);
    const act = roll(12);
    if (act < 3) {
      now.status = ['open', 'pending', 'snoozed', 'closed'][roll(4)];
      made.push({ lane: id, kind: 'status', ...tab.add(status(now.status as Status, id)) });
    } else if (act < 6) {
      const to = [null, 7, 8, 9][roll(4)] ?? null;
      const body = { assignee_id: to, if_assignee: now.assignee };
      now.assignee = to;
      made.push({ lane: id, kind: 'assign', ...tab.add({ conversation_id: id, kind: 'assign', body }) });
    } else if (act === 6) linked = !linked;
    else if (act === 7 && tabs.length < 4) tabs.push(tabOf(`t${n}`));
    else if (act === 8) {
      // A tab dies, or is loaded anew, in the middle of whatever it does.
      const [gone] = tabs.splice(roll(tabs.length), 1);
      together = together!.filter((it) => it !== gone);
      gone!.close();
      if (tabs.length === 0) tabs.push(tabOf(`t${n}`));
      leader = tabs[0]!;
      leader.adopt();
    } else await later(roll(2000));
  }
  calm = linked = true;
  for (const it of tabs) it.ready();
  await later(120_000);
  expect(Object.fromEntries(server)).toEqual(
    Object.fromEntries([...wanted].filter(([id]) => server.has(id) || made.some((it) => it.lane === id))),
  );
  expect(refused).not.toHaveBeenCalled();
  expect([tabs.flatMap((it) => it.entries), localStorage.length, shown.length]).toEqual([[], 0, 0]);
  for (const lane of [1, 2, 3]) {
    const order = made.filter((it) => it.lane === lane).map((it) => it.id);
    const first = [...new Set(heard)].filter((it) => order.includes(it)).map((it) => order.indexOf(it));
    expect(first).toEqual([...first].sort((a, b) => a - b));
  }
});
