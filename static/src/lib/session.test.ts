import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { SessionNews } from './session-news';

// The tab under test, the other tabs of the browser behind a channel, and a server that says who has the cookie.
class FakeChannel {
  static last: FakeChannel;
  said: SessionNews[] = [];
  onmessage: (event: { data: SessionNews }) => void = () => {};
  constructor() {
    FakeChannel.last = this;
  }
  postMessage(news: SessionNews): void {
    this.said.push(news);
  }
}
const tokenOf = (user: number, n = 0): string => `h.${btoa(JSON.stringify({ uid: user, n }))}.s`;
const others = {
  say: (news: SessionNews): void => FakeChannel.last.onmessage({ data: news }),
  heard: (): SessionNews[] => FakeChannel.last.said.splice(0),
};
let cookie: number | null;
let asked: string[];
const answer = (status: number, body: unknown = {}): Response =>
  new Response(status === 204 ? null : JSON.stringify(body), { status });
const hub = vi.hoisted(() => ({ start: vi.fn(), pause: vi.fn(), stop: vi.fn() }));
vi.mock('../realtime/hub.svelte', () => ({ hub }));

async function tab() {
  vi.resetModules();
  const { session } = await import('./session.svelte');
  const client = await import('../api/client');
  return { session, client };
}

beforeEach(() => {
  vi.stubGlobal('BroadcastChannel', FakeChannel);
  vi.stubGlobal('fetch', async (path: string, { headers }: { headers: Record<string, string> }) => {
    asked.push(path);
    const bearer = headers.Authorization?.slice(7);
    if (path.endsWith('/login')) return ((cookie ??= 1), answer(200, { access_token: tokenOf(cookie) }));
    if (path.endsWith('/logout')) return ((cookie = null), answer(204));
    if (path.endsWith('/refresh')) return cookie ? answer(200, { access_token: tokenOf(cookie, asked.length) }) : answer(401);
    if (path.endsWith('/me')) return answer(200, { id: Number(JSON.parse(atob(bearer!.split('.')[1]!)).uid), email: 'a@b.c' });
    return path.endsWith('/stale') ? answer(401) : answer(200, { drafts: [], next_cursor: null });
  });
  history.replaceState(null, '', '/login');
  cookie = 1;
  asked = [];
  vi.clearAllMocks();
});
afterEach(() => vi.unstubAllGlobals());

it('tells the other tabs of each new token, and takes theirs', async () => {
  const { session, client } = await tab();
  await session.resume();
  expect(others.heard()).toMatchObject([{ kind: 'token', user: 1 }]);
  others.say({ kind: 'token', token: tokenOf(1, 99), user: 1 });
  expect(client.token()).toBe(tokenOf(1, 99));
  expect(hub.start).toHaveBeenCalledTimes(1);
});

it('waits for a tab that refreshes, and asks the server no second time', async () => {
  const { session, client } = await tab();
  await session.resume();
  const locks = {
    request: async (_: string, __: object, run: () => unknown) => {
      others.say({ kind: 'token', token: tokenOf(1, 99), user: 1 });
      return run();
    },
  };
  Object.defineProperty(navigator, 'locks', { value: locks, configurable: true });
  asked = [];
  expect(await client.refresh()).toBe(true);
  expect(asked).toEqual([]);
  Object.defineProperty(navigator, 'locks', { value: undefined, configurable: true });
});

it('leaves when another tab has left, and says so itself', async () => {
  const { session, client } = await tab();
  await session.resume();
  others.heard();
  others.say({ kind: 'out' });
  expect([session.phase, session.me, client.token()]).toEqual(['out', null, null]);
  expect(hub.stop).toHaveBeenCalled();
  expect(others.heard()).toEqual([]);
  await session.login('a@b.c', 'x');
  others.heard();
  await session.logout();
  expect(others.heard()).toEqual([{ kind: 'out' }]);
});

it('a session that has ended has ended in all tabs, and goes on in all when its owner is back in one', async () => {
  const { session, client } = await tab();
  await session.resume();
  others.say({ kind: 'ended' });
  expect([session.lapsed, session.me?.id]).toEqual([true, 1]);
  others.say({ kind: 'token', token: tokenOf(1, 7), user: 1 });
  expect([session.lapsed, client.token()]).toEqual([false, tokenOf(1, 7)]);
  expect(hub.start).toHaveBeenCalledTimes(2);
  // And the other way round.
  others.heard();
  cookie = null;
  await client.get('/api/stale').catch(() => {});
  expect(session.lapsed).toBe(true);
  expect(others.heard()).toEqual([{ kind: 'ended' }]);
});

it('comes in from the sign-in page when another tab has signed in, and from nowhere else', async () => {
  cookie = null;
  const { session } = await tab();
  await session.resume();
  expect(session.phase).toBe('out');
  history.replaceState(null, '', '/register');
  dispatchEvent(new PopStateEvent('popstate'));
  const { navigate } = await import('./router.svelte');
  navigate('/register', { replace: true });
  others.say({ kind: 'token', token: tokenOf(1), user: 1 });
  await vi.waitFor(() => expect(session.phase).toBe('out'));
  navigate('/login', { replace: true });
  others.say({ kind: 'token', token: tokenOf(1), user: 1 });
  await vi.waitFor(() => expect(session.phase).toBe('in'));
});

it('begins anew when somebody else has signed in here, and sends nothing in their name', async () => {
  const assign = vi.fn();
  vi.stubGlobal('location', { ...location, assign, pathname: '/inbox', search: '', hash: '', href: 'http://x/inbox' });
  for (const how of ['by the channel', 'by the cookie']) {
    cookie = 1;
    const { session, client } = await tab();
    await session.resume();
    cookie = 2;
    asked = [];
    if (how === 'by the channel') others.say({ kind: 'token', token: tokenOf(2), user: 2 });
    else await expect(client.post('/api/stale')).rejects.toThrow();
    expect(session.me, how).toBeNull();
    expect(client.token()).toBeNull();
    expect(assign).toHaveBeenLastCalledWith('/');
    expect(asked.filter((it) => it.endsWith('/stale')).length).toBeLessThanOrEqual(1);
    expect(session.lapsed).toBe(false);
  }
  expect(assign).toHaveBeenCalledTimes(2);
});

it('keeps to itself what the browser gives no cookie for', async () => {
  const { session, client } = await tab();
  vi.spyOn(document, 'cookie', 'get').mockReturnValue('');
  vi.stubGlobal('fetch', async (path: string) =>
    path.endsWith('/login') ? answer(200, { access_token: tokenOf(1), refresh_token: 'r' }) : answer(200, { id: 1 }),
  );
  await session.login('a@b.c', 'x');
  expect(others.heard()).toEqual([]);
  others.say({ kind: 'out' });
  expect([session.phase, client.token()]).toEqual(['in', tokenOf(1)]);
});
