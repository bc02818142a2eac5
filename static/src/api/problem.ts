import { addWords, tMaybe } from '../i18n/i18n.svelte';
import type { Params } from '../i18n/plural';

/** Why something was refused: `api/error-codes.json` has them all, `i18n/<language>/errors.ts` their words. */
export type Reason = { code: string; params: Params };
type Said = { fields?: Record<string, Reason>; reason?: Reason | null };

/** In the reader's language; null while nobody has words for it. */
const inWords = (reason: Reason | null | undefined): string | null =>
  reason ? tMaybe('reason.' + reason.code, reason.params) : null;

const isObject = (it: unknown): it is Record<string, unknown> => typeof it === 'object' && it !== null;

/** A refusal of the server (RFC 9457), or of the network, in one shape. `code` is stable; `detail` is for people. */
export class Problem extends Error {
  readonly #sentences: Record<string, string>;
  readonly #said: Said;

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    sentences: Record<string, string> = {},
    readonly requestId: string | null = null,
    /** Of `taken`: who has it by now. */
    readonly holder: { id: number; name: string } | null = null,
    said: Said = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.#sentences = sentences;
    this.#said = said;
  }

  /** What is said at each field: in our words, else in the server's. */
  get fields(): Record<string, string> {
    const worded = ([field, sentence]: [string, string]): [string, string] => [
      field,
      inWords(this.#said.fields?.[field]) ?? sentence,
    ];
    return Object.fromEntries(Object.entries(this.#sentences).map(worded));
  }

  /** The whole of it in our words; null where the code says more, or nothing does. */
  get reason(): string | null {
    return inWords(this.#said.reason);
  }

  static from(status: number, body: unknown, requestId: string | null = null): Problem {
    const it = isObject(body) ? body : {};
    const code = typeof it.code === 'string' ? it.code : status === 0 ? 'offline' : `http_${status}`;
    const detail = typeof it.detail === 'string' ? it.detail : typeof it.title === 'string' ? it.title : '';
    const sentences = isObject(it.errors) ? (it.errors as Record<string, string>) : {};
    const holder = typeof it.holder === 'object' ? (it.holder as Problem['holder']) : null;
    const said: Said = {
      fields: isObject(it.fields) ? (it.fields as Record<string, Reason>) : {},
      reason: isObject(it.reason) ? (it.reason as Reason) : null,
    };
    // A page that shows what was said at a field changes its words when they come.
    if (said.reason) void addWords('errors');
    return new Problem(status, code, detail, sentences, requestId, holder, said);
  }

  static offline(): Problem {
    return new Problem(0, 'offline', '');
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'unknown', error instanceof Error ? error.message : String(error));
}
