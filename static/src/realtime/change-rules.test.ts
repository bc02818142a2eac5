import { expect, it } from 'vitest';
import { settled, type Change } from './change-rules';

const change = (id: string, body: Change['body']): Change => ({
  id,
  conversation_id: 5,
  kind: 'assign',
  body,
  created_at: id,
  tab: 'a',
  tries: 0,
  v: 0,
});

it('says all that was to go along, when only the last assignment is told', () => {
  const first = change('1', { assignee_id: 2, if_assignee: null, note: 'Ждёт смету' });
  const second = change('2', { assignee_id: 3, if_assignee: 2 });
  const third = change('3', { assignee_id: 4, if_assignee: 3, note: 'Срочно' });
  expect(settled([first, second], undefined)[0]?.body).toEqual({ assignee_id: 3, if_assignee: null, note: 'Ждёт смету' });
  expect(settled([first, second, third], undefined)[0]?.body).toEqual({
    assignee_id: 4,
    if_assignee: null,
    note: 'Ждёт смету\n\nСрочно',
  });
});
