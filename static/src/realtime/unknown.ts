import { asProblem } from '../api/problem';
import type { Id } from '../api/types';

/** Questions that come close together go out together, at most so many at a time. */
const GATHER = 120;
const AT_ONCE = 20;
/** After a slip of the net, or an overloaded server, the next event may ask again. */
const AGAIN_AFTER = 30_000;
const MOST_KNOWN = 5000;

type Wire = { load: (id: Id) => Promise<void>; gone: (id: Id) => void };

/** Conversations that frames speak of and that we do not hold: each is asked for once, however many frames name it. */
export class Unknown {
  #wanted = new Set<Id>();
  #underWay = new Set<Id>();
  /** Asked for already: not again before this time. */
  #asked = new Map<Id, number>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the people: an answer for one says nothing to the next. */
  #life = 0;

  constructor(readonly wire: Wire) {}

  /** A frame has named one that is not held. */
  want = (id: Id): void => {
    if (!this.#underWay.has(id) && (this.#asked.get(id) ?? 0) <= Date.now()) this.#ask(id);
  };

  /** What we hold may be wrong, or it has just come into view: an answer that is under way may be too old to tell. */
  doubt = (id: Id): void => this.#ask(id);

  /** After a hole in the feed, or for another person, what was gone may be there. */
  forget(): void {
    this.#asked.clear();
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wanted.clear();
    this.#life++;
    this.forget();
  }

  #ask(id: Id): void {
    if (this.#asked.size > MOST_KNOWN) this.#asked.clear();
    this.#asked.set(id, Infinity);
    this.#wanted.add(id);
    this.#timer ??= setTimeout(() => void this.#load(), GATHER);
  }

  async #load(): Promise<void> {
    const ids = [...this.#wanted].slice(0, AT_ONCE);
    for (const id of ids) (this.#wanted.delete(id), this.#underWay.add(id));
    await Promise.all(ids.map((id) => this.#one(id)));
    this.#timer = undefined;
    if (this.#wanted.size > 0) this.#timer = setTimeout(() => void this.#load(), GATHER);
  }

  async #one(id: Id): Promise<void> {
    const life = this.#life;
    try {
      await this.wire.load(id);
      // Should it go again unseen, it may be asked for again.
      this.#asked.delete(id);
    } catch (error) {
      if (life !== this.#life) return;
      // Gone, or not for these eyes any more.
      if (asProblem(error).status === 404) this.wire.gone(id);
      else this.#asked.set(id, Date.now() + AGAIN_AFTER);
    } finally {
      this.#underWay.delete(id);
    }
  }
}
