import { beforeEach, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { conversation } from './testing';
import { bench, bodies, clear, done, give, later, refused, status, tabOf } from './testing-changes';

beforeEach(clear);

it('shows it, tells it, takes the answer in, and then keeps nothing', async () => {
  const row = conversation({ id: 1, status: 'closed' });
  bench.answer = () => row;
  const { outcome } = tabOf().add(status('closed'));
  expect(bench.shown).toHaveLength(1);
  await expect(outcome).resolves.toBe('done');
  expect(done.mock.calls.map(([, it]) => it)).toEqual([row]);
  expect([bench.shown.length, localStorage.length]).toEqual([0, 0]);
});

it('waits for the link, says so, survives a reload, and is told to nobody else', async () => {
  bench.linked = false;
  const before = tabOf();
  await expect(before.add(status('closed')).outcome).resolves.toBe('waiting');
  expect([...before.waiting]).toEqual([1]);
  before.close();
  bench.linked = true;
  tabOf('tab', 2).ready();
  expect(bench.told).toEqual([]);
  const after = tabOf();
  await later(0);
  expect([bodies(), after.entries]).toEqual([[{ status: 'closed' }], []]);
});

it('goes again after no answer, a busy server or a lapsed session, and is taken back after a refusal', async () => {
  const answers = [Problem.offline(), new Problem(503, 'overloaded', ''), new Problem(401, 'unauthorized', '')];
  bench.answer = () => answers.shift() ?? new Problem(404, 'not_found', '');
  const tab = tabOf();
  const { outcome } = tab.add(status('closed'));
  await expect(outcome).resolves.toBe('waiting');
  expect([tab.waiting.has(1), bench.shown.length, refused.mock.calls.length]).toEqual([true, 1, 0]);
  await later();
  expect(bench.told).toHaveLength(4);
  expect(refused.mock.calls.map(([, it]) => it.code)).toEqual(['not_found']);
  expect([bench.shown.length, localStorage.length]).toEqual([0, 0]);
});

it('what is told again does not wait out its rest once the link is back', async () => {
  bench.answer = () => Problem.offline();
  const tab = tabOf();
  tab.add(status('closed'));
  await later(4000);
  const before = bench.told.length;
  bench.answer = () => null;
  tab.ready();
  await later(0);
  expect([bench.told.length, tab.entries.length]).toEqual([before + 1, 0]);
});

it('the last word of a kind holds; different kinds go in order, after what was written before', async () => {
  bench.held = () => true;
  const tab = tabOf();
  tab.add(status('snoozed'));
  tab.add(give(7, null));
  tab.add(status('closed'));
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 3 } });
  tab.add(status('pending', 2));
  await later(0);
  expect(bench.told).toEqual([]);
  bench.held = (it) => it.conversation_id === 2;
  tab.pump();
  await later(0);
  expect(bodies()).toEqual([{ assignee_id: 7, if_assignee: null }, { message_id: 3 }, { status: 'closed' }]);
});

it('what is made unread again while a mark of what was read is on its way goes after it, and instead of one that is not', async () => {
  let arrives = (): void => {};
  bench.answer = () => new Promise<null>((done) => (arrives = () => done(null)));
  const tab = tabOf();
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 3 } });
  await later(0);
  tab.add({ conversation_id: 1, kind: 'read', body: { message_id: 4 }, due: Date.now() + 250 });
  tab.add({ conversation_id: 1, kind: 'read', body: { unread_from: 2 } });
  await later(300);
  expect(bodies()).toEqual([{ message_id: 3 }]);
  arrives();
  bench.answer = () => null;
  await later(300);
  expect(bodies()).toEqual([{ message_id: 3 }, { unread_from: 2 }]);
});

it('what is taken back before anybody has heard of it is never told', async () => {
  bench.linked = false;
  const tab = tabOf();
  const { id } = tab.add(status('closed'));
  tab.add({ ...status('open'), undoes: id });
  bench.linked = true;
  tab.ready();
  await later(0);
  expect([bench.told, tab.entries, localStorage.length]).toEqual([[], [], 0]);
});

it('what may have arrived is taken back by telling the opposite', async () => {
  bench.answer = () => Problem.offline();
  const tab = tabOf();
  const { id } = tab.add(status('closed'));
  await later(0);
  bench.answer = () => null;
  tab.add({ ...status('open'), undoes: id });
  await later();
  expect(bodies()).toEqual([{ status: 'closed' }, { status: 'open' }]);
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
