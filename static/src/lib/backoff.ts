const FIRST = 500;
const MOST = 20_000;

/** Half fixed, half random, so that a restart does not bring every screen back in the same instant. */
export function backoff(attempt: number, random = Math.random()): number {
  const full = Math.min(MOST, FIRST * 2 ** attempt);
  return full / 2 + (full / 2) * random;
}
