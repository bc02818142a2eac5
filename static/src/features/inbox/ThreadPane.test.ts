import { render } from '@testing-library/svelte';
import { flushSync } from 'svelte';
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import * as client from '../../api/client';
import { Problem } from '../../api/problem';
import { useLocale } from '../../i18n/i18n.svelte';
import { hub } from '../../realtime/hub.svelte';
import { conversation, message } from '../../realtime/testing';
import { ensureRow } from './actions';
import { seenSeq } from './conflict';
import ThreadPane from './ThreadPane.svelte';

beforeAll(() => useLocale('ru', false));
beforeEach(() => {
  hub.store.reset();
  Element.prototype.scrollTo = () => {};
  window.matchMedia = () => Object.assign(new EventTarget(), { matches: false }) as MediaQueryList;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(() => vi.restoreAllMocks());
const settle = async (): Promise<void> => {
  await new Promise((done) => setTimeout(done, 20));
  flushSync();
};

it('says that the conversation is no longer one’s own, and loads it again when it comes back', async () => {
  const get = vi.spyOn(client, 'get').mockResolvedValue({ messages: [message({ id: 1 })], next_cursor: null } as never);
  hub.store.putRow(conversation({ id: 1 }));
  const { queryByText, findByRole } = render(ThreadPane, {
    id: 1,
    onback: () => {},
    contextShown: false,
    ontogglecontext: () => {},
  });
  await settle();
  const thread = hub.store.thread(1);
  expect(thread.loaded).toBe(true);
  hub.store.removeRow(1);
  await settle();
  expect(queryByText('Этот диалог больше не ваш')).toBeTruthy();
  get.mockResolvedValue({ messages: [message({ id: 2 }), message({ id: 1 })], next_cursor: null } as never);
  hub.store.putRow(conversation({ id: 1, seq: 5 }));
  await settle();
  expect(queryByText('Этот диалог больше не ваш')).toBeNull();
  expect([hub.store.thread(1) === thread, thread.messages.map((it) => it.id)]).toEqual([true, [1, 2]]);
  // What cannot be fetched anew is said, though there is something to show.
  get.mockRejectedValue(Problem.offline());
  hub.store.markStale();
  hub.generation++;
  await settle();
  expect((await findByRole('button', { name: 'Повторить' })).closest('[role=alert]')).toBeTruthy();
});

it('asks for a row again of which something may have been missed', async () => {
  const get = vi.spyOn(client, 'get').mockResolvedValue(conversation({ id: 1, seq: 9 }) as never);
  hub.store.putRow(conversation({ id: 1 }));
  await ensureRow(1);
  expect(get).not.toHaveBeenCalled();
  hub.store.markStale();
  await ensureRow(1);
  expect(hub.store.row(1)?.seq).toBe(9);
  // For the next person it is nothing.
  hub.store.markStale();
  get.mockImplementationOnce(async () => ((hub.store.me = 77), conversation({ id: 1, seq: 12 })) as never);
  await ensureRow(1);
  expect(hub.store.row(1)?.seq).toBe(9);
});

it('has seen what its newest message says, however old the row', () => {
  expect(seenSeq({ seq: 3 }, [message({ id: 1, seq: 8 })])).toBe(8);
  expect(seenSeq({ seq: 9 }, [message({ id: 1, seq: 8 })])).toBe(9);
  expect(seenSeq({ seq: 9 }, [])).toBe(9);
});
