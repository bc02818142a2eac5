import { beforeAll, expect, it } from 'vitest';
import { useLocale } from '../../i18n/i18n.svelte';
import { message } from '../../realtime/testing';
import { preview } from './names';

beforeAll(() => useLocale('ru', false));

it('says that a kind is unsupported, and which, before the words it came with', () => {
  const poll = message({ id: 1, kind: 'unsupported', text: 'Когда?', payload: { unsupported: 'poll' } });
  expect(preview(poll)).toBe('Не поддерживается: опрос · Когда?');
});

it('does not repeat the name of a kind that has no words', () => {
  expect(preview(message({ id: 1, kind: 'unsupported', text: 'hologram', payload: { unsupported: 'hologram' } }))).toBe('Не поддерживается: hologram');
});

it('says so even when nothing more is known', () => {
  expect(preview(message({ id: 1, kind: 'unsupported', text: '' }))).toBe('Сообщение такого вида пока не поддерживается');
  expect(preview(message({ id: 1, kind: 'text', text: 'Когда?' }))).toBe('Когда?');
});

it('words the start of a chat, with its source when there is one', () => {
  const started = (source: string | null) => message({ id: 1, direction: 'event', text: '', payload: { event: 'started', source } });
  expect(preview(started(null))).toBe('Клиент начал чат');
  expect(preview(started('instagram_bio'))).toBe('Клиент начал чат. Источник: instagram_bio');
});
