const text = (value: unknown): string => JSON.stringify(value) ?? '';

/** Fields that still are as `from` has them become as `to` has them; what was rewritten since stays as it is. */
export function carry<T extends object>(now: T, from: T, to: T): void {
  for (const field of Object.keys(to) as (keyof T)[]) {
    const untouched = text(now[field]) === text(from[field]);
    if (untouched && text(now[field]) !== text(to[field])) now[field] = structuredClone(to[field]);
  }
}
