import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import type { Operator } from '../../api/types';
import '../../i18n/all-words';
import { useLocale } from '../../i18n/i18n.svelte';
import { team } from '../team/team.svelte';
import MentionList from './MentionList.svelte';

const operator = (id: number, name: string): Operator => ({
  id,
  name,
  email: `${id}@x.kz`,
  role: 'operator',
  is_active: true,
  presence: 'offline',
  open_conversations: 0,
  created_at: '',
});
let box: HTMLTextAreaElement;
const written: [string, number][] = [];

beforeEach(async () => {
  await useLocale('ru', false);
  team.operators = [operator(2, 'Дана Оспанова'), operator(3, 'Дамир'), operator(4, 'Аида')];
  written.length = 0;
  document.body.innerHTML = '<textarea></textarea>';
  box = document.querySelector('textarea')!;
  render(MentionList, { of: () => box, onwrite: (text: string, caret: number) => void written.push([text, caret]) });
});
async function type(text: string): Promise<void> {
  box.value = text;
  box.setSelectionRange(text.length, text.length);
  await fireEvent.input(box);
}
const active = (): string | null =>
  document.getElementById(box.getAttribute('aria-activedescendant') ?? '')?.textContent?.trim() ?? null;

it('offers colleagues after an @, by the keys of the box', async () => {
  await type('глянь @да');
  expect(screen.getAllByRole('option')).toHaveLength(2);
  expect(active()).toContain('Дана Оспанова');
  await fireEvent.keyDown(box, { key: 'ArrowDown' });
  expect(active()).toContain('Дамир');
  await fireEvent.keyDown(box, { key: 'Enter' });
  expect(written).toEqual([['глянь @Дамир ', 13]]);
  expect([screen.queryByRole('listbox'), box.hasAttribute('aria-activedescendant')]).toEqual([null, false]);
});

it('is put away by Esc and stays so for this @', async () => {
  await type('@');
  expect(screen.getAllByRole('option')).toHaveLength(3);
  const escape = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
  await fireEvent(box, escape);
  expect([escape.defaultPrevented, screen.queryByRole('listbox')]).toEqual([true, null]);
  await type('@д');
  expect(screen.queryByRole('listbox')).toBeNull();
  await type('@д, @а');
  expect(screen.getAllByRole('option')).toHaveLength(1);
});

it('leaves Enter to the note where nobody is offered', async () => {
  await type('@никто');
  const enter = new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true });
  await fireEvent(box, enter);
  expect(enter.defaultPrevented).toBe(false);
});
