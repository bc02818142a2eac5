import { fireEvent, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { beforeAll, expect, it } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import { givePopovers } from '../../ui/testing';
import FindOutList from './FindOutList.svelte';
import type { FindOut } from './types';

givePopovers();
beforeAll(() => useLocale('en', false));

it('moves the same one on when the button is pressed again, and turns to the way back at the end', async () => {
  let items = $state<FindOut[]>(
    ['City', 'Area', 'Budget'].map((label) => ({ key: label.toLowerCase(), label, required: false })),
  );
  render(FindOutList, {
    problem: null,
    get items() {
      return items;
    },
    set items(next: FindOut[]) {
      items = next;
    },
  });
  const order = (): string[] => items.map((it) => it.label);
  const [down] = screen.getAllByRole('button', { name: /^Down/ });
  down!.focus();
  await fireEvent.click(down!);
  await tick();
  expect(order()).toEqual(['Area', 'City', 'Budget']);
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Down: City/);
  await fireEvent.click(document.activeElement!);
  await tick();
  expect(order()).toEqual(['Area', 'Budget', 'City']);
  expect(document.activeElement?.getAttribute('aria-label')).toMatch(/^Up: City/);
});
