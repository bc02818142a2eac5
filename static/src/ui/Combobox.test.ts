import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import Combobox, { type Choice } from './Combobox.svelte';
import { givePopovers } from './testing';

givePopovers();
beforeEach(async () => {
  await useLocale('en', false);
});
const options = (): string[] => screen.queryAllByRole('option', { hidden: true }).map((it) => it.textContent?.trim() ?? '');

it('shows the answer to the last words only, however late the earlier one comes', async () => {
  const answers: ((choices: Choice[]) => void)[] = [];
  render(Combobox, { label: 'City', value: null, search: () => new Promise<Choice[]>((done) => answers.push(done)) });
  const box = screen.getByRole('combobox');
  await fireEvent.click(box);
  await fireEvent.input(box, { target: { value: 'al' } });
  await waitFor(() => expect(answers.length).toBe(2));
  answers[1]?.([{ value: 1, label: 'Almaty' }]);
  await waitFor(() => expect(options()).toEqual(['Almaty']));
  answers[0]?.([{ value: 2, label: 'Old' }]);
  await new Promise((done) => setTimeout(done, 10));
  expect(options()).toEqual(['Almaty']);
});

it('is chosen from by keys, and Esc puts the words back', async () => {
  const onchange = vi.fn();
  const all: Choice[] = ['Almaty', 'Astana'].map((label, value) => ({ value, label }));
  render(Combobox, { label: 'City', value: all[0]!, search: (q) => all.filter((it) => it.label.includes(q)), onchange });
  const box = screen.getByRole<HTMLInputElement>('combobox');
  await fireEvent.click(box);
  await waitFor(() => expect(options()).toEqual(['Almaty', 'Astana']));
  await fireEvent.keyDown(box, { key: 'ArrowDown' });
  await fireEvent.keyDown(box, { key: 'Enter' });
  expect(onchange).toHaveBeenCalledWith(all[1]);
  expect([box.value, box.getAttribute('aria-expanded')]).toEqual(['Astana', 'false']);
  await fireEvent.input(box, { target: { value: 'zz' } });
  await fireEvent.keyDown(box, { key: 'Escape' });
  expect(box.value).toBe('Astana');
});

it('says so when nothing is found and when the search failed', async () => {
  render(Combobox, { label: 'City', value: null, search: () => Promise.reject(new Error('down')) });
  await fireEvent.click(screen.getByRole('combobox'));
  await waitFor(() => expect(options()[0]).toMatch(/went wrong/));
});

it('takes on Enter what the words say now, not what the list said before, and keeps Enter from the form around', async () => {
  const onchange = vi.fn();
  const all: Choice[] = ['Almaty', 'Astana'].map((label, value) => ({ value, label }));
  render(Combobox, { label: 'City', value: null, search: async (q) => all.filter((it) => it.label.includes(q)), onchange });
  const box = screen.getByRole<HTMLInputElement>('combobox');
  await fireEvent.click(box);
  await waitFor(() => expect(options()).toEqual(['Almaty', 'Astana']));
  await fireEvent.input(box, { target: { value: 'Ast' } });
  expect(await fireEvent.keyDown(box, { key: 'Enter' })).toBe(false);
  await waitFor(() => expect(onchange).toHaveBeenCalledExactlyOnceWith(all[1]));
  await fireEvent.input(box, { target: { value: 'zz' } });
  await waitFor(() => expect(options()).toEqual(['Nothing found']));
  expect(await fireEvent.keyDown(box, { key: 'Enter' })).toBe(false);
  expect(onchange).toHaveBeenCalledTimes(1);
});
