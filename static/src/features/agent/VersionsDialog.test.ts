import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { get, post } from '../../api/client';
import { useLocale } from '../../i18n/i18n.svelte';
import VersionsDialog from './VersionsDialog.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn(), post: vi.fn() }));
HTMLDialogElement.prototype.showModal = function (): void {
  this.open = true;
};
beforeAll(() => useLocale('en', false));
beforeEach(() => {
  const versions = [1, 2].map((number) => ({ number, settings: {}, created_at: '2026-11-01T10:00:00Z', created_by: null }));
  vi.mocked(get).mockResolvedValue({ versions });
  vi.mocked(post)
    .mockReset()
    .mockReturnValue(new Promise(() => {}));
});
const shown = (unsaved: boolean): void =>
  void render(VersionsDialog, { channel: 3, unsaved, onclose: () => {}, onrolledback: () => {} });
const back = (): Promise<HTMLElement[]> => screen.findAllByRole('button', { name: 'Bring version 1 back' });

it('goes back once, however often it is pressed', async () => {
  shown(false);
  const [button] = await back();
  await fireEvent.click(button!);
  await fireEvent.click(button!);
  expect(post).toHaveBeenCalledTimes(1);
});

it('asks first where changes would be lost', async () => {
  shown(true);
  await fireEvent.click((await back())[0]!);
  expect(post).not.toHaveBeenCalled();
  expect(screen.getByText('The unsaved changes on this page will be lost.')).toBeTruthy();
  await fireEvent.click((await back())[1]!);
  expect(post).toHaveBeenCalledTimes(1);
});
