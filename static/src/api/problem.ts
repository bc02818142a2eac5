/** A refusal of the server (RFC 9457), or of the network, in one shape. `code` is stable; `detail` is for people. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly fields: Record<string, string> = {},
    readonly requestId: string | null = null,
    /** Of `taken`: who has it by now. */
    readonly holder: { id: number; name: string } | null = null,
  ) {
    super(detail);
    this.name = 'Problem';
  }

  static from(status: number, body: unknown, requestId: string | null = null): Problem {
    const it = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    const code = typeof it.code === 'string' ? it.code : status === 0 ? 'offline' : `http_${status}`;
    const detail = typeof it.detail === 'string' ? it.detail : typeof it.title === 'string' ? it.title : '';
    const fields = typeof it.errors === 'object' && it.errors !== null ? (it.errors as Record<string, string>) : {};
    const holder = typeof it.holder === 'object' ? (it.holder as Problem['holder']) : null;
    return new Problem(status, code, detail, fields, requestId, holder);
  }

  static offline(): Problem {
    return new Problem(0, 'offline', '');
  }
}

export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem(0, 'unknown', error instanceof Error ? error.message : String(error));
}
