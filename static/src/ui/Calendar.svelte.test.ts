import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it, vi } from 'vitest';
import { useLocale } from '../i18n/i18n.svelte';
import Calendar from './Calendar.svelte';

beforeAll(() => useLocale('en', false));
const stop = (): [string | undefined, boolean | undefined] => {
  const day = document.querySelector<HTMLButtonElement>('[data-day][tabindex="0"]');
  return [day?.dataset.day, day?.disabled];
};

it('never puts the one stop of the Tab key on a day that cannot be picked', async () => {
  const day = '2026-11-20';
  render(Calendar, { label: 'Day', range: { from: day, to: day }, min: '2026-10-25', max: '2026-11-28', onpick: vi.fn() });
  await fireEvent.click(screen.getByRole('button', { name: 'Next month' }));
  expect(stop()).toEqual(['2026-11-28', false]);
  await fireEvent.click(screen.getByRole('button', { name: 'Previous month' }));
  expect(stop()).toEqual(['2026-10-28', false]);
  await fireEvent.click(screen.getByRole('button', { name: 'Previous month' }));
  expect(stop()).toEqual(['2026-10-25', false]);
});

it('begins within its days, whatever day it is', () => {
  render(Calendar, { label: 'Day', range: { from: null, to: null }, min: '2000-01-01', max: '2000-02-01', onpick: vi.fn() });
  expect(stop()).toEqual(['2000-02-01', false]);
});
