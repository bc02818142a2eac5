import { render, screen } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import type { Message } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import { message } from '../../realtime/testing';
import MessageView from './MessageView.svelte';

beforeAll(() => useLocale('ru', false));
const draw = (part: Partial<Message>): string => {
  render(MessageView, { message: message({ id: 1, ...part }), lead: true, onreply: () => {}, onjump: () => {} });
  return document.body.textContent ?? '';
};

it('labels an unsupported kind and shows its words after the label', () => {
  const text = draw({ kind: 'unsupported', text: 'Когда?', payload: { unsupported: 'poll' } });
  expect(screen.getByText('Не поддерживается: опрос')).toBeTruthy();
  expect(text.indexOf('Когда?')).toBeGreaterThan(text.indexOf('опрос'));
});

it('leaves typed words alone', () => {
  expect(draw({ text: 'Когда?' })).not.toContain('Не поддерживается');
});

it('leaves no line of the thread empty when a customer pressed Start', () => {
  expect(draw({ direction: 'event', text: '', payload: { event: 'started', source: null } })).toContain('Клиент начал диалог');
});

it('shows what a message answers, also when nobody here has that message', () => {
  const text = draw({ text: 'это', payload: { reply: { name: 'Shop', text: '150 или 200?' }, quote: { text: '200' } } });
  expect(text).toContain('Shop');
  expect(text).toContain('200');
  expect(text).not.toContain('150 или 200?');
  expect(
    draw({ id: 2, text: 'и это?', payload: { external_reply: { name: 'Новости', chat: 'Новости', kind: 'photo' } } }),
  ).toContain('Изображение');
});

it('says whose words are passed on, and who of a group writes', () => {
  expect(draw({ direction: 'in', text: 'скидка', payload: { forwarded: { type: 'user', name: 'Аня' } } })).toContain(
    'Переслано от: Аня',
  );
  expect(draw({ direction: 'in', text: 'скидка', payload: { forwarded: true, from: { id: 1, name: 'Болат' } } })).toMatch(
    /Болат.*Переслано/,
  );
});

it('tells what has happened in the chat as an event', () => {
  const happened = (payload: Record<string, unknown>): string =>
    draw({ direction: 'event', text: '', payload: { event: 'service', ...payload } });
  expect(happened({ what: 'pinned_message', detail: 'Абая 1', by: 'Анна' })).toContain('Закреплено сообщение: Абая 1 (Анна)');
  expect(happened({ what: 'of_2031' })).toContain('Событие в чате');
});
