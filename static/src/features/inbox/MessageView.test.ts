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
  expect(draw({ direction: 'event', text: '', payload: { event: 'started', source: null } })).toContain('Клиент начал чат');
});
