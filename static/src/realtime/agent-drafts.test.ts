import '../features/live';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AgentDrafts, MOST_OVER } from './agent-drafts.svelte';
import { apply } from './apply';
import { Presence } from './presence.svelte';
import { Store } from './store.svelte';
import { brief, message } from './testing';

let drafts: AgentDrafts;
beforeEach(() => {
  vi.useFakeTimers();
  drafts = new AgentDrafts();
});
afterEach(() => vi.useRealTimers());
const grows = (run_id: number, n: number, text: string): void =>
  drafts.take({ type: 'message.draft', conversation_id: 1, run_id, n, text });
const ends = (run_id: number): void => drafts.take({ type: 'message.draft', conversation_id: 1, run_id, done: true });

it('grows, and never shrinks by a frame that was overtaken', () => {
  grows(4, 2, 'Хорошо, помогу');
  grows(4, 1, 'Хорошо');
  expect(drafts.of(1)?.text).toBe('Хорошо, помогу');
});

it('gives way to the turn that is done anew, and only to that', () => {
  grows(4, 9, 'старое');
  grows(5, 1, 'новое');
  grows(4, 10, 'старое и дальше');
  ends(4);
  expect(drafts.of(1)?.text).toBe('новое');
});

it('ends with its turn, and a late frame does not bring it back', () => {
  grows(4, 1, 'раз');
  ends(4);
  grows(4, 2, 'раз два');
  expect(drafts.of(1)).toBeUndefined();
  grows(5, 1, 'снова');
  expect(drafts.of(1)?.text).toBe('снова');
});

it('goes by itself when its end was lost', () => {
  grows(4, 1, 'раз');
  vi.advanceTimersByTime(36_000);
  expect(drafts.of(1)).toBeUndefined();
});

it('ends with anybody’s answer, not with the customer’s next word', () => {
  const [store, presence] = [new Store(), new Presence()];
  const said = (id: number, direction: 'in' | 'out', type: 'customer' | 'agent'): void =>
    apply(
      {
        type: 'message.created',
        prev: id - 1,
        seq: id,
        at: '',
        data: message({ id, direction, author: { type, id: null, name: '' } }),
        conversation_id: 1,
        conversation: brief({ seq: id }),
      },
      store,
      presence,
    );
  presence.drafts.take({ type: 'message.draft', conversation_id: 1, run_id: 4, n: 1, text: 'раз' });
  said(2, 'in', 'customer');
  expect(presence.drafts.of(1)).toBeDefined();
  said(3, 'out', 'agent');
  expect(presence.drafts.of(1)).toBeUndefined();
});

it('remembers only so many turns that are over', () => {
  const drafts = new AgentDrafts();
  for (let id = 1; id <= MOST_OVER + 100; id++)
    drafts.take({ type: 'message.draft', conversation_id: id, run_id: 1, done: true });
  expect(drafts.remembered).toBe(MOST_OVER);
});
