import { tick, untrack } from 'svelte';
import { asProblem, type Problem } from '../api/problem';
import { explain } from './explain';
import { fieldError } from './field-error';
import { holdPage } from './unsaved';

type Values = Record<string, unknown>;
type Options<V extends Values> = {
  /** The values as they are kept. Read again whenever they change; what the person has not touched follows. */
  from: () => V;
  /** Stores them; throws, or answers the Problem, when it is refused. `changed` has only the fields that differ. */
  save: (values: V, changed: Partial<V>) => Promise<Problem | null | void>;
  /** Leaving with unsaved changes asks first. Not for sign-in and the like. */
  guard?: boolean;
  /** Where something is said that the server calls otherwise than the form: its field, or a refusal by its code. */
  at?: Record<string, keyof V & string>;
};

const text = (value: unknown): string => JSON.stringify(value) ?? '';
const copy = <V>(value: V): V => $state.snapshot(value) as V;

/** A form's state: values, whether they differ from what is kept, what was said of each field, and whether it is being saved. */
export class Form<V extends Values> {
  values: V = $state({} as V);
  busy = $state(false);
  problem = $state.raw<Problem | null>(null);
  #kept: V = $state.raw({} as V);
  /** The values that were refused: what has been rewritten since is not to blame any more. */
  #refused: V | null = $state.raw(null);
  #options: Options<V>;

  constructor(options: Options<V>) {
    this.#options = options;
    this.#kept = untrack(() => copy(options.from()));
    this.values = copy(this.#kept);
    $effect(() => {
      const now = copy(options.from());
      untrack(() => this.#follow(now));
    });
    if (options.guard !== false) $effect(() => (this.dirty ? holdPage() : undefined));
  }

  get dirty(): boolean {
    return text(this.values) !== text(this.#kept);
  }

  /** Only what differs from what is kept. */
  get changed(): Partial<V> {
    const names = Object.keys(this.values) as (keyof V)[];
    const differing = names.filter((it) => text(this.values[it]) !== text(this.#kept[it]));
    return Object.fromEntries(differing.map((it) => [it, copy(this.values[it])])) as Partial<V>;
  }

  /** What the server said of a field; gone as soon as the field is rewritten. */
  error = (field: keyof V & string): string => {
    if (!this.problem || (this.#refused && text(this.values[field]) !== text(this.#refused[field]))) return '';
    const { at = {} } = this.#options;
    if (at[this.problem.code] === field) return explain(this.problem);
    const names = [field, ...Object.keys(at).filter((it) => at[it] === field)];
    return names.map((it) => fieldError(this.problem, it)).find(Boolean) ?? '';
  };

  /** The refusal as a whole. */
  get failure(): string {
    return this.problem ? explain(this.problem) : '';
  }

  /** The same where it was not said at the fields already: for a form that shows the errors of all its fields. */
  get rest(): string {
    if (!this.problem) return '';
    const { at = {} } = this.#options;
    const places = Object.keys(this.problem.fields).map((it) => it.split(/[.[]/)[0] ?? it);
    if (places.length === 0) places.push(this.problem.code);
    return places.every((it) => (at[it] ?? it) in this.values) ? '' : this.failure;
  }

  submit = async (event?: SubmitEvent): Promise<boolean> => {
    event?.preventDefault();
    if (this.busy) return false;
    const form = event?.currentTarget as HTMLFormElement | undefined;
    const sent = copy(this.values);
    this.busy = true;
    this.problem = null;
    try {
      this.problem = (await this.#options.save(sent, this.changed)) ?? null;
    } catch (error) {
      this.problem = asProblem(error);
    } finally {
      this.busy = false;
    }
    this.#refused = this.problem ? sent : null;
    if (!this.problem) this.#saved(sent);
    else void tick().then(() => form?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus());
    return !this.problem;
  };

  /** Back to what is kept. */
  reset = (): void => {
    this.values = copy(this.#kept);
    this.problem = this.#refused = null;
  };

  /** What was typed while it was being saved stays; the rest is what is kept now, as the server has put it. */
  #saved(sent: V): void {
    this.#kept = sent;
    this.#follow(copy(this.#options.from()));
  }

  #follow(now: V): void {
    const before = this.#kept;
    for (const it of Object.keys(now) as (keyof V)[])
      if (text(this.values[it]) === text(before[it])) this.values[it] = copy(now[it]);
    this.#kept = now;
  }
}

/** To be called while a component is made. */
export const useForm = <V extends Values>(options: Options<V>): Form<V> => new Form(options);
