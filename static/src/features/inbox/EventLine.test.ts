import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { message } from '../../realtime/testing';
import EventLine from './EventLine.svelte';
import { itemsOf } from './items';

const act = (id: number, event: string) =>
  message({
    id,
    direction: 'event',
    text: '',
    author: { type: 'operator', id: 7, name: 'Дана' },
    payload: { event, to: { id: 8, name: 'Аида' } },
  });
beforeEach(() => useLocale('ru', false));

it('puts what people did in a row together, under the key of the first; what the agent tells stands apart', () => {
  const said = message({ id: 5 });
  const lead = message({ id: 6, direction: 'event', payload: { event: 'lead_registered', name: 'Марат' } });
  const items = itemsOf(
    [act(1, 'taken'), act(2, 'assigned'), act(3, 'closed'), said, lead, act(7, 'reopened')],
    [],
    'UTC',
    null,
    1,
  );
  expect(items.map((it) => [it.key, it.message?.id, it.message && it.acts?.map((act) => act.id)])).toEqual([
    ['m1', 3, [1, 2]],
    ['m5', 5, undefined],
    ['m6', 6, undefined],
    ['m7', 7, undefined],
  ]);
});

it('shows the last of several, and the others when asked', async () => {
  render(EventLine, { message: act(3, 'closed'), before: [act(1, 'taken'), act(2, 'assigned')] });
  expect(screen.getByText('Диалог закрыт (Дана)')).toBeTruthy();
  expect(screen.queryByText('Диалог взят в работу: Дана')).toBeNull();
  await fireEvent.click(screen.getByRole('button', { name: 'Ещё 2 события' }));
  expect(screen.getByText('Диалог передан: Дана → Аида')).toBeTruthy();
  expect(screen.getByText('Диалог взят в работу: Дана')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'Свернуть' }));
  expect(screen.queryByText('Диалог взят в работу: Дана')).toBeNull();
});

it('does not fold a single one away', () => {
  render(EventLine, { message: act(2, 'assigned'), before: [act(1, 'taken')] });
  expect(screen.queryByRole('button')).toBeNull();
  expect(screen.getByText('Диалог взят в работу: Дана')).toBeTruthy();
});
