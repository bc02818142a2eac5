import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import PropertyList, { type Property } from './PropertyList.svelte';
import { givePopovers } from './testing';

givePopovers();
beforeEach(async () => {
  await useLocale('en', false);
});
const save = vi.fn<(value: string) => Promise<string | null>>();
const list = (...properties: Property[]): void => void render(PropertyList, { label: 'Customer', properties });

it('keeps what was pressed and rewritten, and puts it back on Esc', async () => {
  save.mockResolvedValue(null);
  list({ id: 'name', label: 'Name', value: 'Aigerim', save });
  await fireEvent.click(screen.getByRole('button', { name: 'Edit: Name: Aigerim' }));
  const field = screen.getByRole('textbox', { name: 'Name' });
  expect(document.activeElement).toBe(field);
  await fireEvent.input(field, { target: { value: 'Other' } });
  await fireEvent.keyDown(field, { key: 'Escape' });
  expect(save).not.toHaveBeenCalled();
  await fireEvent.click(screen.getByRole('button', { name: 'Edit: Name: Aigerim' }));
  await fireEvent.input(screen.getByRole('textbox'), { target: { value: ' Dana ' } });
  await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  await waitFor(() => expect(save).toHaveBeenCalledExactlyOnceWith('Dana'));
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Edit: Name: Aigerim'));
});

it('keeps what was written beside the reason it was refused', async () => {
  save.mockReset().mockResolvedValue('Too few digits');
  list({ id: 'phone', label: 'Phone', value: '1', kind: 'tel', save });
  await fireEvent.click(screen.getByRole('button'));
  const field = screen.getByRole<HTMLInputElement>('textbox');
  await fireEvent.input(field, { target: { value: '12' } });
  await fireEvent.keyDown(field, { key: 'Enter' });
  await screen.findByText('Too few digits');
  expect([field.value, field.getAttribute('aria-invalid')]).toEqual(['12', 'true']);
});

it('hides what nobody knows behind "Add", and what cannot be changed has nothing to press', async () => {
  list({ id: 'city', label: 'City', value: '', save }, { id: 'since', label: 'Since', value: 'November' });
  expect(screen.queryByText('City', { selector: 'dt' })).toBe(null);
  expect(screen.getAllByRole('button').length).toBe(1);
  await fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  await fireEvent.click(screen.getByRole('menuitem', { hidden: true, name: 'City' }));
  expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'City' }));
});

it('does not call back who has moved on while it was being kept', async () => {
  let answer: (refusal: null) => void = () => {};
  save.mockReset().mockReturnValue(new Promise((done) => (answer = done)));
  list({ id: 'name', label: 'Name', value: 'Aigerim', save }, { id: 'city', label: 'City', value: 'Almaty', save });
  await fireEvent.click(screen.getByRole('button', { name: 'Edit: Name: Aigerim' }));
  await fireEvent.input(screen.getByRole('textbox'), { target: { value: 'Dana' } });
  await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  const elsewhere = screen.getByRole('button', { name: 'Edit: City: Almaty' });
  elsewhere.focus();
  answer(null);
  await waitFor(() => expect(screen.queryByRole('textbox')).toBe(null));
  await tick();
  expect(document.activeElement).toBe(elsewhere);
});

it('goes to "Add" when the value was taken away and its row with it', async () => {
  const properties = (value: string): Property[] => [{ id: 'city', label: 'City', value, save }];
  const { rerender } = render(PropertyList, { label: 'Customer', properties: properties('Almaty') });
  save.mockReset().mockImplementation(async (value) => (void rerender({ properties: properties(value) }), null));
  await fireEvent.click(screen.getByRole('button', { name: 'Edit: City: Almaty' }));
  await fireEvent.input(screen.getByRole('textbox'), { target: { value: '' } });
  await fireEvent.keyDown(screen.getByRole('textbox'), { key: 'Enter' });
  await waitFor(() => expect(document.activeElement?.getAttribute('aria-label')).toBe('Add'));
});
