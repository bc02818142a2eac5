import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Id } from '../../api/types';
import type { ServerFrame } from '../frames';
import type { Link } from '../socket';
import { Feed } from './feed';
import { browser, random, server, type Browser } from './testing';

type Tab = {
  name: string;
  feed: Feed;
  link: Link;
  leads: boolean;
  /** The numbers of the events it was shown since it last loaded everything, and up to where that load reached. */
  shown: number[];
  loaded: number;
  loads: number;
  hints: ServerFrame[];
  told: unknown[];
};
let host: Browser;
let hub: ReturnType<typeof server>;
let tabs: Tab[];
let made = 0;
const stops: (() => void)[] = [];
const settle = (ms = 300): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

function world(seed?: number): void {
  host = browser(seed === undefined ? undefined : random(seed));
  hub = server(host);
  tabs = [];
  vi.stubGlobal('WebSocket', hub.FakeWebSocket);
}

function open(shared = true): Tab {
  const name = `t${made++}`;
  const tab: Tab = { name, link: 'stopped', leads: false, shown: [], loaded: 0, loads: 0, hints: [], told: [], feed: null! };
  tab.feed = new Feed(
    1 as Id,
    `ws://x/${name}`,
    {
      token: async () => 'T',
      renew: async () => true,
      onLink: (link) => (tab.link = link),
      onReady: (fresh) => {
        if (fresh) Object.assign(tab, { loaded: hub.head, loads: tab.loads + 1, shown: [] });
      },
      onFrame: (frame) => {
        if ('seq' in frame) tab.shown.push(frame.seq);
        else tab.hints.push(frame as ServerFrame);
      },
      onSignedOut: () => {},
      onTold: (data) => tab.told.push(data),
      onLead: (leads) => (tab.leads = leads),
    },
    shared ? host.env(name) : null,
    name,
  );
  tab.feed.start();
  stops.push(() => tab.feed.stop());
  tabs.push(tab);
  return tab;
}
function kill(tab: Tab): void {
  host.kill(tab.name);
  hub.sockets().forEach((it) => it.tab === tab.name && it.cut());
  tabs = tabs.filter((it) => it !== tab);
}
/** Every event that its loads do not hold, once and in order. */
function whole(tab: Tab): void {
  expect(tab.shown, tab.name).toEqual([...new Set(tab.shown)].sort((a, b) => a - b));
  expect(
    tab.shown.filter((it) => it > tab.loaded),
    tab.name,
  ).toEqual(hub.seen.filter((it) => it > tab.loaded));
}
const leader = (): Tab => tabs.find((it) => it.leads)!;

