import { exclusively } from '../lib/exclusively';
import { addWords } from '../i18n/i18n.svelte';
import { keepsCookies } from '../lib/storage';
import { Problem } from './problem';

// The access token lives in memory only: a script that reads storage finds nothing, and a reload asks the refresh cookie.
let accessToken: string | null = null;
// Where the browser keeps no cookies, the session lasts as long as the page, and its refresh token lives here.
let refreshToken: string | null = null;
let refreshing: Promise<boolean> | null = null;
let whenSignedOut: () => void = () => {};
let whenGranted: (token: string) => boolean = () => true;

export const token = (): string | null => accessToken;
export const forgetToken = (): void => void (accessToken = refreshToken = null);
export const onSignedOut = (callback: () => void): void => void (whenSignedOut = callback);
/** Asked about every token that this tab is given: false = it is somebody else's than the page that is shown. */
export const onGranted = (callback: (token: string) => boolean): void => void (whenGranted = callback);
/** Another tab of this browser was given this one. */
export const takeToken = (token: string): void => void (accessToken = token);
/** A session of this page alone: the browser keeps no cookies. */
export const isOwnSession = (): boolean => refreshToken !== null;
export const SIGNING_IN = 'sb.refresh';

export type CallOptions = {
  json?: unknown;
  form?: Record<string, string>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** Public endpoints: a 401 is an answer, not a reason to refresh. */
  anonymous?: boolean;
};

async function raw(method: string, path: string, options: CallOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json', ...options.headers };
  let body: BodyInit | undefined;
  if (options.json !== undefined) {
    headers['Content-Type'] = 'application/json';
    body = JSON.stringify(options.json);
  } else if (options.form) {
    body = new URLSearchParams(options.form);
  }
  if (accessToken && !options.anonymous) headers.Authorization = `Bearer ${accessToken}`;
  try {
    return await fetch(path, { method, headers, body, signal: options.signal, credentials: 'same-origin' });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw Problem.offline();
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null);
  const problem = Problem.from(response.status, body, response.headers.get('x-request-id'));
  // A toast is worded once: the words of refusals are waited for, as long as a request may take.
  if (typeof body === 'object' && body !== null && 'reason' in body) await addWords('errors');
  return problem;
}

/** Whoever says so gets the refresh token in the answer, not as a cookie alone. */
const AS_PROGRAM = { headers: { 'X-Client': 'api' } };
type Granted = { access_token: string; refresh_token?: string };

function keep(granted: Granted): boolean {
  accessToken = granted.access_token;
  refreshToken = granted.refresh_token ?? null;
  if (whenGranted(granted.access_token)) return true;
  forgetToken();
  return false;
}

/** One refresh at a time, shared by all callers and all tabs. False = not signed in; an unreachable server throws. */
export function refresh(): Promise<boolean> {
  const before = accessToken;
  refreshing ??= exclusively(SIGNING_IN, async () => {
    // While we waited, another tab has done it for all.
    if (accessToken !== null && accessToken !== before) return true;
    const own = refreshToken ? { ...AS_PROGRAM, json: { refresh_token: refreshToken } } : {};
    const response = await raw('POST', '/api/auth/refresh', { anonymous: true, ...own });
    if (response.ok) return keep((await response.json()) as Granted);
    if (response.status >= 500 || response.status === 429) throw await problemOf(response);
    accessToken = null;
    return false;
  }).finally(() => (refreshing = null));
  return refreshing;
}

export async function fetchWithToken(method: string, path: string, options: CallOptions = {}): Promise<Response> {
  let response = await raw(method, path, options);
  if (response.status === 401 && !options.anonymous) {
    if (await refresh()) response = await raw(method, path, options);
    else whenSignedOut();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

export async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
  const response = await fetchWithToken(method, path, options);
  if (response.status === 204) return undefined as T;
  return (await response.json()) as T;
}

export const get = <T>(path: string, signal?: AbortSignal): Promise<T> => call<T>('GET', path, { signal });
export const post = <T>(path: string, json: unknown = {}): Promise<T> => call<T>('POST', path, { json });
export const patch = <T>(path: string, json: unknown, signal?: AbortSignal): Promise<T> =>
  call<T>('PATCH', path, { json, signal });
export const del = (path: string): Promise<void> => call<void>('DELETE', path);

export async function signIn(email: string, password: string): Promise<void> {
  const answer = await call<Granted>('POST', '/api/auth/login', {
    form: { username: email, password },
    anonymous: true,
    ...(keepsCookies() ? {} : AS_PROGRAM),
  });
  keep(answer);
}
