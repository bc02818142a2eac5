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

  waits = (conversation: Id): boolean => this.list.some((it) => !it.read_at && it.params.conversation_id === conversation);

  /** Those of a conversation, or all, were read: here, in another tab, on another device. */
  wasRead(conversation: Id | null): void {
    const now = new Date().toISOString();
    const isMeant = (it: PersonalNotification): boolean =>
      !it.read_at && (conversation === null || it.params.conversation_id === conversation);
    const read = this.list.filter(isMeant).length;
    if (read > 0) this.list = this.list.map((it) => (isMeant(it) ? { ...it, read_at: now } : it));
    this.unread = conversation === null ? 0 : Math.max(0, this.unread - read);
  }

  /** Reading a conversation up to where it is read already changes nothing but this. */
  async read(conversation: Id): Promise<void> {
    this.wasRead(conversation);
    const upTo = hub.store.heldThread(conversation)?.readUpTo ?? 0;
    await post(`/api/conversations/${conversation}/read`, { message_id: upTo });
  }

  async readAll(): Promise<void> {
    this.wasRead(null);
    await post('/api/notifications/read', {});
  }
}

export const bell = new Bell();
