import { SvelteSet } from 'svelte/reactivity';
import { get, patch } from '../api/client';
import type { Id } from '../api/types';
import { sendable } from './sendable';
import { storage } from './storage';

// A draft belongs to one user, one conversation and one mode: text typed for A can never be sent to B.
export type Mode = 'reply' | 'note';
const MODES: Mode[] = ['reply', 'note'];
type ServerDraft = { conversation_id: Id } & Record<Mode, string>;
type Page = { drafts: ServerDraft[]; next_cursor: string | null };

/** How long typing must rest before the server is told. */
const REST = 800;
/** The server takes no longer draft, in characters. */
const MOST = 16_384;

/** Words, and when they were written: of two the newer stay. */
type Kept = { at: number; text: string };
/** Stands between the two; no text that is kept holds one. */
const MARK = '\0';
const AGREED = '.agreed';

/**
 * Kept in this browser at once, for all of its tabs, and on the server soon after: it is there after a crash and on another device.
 */
export class Drafts {
  /** Conversations that have something unsent, for the mark in the list. */
  present = new SvelteSet<Id>();
  /** Grows when words of another tab or another device came in. */
  arrived = $state(0);
  #prefix = '';
  #resting = new Map<Id, ReturnType<typeof setTimeout>>();
  /** What this tab has written last, by storage key. */
  #own = new Map<string, Kept>();
  /** When something was last done with a conversation's draft, in steps, and what is on its way to the server. */
  #done = new Map<Id, number>();
  #steps = 0;
  #pushing = new Set<Id>();

  open(user: Id): void {
    this.close();
    addEventListener('storage', this.#stored);
    this.#prefix = `sb.draft.${user}.`;
    this.present.clear();
    for (const id of this.#known()) this.#mark(id);
    void this.pull();
  }

  close(): void {
    for (const timer of this.#resting.values()) clearTimeout(timer);
    this.#resting.clear();
    this.#own.clear();
    this.#done.clear();
    this.#pushing.clear();
    removeEventListener('storage', this.#stored);
    this.#prefix = '';
  }

  read = (conversation: Id, mode: Mode): string => kept(storage.get(this.#key(conversation, mode))).text;

  write(conversation: Id, mode: Mode, text: string): void {
    const words = sendable(text);
    this.#touch(conversation);
    this.#write(this.#key(conversation, mode), words.trim() ? words : '');
    this.#mark(conversation);
    clearTimeout(this.#resting.get(conversation));
    this.#resting.set(
      conversation,
      setTimeout(() => void this.#push(conversation), REST),
    );
  }

  /** What was sent and not taken is written again, below what stands there; once, though several tabs are told of it. */
  giveBack(conversation: Id, mode: Mode, text: string): void {
    const there = this.read(conversation, mode);
    if (!there.includes(text)) this.write(conversation, mode, there.trim() ? `${there.trimEnd()}\n\n${text}` : text);
    this.arrived++;
  }

  /** Takes what other devices have typed, unless this one has newer words, and tells the server those. */
  async pull(): Promise<void> {
    const prefix = this.#prefix;
    if (!prefix) return;
    const began = this.#steps;
    const theirs = new Map<Id, ServerDraft>();
    try {
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Page = await get<Page>(`/api/drafts?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
        for (const draft of page.drafts) theirs.set(draft.conversation_id, draft);
        cursor = page.next_cursor;
      }
    } catch {
      return; // The next look finds it.
    }
    if (prefix !== this.#prefix) return;
    let news = false;
    for (const id of new Set([...this.#known(), ...theirs.keys()])) {
      // What the server has answered may be older than what was written or told meanwhile.
      if (this.#pushing.has(id) || (this.#done.get(id) ?? 0) > began) continue;
      for (const mode of MODES) {
        const [mine, agreed, server] = [this.read(id, mode), this.#agreed(id, mode), theirs.get(id)?.[mode] ?? ''];
        if (mine === agreed && mine !== server) {
          this.#write(this.#key(id, mode), server);
          this.#put(this.#agreedKey(id, mode), server);
          news = true;
        } else if (mine === server) {
          this.#put(this.#agreedKey(id, mode), server);
        }
      }
      this.#mark(id);
      if (MODES.some((mode) => this.read(id, mode) !== this.#agreed(id, mode)) && !this.#resting.has(id)) void this.#push(id);
    }
    if (news) this.arrived++;
  }

  async #push(conversation: Id): Promise<void> {
    this.#resting.delete(conversation);
    const prefix = this.#prefix;
    if (!prefix) return;
    const texts = { reply: this.read(conversation, 'reply'), note: this.read(conversation, 'note') };
    if (MODES.every((mode) => texts[mode] === this.#agreed(conversation, mode))) return;
    if (MODES.some((mode) => texts[mode].length > MOST)) return; // It stands here only.
    this.#pushing.add(conversation);
    try {
      await patch(`/api/conversations/${conversation}/draft`, texts);
    } catch {
      return; // It stands here; the next look tells it again.
    } finally {
      if (prefix === this.#prefix) this.#pushing.delete(conversation);
    }
    if (prefix !== this.#prefix) return;
    this.#touch(conversation);
    for (const mode of MODES) this.#put(this.#agreedKey(conversation, mode), texts[mode]);
  }

  #write(key: string, text: string): void {
    const at = Math.max(Date.now(), kept(storage.get(key)).at + 1, (this.#own.get(key)?.at ?? 0) + 1);
    this.#own.set(key, { at, text });
    this.#put(key, text && at + MARK + text);
  }

  /** Another tab has written. */
  #stored = (event: StorageEvent): void => {
    const { key } = event;
    if (!this.#prefix || !key?.startsWith(this.#prefix)) return;
    this.#touch(this.#conversationOf(key));
    if (key.endsWith(AGREED)) return;
    const own = this.#own.get(key);
    // Both at the same moment, and theirs came to lie above ours although it is older.
    if (own?.text && event.newValue !== null && kept(storage.get(key)).at < own.at) this.#put(key, own.at + MARK + own.text);
    else this.#own.delete(key);
    this.#mark(this.#conversationOf(key));
    this.arrived++;
  };

  #touch(conversation: Id): void {
    this.#done.set(conversation, ++this.#steps);
  }

  #mark(conversation: Id): void {
    if (MODES.some((mode) => this.read(conversation, mode))) this.present.add(conversation);
    else this.present.delete(conversation);
  }

  #put(key: string, text: string): void {
    if (text) storage.set(key, text);
    else storage.remove(key);
  }

  /** Conversations of which this browser holds something. */
  #known(): Set<Id> {
    return new Set(storage.keys(this.#prefix).map((key) => this.#conversationOf(key)));
  }

  #conversationOf = (key: string): Id => Number(key.slice(this.#prefix.length).split('.')[0]);

  #key = (conversation: Id, mode: Mode): string => `${this.#prefix}${conversation}.${mode}`;
  /** The words that this browser and the server last had in common. */
  #agreedKey = (conversation: Id, mode: Mode): string => this.#key(conversation, mode) + AGREED;
  #agreed = (conversation: Id, mode: Mode): string => storage.get(this.#agreedKey(conversation, mode)) ?? '';
}

/** What an older console has kept has no time. */
function kept(raw: string | null): Kept {
  const end = raw?.indexOf(MARK) ?? -1;
  return raw && end >= 0 ? { at: Number(raw.slice(0, end)), text: raw.slice(end + 1) } : { at: 0, text: raw ?? '' };
}

export const drafts = new Drafts();

// Whoever comes back to this device sees what they typed on the other one.
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void drafts.pull();
});
