import { expect, it } from 'vitest';
import { MOST_VIEWED, Presence } from './presence.svelte';

it('keeps the onlookers of so many conversations, the ones told of last', () => {
  const presence = new Presence();
  const dana = { id: 2, name: 'Дана' };
  for (let id = 1; id <= MOST_VIEWED + 10; id++) presence.setViewing(id, dana, true);
  expect([1, 10, 11, MOST_VIEWED + 10].map((id) => presence.viewing(id).length)).toEqual([0, 0, 1, 1]);
  presence.setViewing(11, dana, false);
  expect(presence.viewing(11)).toEqual([]);
});
