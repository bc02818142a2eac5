export type Strength = 'short' | 'weak' | 'fair' | 'good';

const COMMON = /^(?:password|qwerty|йцукен|admin|welcome|letmein|iloveyou|111111|123123|123456|000000)/i;

/** A hint, never a gate: the server decides what it takes. Length counts most; one repeated sign counts for nothing. */
export function strength(password: string, min: number): Strength {
  if (password.length < min) return 'short';
  const kinds = [/\p{Ll}/u, /\p{Lu}/u, /\d/, /[^\p{L}\d]/u].filter((it) => it.test(password)).length;
  const distinct = new Set(password.toLowerCase()).size;
  if (COMMON.test(password) || distinct < 5) return 'weak';
  if (password.length >= 14 || (password.length >= 10 && kinds >= 3)) return 'good';
  return password.length >= 8 && kinds >= 2 ? 'fair' : 'weak';
}
