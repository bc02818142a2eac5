import { get } from '../../api/client';
import type { Conversation, Id, Message } from '../../api/types';
import { hub } from '../../realtime/hub.svelte';
import type { Thread } from '../../realtime/thread.svelte';

type Page = { messages: Message[]; next_cursor: string | null; read_up_to?: Id | null };
const PAGE = 50;

const page = (id: Id, cursor: string | null, limit = PAGE): Promise<Page> =>
  get<Page>(`/api/conversations/${id}/messages?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);

/** One load of a thread at a time; the newest page, should it be wanted meanwhile, comes after it. */
async function alone(thread: Thread, run: () => Promise<void>): Promise<void> {
  thread.begin();
  try {
    await run();
  } catch (error) {
    thread.error = error;
  } finally {
    thread.loading = false;
  }
  if (!thread.again) return;
  thread.again = false;
  if (thread.stale && !thread.error) await loadNewest(thread);
}

/** Brings the newest page; what is held already stays on the screen meanwhile. */
export async function loadNewest(thread: Thread, atLeast = 0): Promise<void> {
  if (thread.loading) return void (thread.again = true);
  await alone(thread, async () => {
    let era;
    // Where the feed has had a hole meanwhile, this page may be from before it.
    do {
      era = thread.era;
      // Enough to reach the first unread message, so that the visit can open there.
      const first = await page(thread.id, null, Math.min(200, Math.max(PAGE, atLeast + 10)));
      if (first.read_up_to !== undefined) thread.readUpTo = thread.told = first.read_up_to;
      thread.takeNewest(first.messages, first.next_cursor, era);
    } while (era !== thread.era);
  });
}

/** As far back as a search may lead. */
const FURTHEST = 40;

/** Brings what stands between the newest messages and this one, without a hole. */
export async function loadBackTo(thread: Thread, message: Id): Promise<void> {
  for (let pages = 0; pages < FURTHEST && thread.cursor && !thread.error && (thread.messages[0]?.id ?? 0) > message;) {
    // Somebody else is bringing a page, perhaps the newest one.
    if (thread.loading) {
      await new Promise((done) => setTimeout(done, 50));
      continue;
    }
    await loadOlder(thread, 200);
    pages++;
  }
}

export async function loadOlder(thread: Thread, limit = PAGE): Promise<void> {
  if (thread.loading || thread.cursor === null || thread.cursor === undefined) return;
  const { cursor } = thread;
  await alone(thread, async () => {
    if (thread.trimmed) return walkBack(thread);
    const older = await page(thread.id, cursor, limit);
    thread.takeOlder(older.messages, older.next_cursor);
  });
}

/** What follows our last message, of a thread whose end was let go: the server counts from the end, so it is walked back to from there. */
export async function loadNewer(thread: Thread): Promise<void> {
  if (thread.loading || !thread.cut) return;
  await alone(thread, async () => {
    const last = thread.messages.at(-1)?.id ?? 0;
    let cursor: string | null = null;
    for (let pages = 0; pages < FURTHEST; pages++) {
      const found: Page = await page(thread.id, cursor, 200);
      const newer = found.messages.filter((it) => it.id > last);
      if (newer.length < found.messages.length || !found.next_cursor) return thread.takeNewer(newer, cursor === null);
      cursor = found.next_cursor;
    }
  });
}

/** Let-go messages have no cursor of their own: walk from the newest page until something older than ours appears. */
async function walkBack(thread: Thread): Promise<void> {
  const oldest = thread.messages[0]?.id ?? 0;
  let cursor: string | null = null;
  for (;;) {
    const found: Page = await page(thread.id, cursor, 200);
    const older = found.messages.filter((it) => it.id < oldest);
    cursor = found.next_cursor;
    if (older.length === 0 && cursor) continue;
    thread.trimmed = false;
    return thread.takeOlder(older, cursor);
  }
}

const REST = 250;

/** From this message on it is unread again; where the customer says nothing behind it, from their last word before it. */
export function markUnread(row: Conversation, from: Id): void {
  const thread = hub.store.heldThread(row.id);
  const theirs = (thread?.messages ?? []).filter((it) => it.direction === 'in');
  const start = Math.min(from, theirs.at(-1)?.id ?? from);
  const before = Math.min(start - 1, thread?.readUpTo ?? row.read_up_to ?? start);
  const unread = Math.max(1, row.unread, theirs.filter((it) => it.id > before).length);
  if (thread) [thread.keptUnread, thread.newAfter] = [true, before];
  hub.store.setUnread(row.id, unread, before);
  hub.changes.add({ conversation_id: row.id, kind: 'read', body: { unread_from: from }, show: { unread } });
}

/** The row's counter goes at once; the server is told at most every 250 ms, in the middle of a burst too. */
export function markRead(conversation: Id, message: Id): void {
  hub.store.setUnread(conversation, 0, message);
  const read = { kind: 'read', body: { message_id: message }, show: { unread: 0 }, due: Date.now() + REST } as const;
  hub.changes.add({ conversation_id: conversation, ...read });
}
