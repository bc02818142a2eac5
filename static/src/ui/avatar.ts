/** Far enough apart to be told from each other, and the same for a person everywhere: it comes from their number alone. */
const HUES = 12;

export function hueOf(id: number | string): number {
  let sum = 0;
  for (const it of String(id)) sum = (sum * 31 + it.charCodeAt(0)) >>> 0;
  // Neighbouring numbers are people of one list: a golden step throws them far apart.
  return Math.floor(((sum * 0.6180339887498949) % 1) * HUES) * (360 / HUES);
}

const first = (word: string): string => [...word].find((it) => /[\p{L}\p{N}]/u.test(it)) ?? '';

/** "Айгерим Нурланова" → "АН", "Клиент 42" → "К4", "…" → "". */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).map(first).filter(Boolean);
  const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;
  return ends.join('').toLocaleUpperCase();
}
