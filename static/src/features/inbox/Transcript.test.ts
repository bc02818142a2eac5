import { render } from '@testing-library/svelte';
import { beforeAll, expect, it } from 'vitest';
import type { Attachment } from '../../api/types';
import { useLocale } from '../../i18n/i18n.svelte';
import Transcript from './Transcript.svelte';

beforeAll(() => useLocale('ru', false));
const voice: Attachment = {
  id: 1,
  kind: 'voice',
  name: '',
  mime: 'audio/ogg',
  size: 1,
  status: 'ready',
  url: '/api/files/1',
  transcript: null,
  transcript_state: 'none',
};
const shown = (part: Partial<Attachment>): string =>
  render(Transcript, { attachment: { ...voice, ...part } }).container.textContent?.trim() ?? '';

it('says how far it is, and never hides that it may be wrong', () => {
  expect(shown({ transcript_state: 'none', transcript: null })).toBe('');
  expect(shown({})).toBe('');
  expect(shown({ transcript_state: 'pending', transcript: null })).toContain('Расшифровываем');
  expect(shown({ transcript_state: 'done', transcript: 'хочу дом' })).toMatch(/^Расшифровка\s*хочу дом$/);
  expect(shown({ transcript_state: 'doubtful', transcript: 'хочу том' })).toMatch(/может быть неточной.*хочу том/);
  expect(shown({ transcript_state: 'failed', transcript: null })).toContain('послушайте запись');
});
