import { ACTION_IDS, meet, type ActionId } from '../../lib/action-table';
import { keysOf, wanted } from '../../lib/actions.svelte';
import { prefs, setPref } from '../../lib/prefs.svelte';
import { places, type Place } from '../../routes';

/** A deed that can have other keys: of the table, or a way to a page. */
export type Mapped = { id: string; keys: readonly string[]; place?: Place };

const goKeys = (it: Place): readonly string[] => wanted(`go.${it.name}`, it.key ? [`KeyG ${it.key}`] : []);

export const mapped = (): Mapped[] => [
  ...(['work', 'company', 'settings', 'own'] as const)
    .flatMap(places)
    .map((place) => ({ id: `go.${place.name}`, keys: goKeys(place), place })),
  ...ACTION_IDS.map((id) => ({ id, keys: keysOf(id) })),
];

/** Whoever has these keys already where both can be used; for a sequence its beginning counts too. */
export function holder(id: string, keys: string): Mapped | undefined {
  const collides = (it: string): boolean => it === keys || it.startsWith(`${keys} `) || keys.startsWith(`${it} `);
  const together = (other: string): boolean =>
    !(ACTION_IDS as string[]).includes(id) ||
    !(ACTION_IDS as string[]).includes(other) ||
    meet(id as ActionId, other as ActionId);
  return mapped().find((it) => it.id !== id && together(it.id) && it.keys.some(collides));
}

/** '' = off; null = as it was made. */
export function remap(id: string, keys: string | null): void {
  const { [id]: _, ...rest } = prefs.keys;
  setPref('keys', keys === null ? rest : { ...rest, [id]: keys });
}
