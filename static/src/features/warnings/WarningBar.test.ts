import { fireEvent, render, screen } from '@testing-library/svelte';
import { beforeEach, expect, it } from 'vitest';
import { useLocale, type Locale } from '../../i18n/i18n.svelte';
import WarningBar from './WarningBar.svelte';
import { hub } from '../../realtime/hub.svelte';

const warning = (id: string, code: string, detail: string) => ({ id, at: '2026-01-01T00:00:00Z', code, detail });
beforeEach(() => hub.store.reset());

it.each<[Locale, string]>([
  ['ru', 'не удалось обработать'],
  ['kk', 'өңдеу мүмкін болмай'],
  ['en', 'could not be processed'],
])('words an alert it knows in %s', async (locale, words) => {
  await useLocale(locale, false);
  hub.store.warnings.add(warning('1', 'message_quarantined', 'A message (77) was set aside.'));
  render(WarningBar);
  const said = screen.getByRole('alert').textContent ?? '';
  expect(said).toContain(words);
  expect(said).toContain('(77)');
});

it('shows the server’s own words for one it does not know, and goes away by its button', async () => {
  await useLocale('ru', false);
  hub.store.warnings.add(warning('1', 'disk_full', 'The disk is full.'));
  hub.store.warnings.add(warning('2', 'message_quarantined', ''));
  render(WarningBar);
  expect(screen.getAllByRole('alert')[0]?.textContent).toContain('The disk is full.');
  await fireEvent.click(screen.getAllByRole('button', { name: 'Закрыть' })[0] as HTMLElement);
  expect(screen.getAllByRole('alert')).toHaveLength(1);
});
