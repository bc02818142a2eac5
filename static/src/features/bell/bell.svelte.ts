import { get, post } from '../../api/client';
import type { Id } from '../../api/types';
import { hub } from '../../realtime/hub.svelte';
import type { PersonalNotification } from './types';

type Page = { notifications: PersonalNotification[]; unread: number; next_cursor: string | null };
const PAGE = 30;

/** What this person was told, newest first: fetched once, kept up by the feed. */
export class Bell {
  list = $state.raw<readonly PersonalNotification[]>([]);
  unread = $state(0);
  cursor = $state.raw<string | null>(null);
  loaded = $state(false);
  loading = $state(false);
  error = $state.raw<unknown>(null);
  /** How many times it was asked for: only the last answer counts. */
  #turn = 0;

  /** The first page anew, or one more; that one waits for no other, as it would be the same page twice. */
  async load(more = false): Promise<void> {
    if (more && (this.loading || !this.cursor)) return;
    const me = hub.store.me;
    const turn = ++this.#turn;
    this.loading = true;
    this.error = null;
    try {
      const query = new URLSearchParams({ limit: String(PAGE) });
      if (more && this.cursor) query.set('cursor', this.cursor);
      const page = await get<Page>(`/api/notifications?${query}`);
      // Somebody else may have signed in meanwhile.
      if (me !== hub.store.me || turn !== this.#turn) return;
      // What the feed has brought while the answer was on its way is newer than the answer.
      const top = page.notifications[0]?.id ?? 0;
      const newer = more ? [] : this.list.filter((it) => it.id > top);
      this.list = more ? [...this.list, ...page.notifications] : [...newer, ...page.notifications];
      this.unread = page.unread + newer.filter((it) => !it.read_at).length;
      this.cursor = page.next_cursor;
      this.loaded = true;
    } catch (error) {
      if (me === hub.store.me && turn === this.#turn) this.error = error;
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  clear(): void {
    this.#turn++;
    this.loading = false;
    this.list = [];
    this.unread = 0;
    this.cursor = null;
    this.loaded = false;
  }

  /** Answers whether it is new here. */
  take(notification: PersonalNotification): boolean {
    if (this.list.some((it) => it.id === notification.id)) return false;
    this.list = [notification, ...this.list];
    if (!notification.read_at) this.unread++;
    return true;
  }

  /** How far the thread has to be read for what waits of it; null: nothing waits, or what has not been read stands before it. */
  waits(conversation: Id): Id | null {
    const readUpTo = hub.store.heldThread(conversation)?.readUpTo ?? 0;
    const waiting = this.list.filter((it) => !it.read_at && it.params.conversation_id === conversation);
    const named = Math.max(readUpTo, ...waiting.map((it) => it.params.message_id ?? 0));
    // With nothing of the customer's unread, the mark may go on to the note. Else the thread itself moves it, when that is seen.
    const upTo = hub.store.row(conversation)?.unread === 0 ? named : readUpTo;
    return waiting.some((it) => (it.params.message_id ?? 0) <= upTo) ? upTo : null;
  }

  /** The conversation was read up to there: here, in another tab, on another device. */
  wasRead(conversation: Id, upTo: Id): void {
    const read = this.#mark((it) => it.params.conversation_id === conversation && (it.params.message_id ?? 0) <= upTo);
    this.unread = Math.max(0, this.unread - read.length);
  }

  /** All up to this one were read. Answers whose they were. */
  wereRead(upTo: Id): Id[] {
    const read = this.#mark((it) => it.id <= upTo);
    const isWhole = this.cursor === null || (this.list.at(-1)?.id ?? Infinity) <= upTo;
    // Of what is not on the list nobody here knows how much of it was read.
    if (isWhole) this.unread = this.list.filter((it) => !it.read_at).length;
    else void this.load();
    return read.map((it) => it.params.conversation_id);
  }

  #mark(isMeant: (it: PersonalNotification) => boolean): PersonalNotification[] {
    const read = this.list.filter((it) => !it.read_at && isMeant(it));
    const now = new Date().toISOString();
    if (read.length > 0) this.list = this.list.map((it) => (read.includes(it) ? { ...it, read_at: now } : it));
    return read;
  }

  async read(conversation: Id, upTo: Id): Promise<void> {
    this.wasRead(conversation, upTo);
    await this.#tell(`/api/conversations/${conversation}/read`, { message_id: upTo });
  }

  /** All that stand on the list: what comes meanwhile nobody has seen. */
  async readAll(): Promise<void> {
    const newest = this.list[0]?.id;
    if (newest === undefined) return;
    this.wereRead(newest);
    await this.#tell('/api/notifications/read', { up_to: newest });
  }

  /** It was shown as read at once. Where the server has not heard of it, its list is the one to show. */
  async #tell(path: string, body: object): Promise<void> {
    try {
      await post(path, body);
    } catch (error) {
      await this.load();
      throw error;
    }
  }
}

export const bell = new Bell();
