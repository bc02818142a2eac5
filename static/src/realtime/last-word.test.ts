import { expect, it } from 'vitest';
import type { Change } from './change-rules';
import { afterTaken, settled } from './last-word';

const change = (id: string, body: Change['body'], part: Partial<Change> = {}): Change =>
  ({
    id,
    conversation_id: 5,
    kind: 'assign',
    body,
    created_at: id,
    tab: 'a',
    tries: 0,
    v: 0,
    ...part,
  }) as Change;
const bodies = (queue: Change[]): unknown[] => settled(queue, undefined).map((it) => it.body);

it('says what was to go along, under its own key, when only the last assignment is told', () => {
  const first = change('1', { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' });
  const second = change('2', { assignee_id: 3, if_assignee: 2 });
  expect(bodies([first, second])).toEqual([{ assignee_id: 3, if_assignee: null, note: 'Ждёт смету', client_id: '1' }]);
  // A second note is a message of its own; the same one, done again, is not.
  const third = change('3', { assignee_id: 4, if_assignee: 3, note: 'Срочно', client_id: '3' });
  expect(bodies([first, second, third])).toEqual([
    { assignee_id: 3, if_assignee: null, note: 'Ждёт смету', client_id: '1' },
    { assignee_id: 4, if_assignee: 3, note: 'Срочно', client_id: '3' },
  ]);
  const again = change('4', { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' });
  expect(bodies([first, second, again])).toEqual([{ assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' }]);
});

it('nothing is told instead of a note that may have arrived', () => {
  const first = change('1', { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' }, { sent: true });
  const back = change('2', { assignee_id: null, if_assignee: 2 }, { undoes: '1' });
  expect(bodies([first, back])).toEqual([first.body, back.body]);
  // Looked at again, nothing has changed.
  const once = settled([first, back], undefined);
  expect(settled(once, undefined)).toEqual(once);
  // Should the first come to nothing, who had it before is no surprise.
  expect(afterTaken(once[1]!, null)).toBeNull();
  const on = settled([first, change('3', { assignee_id: 4, if_assignee: 2 })], undefined)[1]!;
  expect(afterTaken(on, null)).toMatchObject({ body: { assignee_id: 4, if_assignee: null } });
  expect(afterTaken(on, 9)).toBe('refused');
});

it('a note that is taken back before anybody heard of it is not written', () => {
  const before = change('0', { assignee_id: 7, if_assignee: null }, { sent: true });
  const first = change('1', { assignee_id: 2, if_assignee: 7, note: 'Ждёт смету', client_id: '1' });
  const back = change('2', { assignee_id: 7, if_assignee: 2 }, { undoes: '1' });
  expect(bodies([before, first, back])).toEqual([{ assignee_id: 7, if_assignee: null }]);
});

it('what goes no further gives way to a later word, which was made by what is shown', () => {
  const stuck = { status: 500, body: {}, requestId: null };
  const first = change('1', { assignee_id: 2, if_assignee: null }, { stuck, sent: true });
  const next = change('2', { assignee_id: 3, if_assignee: 8 });
  expect(bodies([first, next])).toEqual([{ assignee_id: 3, if_assignee: 8 }]);
  const noted = change('1', { assignee_id: 2, if_assignee: null, note: 'Ждёт смету', client_id: '1' }, { stuck, sent: true });
  expect(bodies([noted, next])).toEqual([noted.body, next.body]);
});
