import { beforeEach, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import type { Id, Status } from '../api/types';
import type { Outcome } from './asked';
import { bench, clear, later, refused, status, tabOf, taken } from './testing-changes';

beforeEach(clear);

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
  /** Notes by their keys, as the server writes them: once. */
  const written = new Map<string, string>();
  const rowOf = (from: Map<Id, Row>, id: Id): Row => {
    if (!from.has(id)) from.set(id, { status: 'open', assignee: null });
    return from.get(id)!;
  };
  let calm = false;
  bench.answer = ({ id, conversation_id = 0, kind, body }) => {
    const fate = calm ? 9 : roll(10);
    if (fate === 0) return Problem.offline();
    if (fate === 1) return new Problem(503, 'overloaded', '');
    const row = rowOf(server, conversation_id);
    // Whoever has it already has what they asked for.
    const other = kind === 'assign' && body.assignee_id !== row.assignee;
    if (other && 'if_assignee' in body && body.if_assignee !== row.assignee) return taken(row.assignee as Id | null);
    heard.push(id);
    if (kind === 'assign') row.assignee = body.assignee_id;
    else row.status = body.status;
    if (body.note) {
      const [key, text] = [String(body.client_id), String(body.note)];
      if ((written.get(key) ?? text) !== text) return new Problem(422, 'validation', '');
      written.set(key, text);
    }
    // It is done, and nobody hears of it.
    return fate === 2 ? Problem.offline() : null;
  };
  bench.together = [];
  const tabs = [(bench.leader = tabOf('t0'))];
  const made: { id: string; lane?: Id; kind: string; outcome: Promise<Outcome> }[] = [];
  let notes = 0;
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
      const note = roll(3) === 0 ? `note ${notes++}` : undefined;
      const body = { assignee_id: to, if_assignee: now.assignee, ...(note ? { note } : {}) };
      now.assignee = to;
      made.push({ lane: id, kind: 'assign', ...tab.add({ conversation_id: id, kind: 'assign', body }) });
    } else if (act === 6) bench.linked = !bench.linked;
    else if (act === 7 && tabs.length < 4) tabs.push(tabOf(`t${n}`));
    else if (act === 8) {
      // A tab dies, or is loaded anew, in the middle of whatever it does.
      const [gone] = tabs.splice(roll(tabs.length), 1);
      bench.together = bench.together!.filter((it) => it !== gone);
      gone!.close();
      if (tabs.length === 0) tabs.push(tabOf(`t${n}`));
      bench.leader = tabs[0]!;
      bench.leader.adopt();
    } else await later(roll(2000));
  }
  calm = bench.linked = true;
  for (const it of tabs) it.ready();
  await later(120_000);
  expect(Object.fromEntries(server)).toEqual(
    Object.fromEntries([...wanted].filter(([id]) => server.has(id) || made.some((it) => it.lane === id))),
  );
  expect(refused).not.toHaveBeenCalled();
  expect([tabs.flatMap((it) => it.entries), localStorage.length, bench.shown.length]).toEqual([[], 0, 0]);
  expect([...written.values()].sort()).toEqual(Array.from({ length: notes }, (_, n) => `note ${n}`).sort());
  for (const lane of [1, 2, 3]) {
    const order = made.filter((it) => it.lane === lane).map((it) => it.id);
    const first = [...new Set(heard)].filter((it) => order.includes(it)).map((it) => order.indexOf(it));
    expect(first).toEqual([...first].sort((a, b) => a - b));
  }
});
