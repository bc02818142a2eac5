import type { DurableFrame, TransientFrame } from './frames';
import type { Presence } from './presence.svelte';
import type { Store } from './store.svelte';

export type Frame = DurableFrame | TransientFrame;
export type FrameType = Frame['type'];
type OfType<F, K> = F extends { type: infer T } ? (K extends T ? F : never) : never;
export type FrameOf<K extends FrameType> = OfType<Frame, K>;
export type Target = { store: Store; presence: Presence };
type Handler = (frame: Frame, to: Target) => void;

/** As many frames wait for a feature that is not loaded yet. What is older it fetches when it opens, as every page does. */
export const MOST_WAITING = 1000;
const handlers = new Map<string, Handler[]>();
let waiting: { frame: Frame; to: Target }[] = [];

/**
 * What is done with frames of these types. Each feature says it beside itself (`features/…/live.ts`). One that is loaded late gets what
 * has come for it meanwhile, in order. Answers how to end it.
 */
export function on<K extends FrameType>(types: K | readonly K[], run: (frame: FrameOf<K>, to: Target) => void): () => void {
  const handler = run as Handler;
  const names: readonly string[] = typeof types === 'string' ? [types] : types;
  const mine = waiting.filter((it) => names.includes(it.frame.type));
  waiting = waiting.filter((it) => !names.includes(it.frame.type));
  for (const name of names) handlers.set(name, [...(handlers.get(name) ?? []), handler]);
  for (const it of mine) attempt(handler, it.frame, it.to);
  return () => {
    for (const name of names) {
      const rest = (handlers.get(name) ?? []).filter((it) => it !== handler);
      if (rest.length) handlers.set(name, rest);
      else handlers.delete(name);
    }
  };
}

/** One frame of the feed to whoever takes its type. One that nobody takes is of a feature not loaded yet, or of a newer server. */
export function apply(frame: Frame, store: Store, presence: Presence): void {
  const to = { store, presence };
  const takers = handlers.get(frame.type);
  if (takers) for (const it of takers) attempt(it, frame, to);
  else if ('seq' in frame) waiting = [...waiting, { frame, to }].slice(-MOST_WAITING);
}

/** Frames of another person, or from before a hole in the feed. */
export function forgetWaiting(store: Store): void {
  waiting = waiting.filter((it) => it.to.store !== store);
}

/** A feature that stumbles keeps no other one from its frames. */
function attempt(handler: Handler, frame: Frame, to: Target): void {
  try {
    handler(frame, to);
  } catch (error) {
    reportError(error);
  }
}
