import { untrack } from 'svelte';
import type { IconName } from '../ui/icons';
import { entryOf, type ActionGroup, type ActionId } from './action-table';
import { belongsToControl, isCharacter, isTaken, isTyping, keyText, Sequence, stepOf } from './keys';
import { prefs } from './prefs.svelte';

/** What can be done now. The one list that the keys, the palette, the sheet of shortcuts and the hints in menus are made of. */
export type Action = {
  id: string;
  group: ActionGroup;
  /** For what is not in the table (`titleOf` in action-words.ts). */
  title?: () => string;
  keys: readonly string[];
  run: () => void;
  typing?: boolean;
  movement?: boolean;
  icon?: IconName;
};

let sources = $state.raw<readonly (() => Action[])[]>([]);

/** A page offers what it can do for as long as it is shown: `$effect(() => offer(() => acts({ … })))`. Answers how to take it back. */
export function offer(source: () => Action[]): () => void {
  untrack(() => (sources = [source, ...sources]));
  return () => void (sources = sources.filter((it) => it !== source));
}

/** Of the table; what is left out cannot be done now. */
export const acts = (runs: Partial<Record<ActionId, (() => void) | false | null | undefined>>): Action[] =>
  (Object.entries(runs) as [ActionId, (() => void) | null][]).flatMap(([id, run]) =>
    run ? [{ id, ...entryOf(id), keys: keysOf(id), run }] : [],
  );

/** What is offered now; a page goes before its frame. */
export const active = (): Action[] => sources.flatMap((it) => it());

/** The keys as this person wants them; none = off. */
export function keysOf(id: ActionId): readonly string[] {
  return wanted(id, entryOf(id).keys);
}
export function wanted(id: string, usual: readonly string[]): readonly string[] {
  const own = prefs.keys[id];
  const keys = own === undefined ? usual : own === '' ? [] : [own];
  return prefs.singleKeys ? keys : keys.filter((it) => !isCharacter(it));
}

/** For menus and tooltips: 'E', or nothing. */
export const hint = (id: ActionId): string => keysOf(id).slice(0, 1).map(keyText).join('');
/** ' (E)', or nothing, to stand behind a tooltip. */
export const inBrackets = (id: ActionId): string => (hint(id) ? ` (${hint(id)})` : '');

export function act(id: ActionId): void {
  active()
    .find((it) => it.id === id)
    ?.run();
}

const sequence = new Sequence();

/** The one place where keys become deeds; the shell hangs it on the window. */
export function onActionKey(event: KeyboardEvent): void {
  const step = stepOf(event);
  if (!step || event.defaultPrevented || event.isComposing || isTaken() || belongsToControl(step, event.target)) return;
  const typing = isTyping(event.target);
  const able = active().filter((it) => (typing ? it.typing : true));
  const hit = sequence.press(
    step,
    able.map((it) => ({ keys: it.keys, it })),
    event.timeStamp,
  );
  if (!hit) return;
  event.preventDefault();
  hit.run();
}
