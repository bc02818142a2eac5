import { render } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import { get } from '../../api/client';
import { useLocale } from '../../i18n/i18n.svelte';
import { act } from '../../lib/actions.svelte';
import { hub } from '../../realtime/hub.svelte';
import { lead } from '../../realtime/testing';
import { giveMedia, givePopovers } from '../../ui/testing';
import Leads from './Leads.svelte';

vi.mock('../../api/client', async (original) => ({ ...(await original<object>()), get: vi.fn() }));
giveMedia();
givePopovers();
beforeEach(async () => {
  hub.store.reset();
  await useLocale('en', false);
  vi.mocked(get).mockImplementation(async (path: string) => {
    const leads = [lead({ id: 5, name: 'Dana' }), lead({ id: 4, name: 'Aigerim' })];
    if (path.startsWith('/api/leads?')) return { leads, total: 2, next_cursor: null };
    return path.startsWith('/api/leads/') ? leads[1] : {};
  });
});
const opened = (): string[] =>
  [...document.querySelectorAll('[aria-haspopup=menu][aria-expanded=true]')].map(
    (it) =>
      it.closest('[data-row], [data-panel]')?.outerHTML.match(/data-(row|panel)="\d+"/)?.[0] +
      ' ' +
      it.getAttribute('aria-label'),
  );

it('opens the status of the row that has the focus, else of the lead that is open', async () => {
  render(Leads, { params: { id: 4 } });
  await vi.waitFor(() => expect(document.querySelectorAll('tr[data-row]').length).toBe(2));
  act('lead.status');
  await tick();
  expect(opened()).toEqual([expect.stringMatching(/^data-panel="4" .*Aigerim.*: New/)]);
  document.querySelectorAll<HTMLElement>('[popover]').forEach((it) => it.hidePopover());
  document.querySelector<HTMLElement>('tr[data-row="5"]')!.focus();
  act('lead.status');
  await tick();
  expect(opened()).toEqual([expect.stringMatching(/^data-row="5" .*Dana.*: New/)]);
});
