import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import type { Id } from '../api/types';
import { AgentDrafts } from './agent-drafts.svelte';

/** A typing mark outlives a lost "off" by this much. */
const TYPING_TTL = 6000;
/** So many conversations' onlookers are known at most: who has looked away is told, though a hint may be lost. */
export const MOST_VIEWED = 500;
export type Other = { id: Id; name: string };

/** Who is online, who looks at what, who types: hints that may be lost, kept apart from the durable store. */
export class Presence {
  online = new SvelteSet<Id>();
  drafts = new AgentDrafts();
  #customerTyping = new SvelteSet<Id>();
  #agentTyping = new SvelteSet<Id>();
  #typing = new SvelteMap<Id, readonly Other[]>();
  #viewing = new SvelteMap<Id, readonly Other[]>();
  #timers = new Map<string, ReturnType<typeof setTimeout>>();

  customerTyping = (conversation: Id): boolean => this.#customerTyping.has(conversation);
  agentTyping = (conversation: Id): boolean => this.#agentTyping.has(conversation);
  typing = (conversation: Id): readonly Other[] => this.#typing.get(conversation) ?? [];
  viewing = (conversation: Id): readonly Other[] => this.#viewing.get(conversation) ?? [];

  setCustomerTyping(conversation: Id, on: boolean): void {
    this.#expire(`c${conversation}`, on, () => this.#customerTyping.delete(conversation));
    if (on) this.#customerTyping.add(conversation);
    else this.#customerTyping.delete(conversation);
  }

  setAgentTyping(conversation: Id, on: boolean): void {
    this.#expire(`a${conversation}`, on, () => this.#agentTyping.delete(conversation));
    if (on) this.#agentTyping.add(conversation);
    else this.#agentTyping.delete(conversation);
  }

  setTyping(conversation: Id, who: Other, on: boolean): void {
    this.#expire(`o${conversation}.${who.id}`, on, () => put(this.#typing, conversation, who, false));
    put(this.#typing, conversation, who, on);
  }

  setViewing(conversation: Id, who: Other, on: boolean): void {
    put(this.#viewing, conversation, who, on);
    for (const oldest of this.#viewing.keys()) {
      if (this.#viewing.size <= MOST_VIEWED) break;
      this.#viewing.delete(oldest);
    }
  }

  setOnline(ids: Id[]): void {
    this.online.clear();
    for (const id of ids) this.online.add(id);
  }

  /** Without a link nothing here is known. */
  forget(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#customerTyping.clear();
    this.#agentTyping.clear();
    this.drafts.forget();
    this.#typing.clear();
    this.#viewing.clear();
  }

  #expire(key: string, on: boolean, end: () => void): void {
    clearTimeout(this.#timers.get(key));
    this.#timers.delete(key);
    if (on)
      this.#timers.set(
        key,
        setTimeout(() => (this.#timers.delete(key), end()), TYPING_TTL),
      );
  }
}

function put(map: SvelteMap<Id, readonly Other[]>, conversation: Id, who: Other, on: boolean): void {
  const rest = (map.get(conversation) ?? []).filter((it) => it.id !== who.id);
  if (on) map.set(conversation, [...rest, who]);
  else if (rest.length) map.set(conversation, rest);
  else map.delete(conversation);
}
