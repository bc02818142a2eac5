import { storage } from '../lib/storage';
import type { Column } from './table';

type Kept = { shown: string[]; hidden: string[] };

/** Which columns of a table its reader wants to see; remembered by the table's name. */
export class Columns {
  readonly #key: string;
  #kept = $state.raw<Kept>({ shown: [], hidden: [] });

  constructor(name: string) {
    this.#key = `sb.columns.${name}`;
    const kept = storage.read<Partial<Kept>>(this.#key);
    this.#kept = { shown: kept?.shown ?? [], hidden: kept?.hidden ?? [] };
  }

  wants(column: Column<never>): boolean {
    if (column.fixed) return true;
    return column.hidden ? this.#kept.shown.includes(column.id) : !this.#kept.hidden.includes(column.id);
  }

  toggle(column: Column<never>): void {
    const wanted = !this.wants(column);
    const without = (list: string[]): string[] => list.filter((it) => it !== column.id);
    const { shown, hidden } = this.#kept;
    this.#kept = {
      shown: wanted ? [...without(shown), column.id] : without(shown),
      hidden: wanted ? without(hidden) : [...without(hidden), column.id],
    };
    storage.set(this.#key, JSON.stringify(this.#kept));
  }
}
