import { beforeEach, describe, expect, it } from 'vitest';
import { Problem } from '../api/problem';
import { bench, bodies, clear, give, later, refused, tabOf, taken, type Answer } from './testing-changes';

beforeEach(clear);

describe('who was quicker', () => {
  it('the condition is that of the first word, however often the mind was changed', async () => {
    bench.linked = false;
    const tab = tabOf();
    tab.add(give(7, null));
    tab.add(give(8, 7));
    bench.linked = true;
    tab.ready();
    await later(0);
    expect(bodies()).toEqual([{ assignee_id: 8, if_assignee: null }]);
  });

  it('is no surprise where it was ourselves, unconfirmed', async () => {
    const answers: Answer[] = [Problem.offline(), taken(7), null];
    bench.answer = () => answers.shift() ?? null;
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
    bench.answer = () => answers.shift() ?? null;
    const tab = tabOf();
    tab.add(give(7, null));
    await later();
    expect([refused.mock.calls.length, tab.entries.length]).toEqual([0, 0]);
  });

  it('is said', async () => {
    bench.answer = () => taken(9);
    const { outcome } = tabOf().add(give(7, null));
    expect(((await outcome) as Problem).code).toBe('taken');
    expect(refused.mock.calls[0]?.[1].holder).toEqual({ id: 9, name: 'Б' });
  });
});

describe('a note that goes along', () => {
  const noted = { ...give(7, null), body: { ...give(7, null).body, note: 'Ждёт смету' } };

  it('is told under the key of the change that first had it, on every attempt and done again', async () => {
    const answers: Answer[] = [Problem.offline(), null];
    bench.answer = () => answers.shift() ?? null;
    const tab = tabOf();
    const { id } = tab.add(noted);
    await later();
    expect(bodies()).toEqual([1, 2].map(() => ({ assignee_id: 7, if_assignee: null, note: 'Ждёт смету', client_id: id })));
    tab.add({ ...noted, body: { ...noted.body, client_id: id } });
    await later(0);
    expect(bodies().at(-1)).toMatchObject({ client_id: id });
  });

  it('is heard with its own assignment once it may have arrived; taking that back says nothing more', async () => {
    const answers: Answer[] = [Problem.offline()];
    bench.answer = () => answers.shift() ?? null;
    const tab = tabOf();
    const { id } = tab.add(noted);
    await later(0);
    tab.add({ ...give(null, 7), undoes: id });
    await later();
    expect(bodies().slice(1)).toEqual([
      { assignee_id: 7, if_assignee: null, note: 'Ждёт смету', client_id: id },
      { assignee_id: null, if_assignee: 7 },
    ]);
  });
});

it('how it ended is told to whoever asks for that, however late', async () => {
  const answers: Answer[] = [Problem.offline(), taken(9)];
  bench.answer = () => answers.shift() ?? null;
  const { outcome, ended } = tabOf().add(give(7, null));
  await later();
  expect(await outcome).toBe('waiting');
  expect(((await ended) as Problem).code).toBe('taken');
});
