import { render } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import type { Message } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { conversation, message } from '../../realtime/testing';
import Row from './Row.svelte';

beforeAll(() => useLocale('ru', false));
const draw = (last: Partial<Message>): string => {
  const row = conversation({
    id: 1,
    last_message: message({ id: 1, direction: 'out', author: { type: 'operator', id: 6, name: 'Дана' }, ...last }),
  });
  const { container } = render(Row, { row, href: '/inbox/all/1', selected: false });
  return container.textContent ?? '';
};

it('tells in the list that the last word has not arrived, or that nobody knows', () => {
  expect(draw({ status: 'failed' })).toContain('Не доставлено');
  expect(draw({ status: 'uncertain' })).toContain('Неясно, доставлено ли');
  expect(draw({ status: 'delivered', text: 'Готово' })).toContain('Дана: Готово');
});
