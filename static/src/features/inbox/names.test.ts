import { beforeAll, expect, it } from 'vitest';
import { useLocale, type Locale } from '../../i18n/i18n.svelte';
import { hub } from '../../realtime/hub.svelte';
import { message } from '../../realtime/testing';
import { eventDetail, eventText, preview } from './names';

beforeAll(() => useLocale('ru', false));

it('says that a kind is unsupported, and which, before the words it came with', () => {
  const poll = message({ id: 1, kind: 'unsupported', text: 'Когда?', payload: { unsupported: 'poll' } });
  expect(preview(poll)).toBe('Не поддерживается: опрос · Когда?');
});

it('does not repeat the name of a kind that has no words', () => {
  expect(preview(message({ id: 1, kind: 'unsupported', text: 'hologram', payload: { unsupported: 'hologram' } }))).toBe(
    'Не поддерживается: hologram',
  );
});

it('says so even when nothing more is known', () => {
  expect(preview(message({ id: 1, kind: 'unsupported', text: '' }))).toBe('Сообщение такого вида пока не поддерживается');
  expect(preview(message({ id: 1, kind: 'text', text: 'Когда?' }))).toBe('Когда?');
});

it('words the start of a chat, with its source when there is one', () => {
  const started = (source: string | null) =>
    message({ id: 1, direction: 'event', text: '', payload: { event: 'started', source } });
  expect(preview(started(null))).toBe('Клиент начал диалог');
  expect(preview(started('instagram_bio'))).toBe('Клиент начал диалог. Источник: instagram_bio');
});

it.each<[Locale, string]>([
  ['ru', 'Передано людям: клиент попросил человека'],
  ['kk', 'Адамдарға берілді: клиент адамды сұрады'],
  ['en', 'Handed over to people: the customer asked for a person'],
])('words a hand-over in %s and leaves out what the note repeats', async (locale, words) => {
  await useLocale(locale, false);
  const it = message({
    id: 1,
    direction: 'event',
    text: 'x',
    payload: { event: 'handed_over', why: 'asked', note: 'Клиент попросил человека.\nХочет дом в Алматы.' },
  });
  expect(eventText(it)).toBe(words);
  expect(eventDetail(it)).toBe('Хочет дом в Алматы.');
  await useLocale('ru', false);
});

it('tells who did what with the conversation', () => {
  const event = (payload: Record<string, unknown>) =>
    message({ id: 1, direction: 'event', text: '', author: { type: 'operator', id: 7, name: 'Дана' }, payload });
  expect(eventText(event({ event: 'assigned', to: { id: 8, name: 'Аида' } }))).toBe('Диалог передан: Дана → Аида');
  expect(eventText(event({ event: 'taken' }))).toBe('Диалог взят в работу: Дана');
  expect(eventText(event({ event: 'closed', until: null }))).toBe('Диалог закрыт (Дана)');
});

it('shows the whole note of a reason it does not know', () => {
  const it = message({ id: 1, direction: 'event', payload: { event: 'handed_over', why: 'moon', note: 'Полнолуние.' } });
  expect(eventText(it)).toBe('Передано людям: причина в сообщении ниже');
  expect(eventDetail(it)).toBe('Полнолуние.');
});

it('shows a transcript where a voice message has no words', () => {
  const voice = {
    id: 1,
    kind: 'voice',
    name: '',
    mime: 'audio/ogg',
    size: 1,
    status: 'ready' as const,
    url: null,
    transcript: 'хочу дом',
    transcript_state: 'done' as const,
  };
  expect(preview(message({ id: 1, kind: 'voice', text: '', attachments: [voice] }))).toBe('хочу дом');
});

it('names who said the last word: you, a colleague, a machine', () => {
  hub.store.me = 5;
  const said = (type: 'operator' | 'agent' | 'bot', id: number | null, name: string): string =>
    preview(message({ id: 1, direction: 'out', author: { type, id, name }, text: 'Здравствуйте' }));
  expect(said('operator', 5, 'Аня')).toBe('Вы: Здравствуйте');
  expect(said('operator', 6, 'Дана')).toBe('Дана: Здравствуйте');
  expect(said('agent', null, 'Помощник')).toBe('ИИ: Здравствуйте');
  expect(said('bot', null, 'shop_bot')).toBe('бот: Здравствуйте');
  expect(preview(message({ id: 1, direction: 'note', author: { type: 'operator', id: 6, name: 'Дана' }, text: 'сложный' }))).toBe(
    '🔒 Дана: сложный',
  );
  expect(preview(message({ id: 1, text: 'Привет' }))).toBe('Привет');
});
