export type Leaf = { path: string; was: string; now: string };
export type Piece = { text: string; kind: 'same' | 'out' | 'in' };

/** Every setting that holds a value, as a path and its words. Lists stay whole, one item a line. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) into.set(path, value.map(words).join('\n'));
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) leaves(inner, path ? `${path}.${key}` : key, into);
  else into.set(path, words(value));
  return into;
}

function words(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'object') return String(value);
  return Object.values(value).map(words).filter(Boolean).join(' · ');
}

/** What differs between two versions of settings, in the order the settings stand. */
export function changes(was: object, now: object): Leaf[] {
  const [old, fresh] = [leaves(was, '', new Map()), leaves(now, '', new Map())];
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .map((path) => ({ path, was: old.get(path) ?? '', now: fresh.get(path) ?? '' }))
    .filter((it) => it.was !== it.now);
}

/** Beyond this many words the comparison would cost more than it tells. */
const MOST = 600;

/** Word by word: what went, what came, what stayed (longest common subsequence). */
export function pieces(was: string, now: string): Piece[] {
  const [a, b] = [was, now].map((it) => it.split(/(\s+)/).filter(Boolean)) as [string[], string[]];
  if (a.length > MOST || b.length > MOST)
    return [
      { text: was, kind: 'out' },
      { text: now, kind: 'in' },
    ].filter((it) => it.text) as Piece[];
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? (common[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(common[(i + 1) * width + j] ?? 0, common[i * width + j + 1] ?? 0);
    }
  }
  const found: Piece[] = [];
  const add = (text: string, kind: Piece['kind']): void => {
    const last = found.at(-1);
    if (last?.kind === kind) last.text += text;
    else found.push({ text, kind });
  };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) (add(a[i++] ?? '', 'same'), j++);
    else if (j >= b.length || (i < a.length && (common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)))
      add(a[i++] ?? '', 'out');
    else add(b[j++] ?? '', 'in');
  }
  return found;
}
