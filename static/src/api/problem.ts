import { addWords, tMaybe } from '../i18n/i18n.svelte';
import type { Params } from '../i18n/plural';

/** Why something was refused: `api/error-codes.json` has them all, `i18n/<language>/errors.ts` their words. */
export type Reason = { code: string; params: Params };
type Body = {
  /** What is said at each field, in the server's words. */
  errors?: Record<string, string>;
  fields?: Record<string, Reason>;
  reason?: Reason | null;
  /** Of `taken`: who has it by now. */
  holder?: { id: number; name: string } | null;
};
/** All that was told of it: enough to say the same elsewhere. */
export type Told = { status: number; body: unknown; requestId: string | null };

/** In the reader's language; null while nobody has words for it. */
const inWords = (reason: Reason | null | undefined): string | null =>
  reason ? tMaybe('reason.' + reason.code, reason.params) : null;

const isObject = (it: unknown): it is Record<string, unknown> => typeof it === 'object' && it !== null;

/** A refusal of the server (RFC 9457), or of the network, in one shape. `code` is stable; `detail` is for people. */
export class Problem extends Error {
  readonly #body: Body;
  /** Until our words for it are here, or are known not to come: for whoever says it once, and not anew when they come. */
  worded: Promise<void> = Promise.resolve();

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    body: Body = {},
    readonly requestId: string | null = null,
  ) {
    super(detail);
    this.name = 'Problem';
    this.#body = body;
  }

  get holder(): { id: number; name: string } | null {
    return this.#body.holder ?? null;
  }

  /** What is said at each field: in our words, else in the server's. */
  get fields(): Record<string, string> {
    const worded = ([field, sentence]: [string, string]): [string, string] => [
      field,
      inWords(this.#body.fields?.[field]) ?? sentence,
    ];
    return Object.fromEntries(Object.entries(this.#body.errors ?? {}).map(worded));
  }

  /** The whole of it in our words; null where the code says more, or nothing does. */
  get reason(): string | null {
    return inWords(this.#body.reason);
  }

  get told(): Told {
    const { status, code, detail, requestId } = this;
    return { status, body: { ...this.#body, code, detail }, requestId };
  }

  static from(status: number, body: unknown, requestId: string | null = null): Problem {
    const it = isObject(body) ? body : {};
    const code = typeof it.code === 'string' ? it.code : status === 0 ? 'offline' : `http_${status}`;
    const detail = typeof it.detail === 'string' ? it.detail : typeof it.title === 'string' ? it.title : '';
    const known = ['errors', 'fields', 'reason', 'holder'].filter((name) => isObject(it[name]));
    const said: Body = Object.fromEntries(known.map((name) => [name, it[name]]));
    // A page that shows what was said at a field changes its words when they come.
    const problem = new Problem(status, code, detail, said, requestId);
    if (said.reason) problem.worded = addWords('errors');
    return problem;
  }

  static offline(): Problem {
    return new Problem(0, 'offline', '');
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'unknown', error instanceof Error ? error.message : String(error));
}
