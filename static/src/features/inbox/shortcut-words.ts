import type { Key } from '../../i18n/i18n.svelte';

export const INBOX_KEYS: readonly (readonly [string, Key])[] = [
  ['J / ↓', 'keys.next'],
  ['K / ↑', 'keys.previous'],
  ['Enter', 'keys.open'],
  ['R', 'keys.reply'],
  ['N', 'keys.note'],
  ['E', 'keys.close'],
  ['A', 'keys.assign'],
  ['S', 'keys.snooze'],
  [']', 'keys.context'],
  ['/', 'keys.search'],
  ['Tab', 'keys.takeSuggestion'],
  ['Ctrl+Enter', 'keys.sendSuggestion'],
  ['?', 'keys.title'],
  ['Esc', 'keys.back'],
];