beforeEach(() => {
  vi.useFakeTimers();
  world();
});
afterEach(() => {
  stops.splice(0).forEach((stop) => stop());
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('one socket for all tabs, and every tab hears everything', async () => {
  open();
  await settle();
  open();
  open();
  await settle();
  hub.publish();
  hub.publish(false);
  hub.publish();
  await settle();
  expect(hub.sockets()).toHaveLength(1);
  expect(tabs.map((it) => [it.link, it.leads])).toEqual([
    ['live', true],
    ['live', false],
    ['live', false],
  ]);
  for (const tab of tabs) expect(tab.shown).toEqual(hub.seen);
});

it('a tab alone posts nothing while it works', async () => {
  open();
  await settle();
  const before = host.posts;
  for (let i = 0; i < 20; i++) hub.publish();
  await settle(30_000);
  expect(host.posts).toBe(before);
});

it('many events of one moment are one post', async () => {
  open();
  await settle();
  open();
  await settle();
  const before = host.posts;
  for (let i = 0; i < 50; i++) hub.publish();
  await settle(200);
  expect(host.posts - before).toBe(1);
});

it('the next tab takes over within two seconds, from where it is, and nothing is missed', async () => {
  const first = open();
  await settle();
  const [a, b] = [open(), open()];
  await settle();
  kill(first);
  hub.publish();
  await settle(2000);
  hub.publish();
  await settle();
  expect(hub.sockets()).toHaveLength(1);
  for (const tab of [a, b]) {
    expect(tab.loads).toBe(1);
    expect(tab.link).toBe('live');
    whole(tab);
  }
});

it('one that sleeps with the socket loses it, the rest goes on, and it comes back whole', async () => {
  const first = open();
  await settle();
  const other = open();
  await settle();
  host.sleep(first.name);
  hub.publish();
  await settle(12_000);
  hub.publish();
  await settle();
  expect(other.leads).toBe(true);
  whole(other);
  host.wake(first.name);
  await settle(1000);
  expect(first.leads).toBe(false);
  expect(hub.sockets().map((it) => it.tab)).toEqual([other.name]);
  hub.publish();
  await settle();
  whole(first);
  expect([first.loads, first.link]).toEqual([1, 'live']);
});

it('a tab set aside by the browser makes room, and goes on when it is shown again', async () => {
  const first = open();
  await settle();
  const other = open();
  await settle();
  // Both hear it in one process; the second enters again at once.
  dispatchEvent(new PageTransitionEvent('pagehide'));
  await settle();
  expect(hub.sockets()).toHaveLength(0);
  hub.publish();
  dispatchEvent(new PageTransitionEvent('pageshow'));
  await settle(1000);
  expect(hub.sockets()).toHaveLength(1);
  for (const tab of [first, other]) whole(tab);
  expect(first.loads).toBe(1);
});

it('one that missed more than is remembered loads anew', async () => {
  open();
  await settle();
  const sleeper = open();
  await settle();
  host.sleep(sleeper.name);
  for (let i = 0; i < 700; i++) hub.publish();
  await settle(1000);
  // What was posted meanwhile is lost to it.
  host.asleep.set(sleeper.name, []);
  host.wake(sleeper.name);
  hub.publish();
  await settle(1000);
  expect(sleeper.loads).toBe(2);
  whole(sleeper);
});

it('frames of other tabs go out through the one socket', async () => {
  open();
  await settle();
  const other = open();
  await settle();
  other.feed.send({ type: 'typing', conversation_id: 5, on: true });
  await settle();
  expect(hub.received.at(-1)?.frame).toEqual({ type: 'typing', conversation_id: 5, on: true });
  expect(hub.received.at(-1)?.tab).toBe(leader().name);
  expect(other.feed.send({ type: 'send', conversation_id: 5, client_id: 'c' })).toBe(false);
});

it('the server is told of the conversation that was looked at last, and of the rest when that tab is gone', async () => {
  const first = open();
  await settle();
  first.feed.view(5);
  const other = open();
  await settle();
  const viewed = (): unknown[] => hub.received.filter((it) => it.frame.type === 'viewing').map((it) => it.frame.conversation_id);
  expect(viewed()).toEqual([5]);
  vi.spyOn(document, 'hasFocus').mockReturnValue(true);
  other.feed.view(6);
  await settle();
  expect(viewed()).toEqual([5, 6]);
  other.feed.view(null);
  await settle();
  expect(viewed()).toEqual([5, 6, 5]);
  kill(first);
  other.feed.view(7);
  await settle(2000);
  expect(viewed().at(-1)).toBe(7);
  // Somebody new looks there too.
  other.feed.greet(7);
  other.feed.greet(5);
  await settle();
  expect(viewed().slice(-2)).toEqual([7, 7]);
});

it('a late tab knows who is online and who looks at what', async () => {
  open();
  await settle();
  hub.hint({ type: 'presence.snapshot', online: [1, 2] });
  hub.hint({ type: 'presence.updated', user_id: 3, presence: 'online' });
  hub.hint({ type: 'conversation.viewing', conversation_id: 5, user_id: 2, name: 'Дана', on: true });
  await settle();
  const late = open();
  await settle();
  expect(late.hints).toEqual([
    { type: 'presence.snapshot', online: [1, 2, 3] },
    { type: 'conversation.viewing', conversation_id: 5, user_id: 2, name: 'Дана', on: true },
  ]);
});

it('an acknowledgement reaches every tab, a refusal only the one that sends', async () => {
  open();
  await settle();
  const other = open();
  await settle();
  hub.hint({ type: 'ack', client_id: 'a', message: {} });
  hub.hint({ type: 'nack', client_id: 'b', problem: {} });
  await settle();
  expect(leader().hints.map((it) => it.type)).toEqual(['ack', 'nack']);
  expect(other.hints.map((it) => it.type)).toEqual(['ack']);
});

it('what one tab tells, all others hear', async () => {
  const first = open();
  await settle();
  const [a, b] = [open(), open()];
  await settle();
  first.feed.tell(1);
  a.feed.tell(2);
  await settle();
  expect([first.told, a.told, b.told.sort()]).toEqual([[2], [1], [1, 2]]);
});

it.each(['without locks', 'with locks that are refused', 'with a channel that is refused'])(
  'each tab works alone %s',
  async (how) => {
    const refused = (): never => {
      throw new DOMException('', 'SecurityError');
    };
    const env = host.env;
    host.env = (tab) => ({
      locks: how.includes('locks') ? ({ request: async () => refused() } as unknown as LockManager) : env(tab).locks,
      channel: refused,
    });
    const [a, b] = [open(how !== 'without locks'), open(how !== 'without locks')];
    await settle();
    hub.publish();
    await settle();
    expect(hub.sockets()).toHaveLength(2);
    for (const tab of [a, b]) {
      expect([tab.link, tab.leads, tab.feed.shared]).toEqual(['live', true, false]);
      whole(tab);
    }
  },
);

it('a tab that is merely shown does not hurry the one with the socket', async () => {
  open();
  await settle();
  open();
  await settle();
  let tries = 0;
  const { FakeWebSocket } = hub;
  vi.stubGlobal(
    'WebSocket',
    class extends FakeWebSocket {
      constructor(url: string) {
        super(url);
        tries++;
        this.close();
        setTimeout(() => this.onclose({ code: 1006 }), 10);
      }
    },
  );
  hub.sockets()[0]!.cut();
  await settle(60_000);
  // By its back-off alone: 0.5, 1, 2 … 20 s at most.
  expect(tries).toBeLessThan(12);
  const before = tries;
  dispatchEvent(new Event('focus'));
  await settle(200);
  expect(tries).toBeGreaterThan(before);
});

it('whoever is signed out lets go of everything', async () => {
  const first = open();
  await settle();
  first.feed.stop();
  await settle();
  expect(first.link).toBe('stopped');
  expect(hub.sockets()).toHaveLength(0);
  expect(host.holder('sb.feed.1')).toBeUndefined();
});

it.each(Array.from({ length: 40 }, (_, seed) => seed))(
  'whatever happens to the tabs, each of them sees every event once and in order (%i)',
  async (seed) => {
    world(seed);
    const rand = random(seed + 1000);
    const pick = (): Tab | undefined => tabs[Math.floor(rand() * tabs.length)];
    open();
    for (let step = 0; step < 120; step++) {
      const dice = rand();
      const one = pick();
      if (dice < 0.5) hub.publish(rand() < 0.8);
      else if (dice < 0.58 && tabs.length < 5) open();
      else if (dice < 0.64 && tabs.length > 1 && one) kill(rand() < 0.7 ? (leader() ?? one) : one);
      else if (dice < 0.7 && one) host.sleep(one.name);
      else if (dice < 0.8 && one) host.wake(one.name);
      else if (dice < 0.85) hub.sockets()[0]?.cut();
      await settle(Math.floor(rand() * (rand() < 0.1 ? 9000 : 400)));
    }
    for (const tab of tabs) host.wake(tab.name);
    await settle(30_000);
    hub.publish();
    await settle(5000);
    expect(hub.sockets()).toHaveLength(1);
    expect(tabs.filter((it) => it.leads)).toHaveLength(1);
    for (const tab of tabs) {
      expect(tab.link).toBe('live');
      expect(tab.loads).toBeLessThanOrEqual(3);
      whole(tab);
    }
    // Each but one stands in line, and the one watches each.
    expect(host.waiting()).toBe(2 * (tabs.length - 1));
  },
);
