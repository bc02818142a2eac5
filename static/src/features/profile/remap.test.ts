import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Me } from '../../api/types';
import { keysOf } from '../../lib/actions.svelte';
import { prefs, setPref } from '../../lib/prefs.svelte';
import { session } from '../../lib/session.svelte';
import { holder, mapped, remap } from './remap';

beforeEach(() => void (session.me = { id: 7, role: 'owner' } as Me));
afterEach(() => {
  session.me = null;
  setPref('keys', {});
});

it('gives a deed other keys, none, and its own back', () => {
  remap('conversation.reply', 'KeyQ');
  expect(keysOf('conversation.reply')).toEqual(['KeyQ']);
  remap('conversation.reply', '');
  expect(keysOf('conversation.reply')).toEqual([]);
  remap('conversation.reply', null);
  expect(keysOf('conversation.reply')).toEqual(['KeyR']);
  expect(prefs.keys).toEqual({});
});

it('knows who has the keys already, where both can be used', () => {
  expect(holder('conversation.reply', 'KeyE')?.id).toBe('conversation.close');
  expect(holder('conversation.reply', 'KeyJ')?.id).toBe('list.next');
  // A lead's keys and a conversation's never meet.
  expect(holder('lead.take', 'KeyR')).toBeUndefined();
  expect(holder('conversation.reply', 'KeyR')).toBeUndefined();
});

it('counts the beginning of a sequence as taken', () => {
  expect(holder('conversation.reply', 'KeyG')?.id).toBe('go.inbox');
  expect(holder('conversation.reply', 'KeyG KeyL')?.id).toBe('go.leads');
});

it('lists the pages one may go to, and all deeds', () => {
  expect(mapped().map((it) => it.id)).toEqual(expect.arrayContaining(['go.inbox', 'go.ai', 'conversation.reply', 'app.palette']));
});
