/** Where a colleague is being named in a note: after an "@" that begins a word, up to the caret. */
export type Naming = { from: number; words: string };
const LONGEST = 40;

export function namingAt(text: string, caret: number): Naming | null {
  const before = text.slice(0, caret);
  const from = before.lastIndexOf('@');
  // `name@site.kz` is an address.
  if (from < 0 || /[\p{L}\p{N}]/u.test(before.charAt(from - 1))) return null;
  const words = before.slice(from + 1);
  return words.length > LONGEST || /\n|^\s|\s\s/.test(words) ? null : { from, words };
}

type Named = { id: number; name: string };
const small = (it: string): string => it.trim().toLocaleLowerCase();

/** Whose name, or a word of it, begins so. */
export function offered<T extends Named>(team: readonly T[], words: string): T[] {
  const wanted = small(words);
  const begins = (name: string): boolean => name.startsWith(wanted) || name.split(/\s+/).some((it) => it.startsWith(wanted));
  return team.filter((it) => it.name.trim() && begins(small(it.name)));
}

/** The note with the name in it, whole, as the server looks for it; and where writing goes on. */
export function withName(text: string, { from, words }: Naming, name: string): { text: string; caret: number } {
  const head = `${text.slice(0, from)}@${name.trim()} `;
  return { text: head + text.slice(from + 1 + words.length).replace(/^ /, ''), caret: head.length };
}

/** A note in pieces, names apart: a whole name, the longest that stands there, or a first name that only one has, as the server takes them. */
export function inPieces(text: string, names: readonly string[]): { text: string; named: boolean }[] {
  const whole = names.map((it) => it.trim()).filter(Boolean);
  const firsts = whole.map((it) => it.split(/\s/)[0]!);
  const called = [...whole, ...firsts.filter((it) => firsts.filter((other) => small(other) === small(it)).length === 1)];
  if (!called.length || !text.includes('@')) return [{ text, named: false }];
  const any = called
    .sort((a, b) => b.length - a.length)
    .map((it) => it.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('|');
  const found = text.split(new RegExp(`(?<![\\p{L}\\p{N}])(@(?:${any})(?![\\p{L}\\p{N}]))`, 'giu'));
  return found.flatMap((it, i) => (it ? [{ text: it, named: i % 2 === 1 }] : []));
}
