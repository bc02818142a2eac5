/** Beginning and length, in UTF-16 units: what JavaScript's strings are made of. */
export type Mark = readonly [number, number];
export type Piece = { text: string; marked: boolean };

/** A snippet cut where its marks begin and end; it stays text, whatever stands in it. */
export function pieces(snippet: string, marks: readonly Mark[]): Piece[] {
  const out: Piece[] = [];
  const add = (text: string, marked: boolean): void => void (text && out.push({ text, marked }));
  let at = 0;
  for (const [from, length] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (from < at) continue;
    add(snippet.slice(at, from), false);
    add(snippet.slice(from, from + length), true);
    at = from + length;
  }
  add(snippet.slice(at), false);
  return out;
}
