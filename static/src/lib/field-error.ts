import type { Problem } from '../api/problem';

/** What the server said about a field, or about something inside it (`prices.gpt-4o.input` is said at `prices`). */
export function fieldError(problem: Problem | null, field: string): string {
  if (!problem) return '';
  const own = problem.fields[field];
  if (own) return own;
  const inner = Object.keys(problem.fields).find((it) => it.startsWith(`${field}.`) || it.startsWith(`${field}[`));
  return inner ? (problem.fields[inner] ?? '') : '';
}
