import type { Env } from './common';

// A browser with several tabs, and a server, in one process and under fake timers: for tests.

export const random = (seed: number) => (): number => {
  seed = (seed * 1664525 + 1013904223) % 4294967296;
  return seed / 4294967296;
};

type Request = {
  tab: string;
  name: string;
  held: () => unknown;
  resolve: (value: unknown) => void;
  reject: (why: Error) => void;
  granted: boolean;
};
export type Browser = ReturnType<typeof browser>;

export function browser(rand: () => number = () => 0) {
  const requests: Request[] = [];
  const channels: FakeChannel[] = [];
  const dead = new Set<string>();
  /** What a tab that sleeps has not yet been told. */
  const asleep = new Map<string, (() => void)[]>();
  const due = new Map<string, number>();

  /** Later, and in order for each way; a tab that is gone hears nothing, one that sleeps hears it when it wakes. */
  function deliver(way: string, tab: string, run: () => void): void {
    const at = Math.max(Date.now() + Math.floor(rand() * 15), due.get(way) ?? 0);
    due.set(way, at);
    const arrive = (): void => {
      if (dead.has(tab)) return;
      const waiting = asleep.get(tab);
      if (waiting) waiting.push(run);
      else run();
    };
    setTimeout(arrive, at - Date.now());
  }

  function grant(name: string): void {
    const first = requests.find((it) => it.name === name);
    if (!first || first.granted) return;
    first.granted = true;
    deliver(`lock.${first.tab}`, first.tab, () => {
      if (!requests.includes(first)) return;
      const held = new Promise((done) => done(first.held()));
      void held.then(first.resolve, first.reject).then(() => drop(first));
    });
  }

  function drop(request: Request): void {
    const at = requests.indexOf(request);
    if (at < 0) return;
    requests.splice(at, 1);
    grant(request.name);
  }

  class FakeChannel {
    onmessage: ((event: { data: unknown }) => void) | null = null;
    closed = false;
    constructor(
      readonly tab: string,
      readonly name: string,
    ) {
      channels.push(this);
    }
    postMessage(data: unknown): void {
      if (dead.has(this.tab)) return;
      const waiting = asleep.get(this.tab);
      if (waiting) return void waiting.push(() => this.postMessage(data));
      posts++;
      const copy = structuredClone(data);
      for (const it of channels) {
        if (it !== this && it.name === this.name && !it.closed)
          deliver(`${this.tab}>${it.tab}`, it.tab, () => it.closed || it.onmessage?.({ data: structuredClone(copy) }));
      }
    }
    close(): void {
      this.closed = true;
      channels.splice(channels.indexOf(this), 1);
    }
  }
  let posts = 0;

  return {
    dead,
    asleep,
    deliver,
    get posts() {
      return posts;
    },
    waiting: () => requests.filter((it) => !it.granted).length,
    holder: (name: string) => requests.find((it) => it.name === name && it.granted)?.tab,
    env: (tab: string): Env => ({
      channel: (name) => new FakeChannel(tab, name) as unknown as BroadcastChannel,
      locks: {
        request: (name: string, options: LockOptions, held: () => unknown) =>
          new Promise((resolve, reject) => {
            const request: Request = { tab, name, held, resolve, reject, granted: false };
            const ask = (): void => {
              if (options.steal) {
                for (const it of requests.filter((it) => it.name === name && it.granted)) {
                  requests.splice(requests.indexOf(it), 1);
                  deliver(`lock.${it.tab}`, it.tab, () => it.reject(new DOMException('stolen', 'AbortError')));
                }
                requests.unshift(request);
              } else requests.push(request);
              grant(name);
            };
            options.signal?.addEventListener('abort', () => {
              if (request.granted) return;
              drop(request);
              reject(new DOMException('aborted', 'AbortError'));
            });
            const waiting = asleep.get(tab);
            if (waiting) waiting.push(ask);
            else if (!dead.has(tab)) ask();
          }),
      } as unknown as LockManager,
    }),
    kill(tab: string): void {
      dead.add(tab);
      for (const it of channels.filter((it) => it.tab === tab)) it.close();
      for (const it of requests.filter((it) => it.tab === tab)) drop(it);
    },
    sleep: (tab: string) => void (asleep.has(tab) || asleep.set(tab, [])),
    wake(tab: string): void {
      const waiting = asleep.get(tab) ?? [];
      asleep.delete(tab);
      waiting.forEach((run) => run());
    },
  };
}

type Sent = Record<string, unknown> & { type: string };

/** The server's side of the feed: what has a number in `hidden` this person may not see. Each socket's address names its tab. */
export function server(browser: Browser) {
  let head = 100;
  const seen: number[] = [];
  const open = new Set<FakeWebSocket>();
  const received: { tab: string; frame: Sent }[] = [];

  class FakeWebSocket {
    static OPEN = 1;
    readyState = 0;
    onopen: () => void = () => {};
    onmessage: (event: { data: string }) => void = () => {};
    onclose: (event: { code: number }) => void = () => {};
    readonly tab: string;
    #prev = -1;
    constructor(url: string) {
      this.tab = url.split('/').at(-1)!;
      this.#later(() => {
        this.readyState = 1;
        open.add(this);
        this.onopen();
      });
    }
    #later(run: () => void): void {
      browser.deliver(`ws.${this.tab}`, this.tab, () => this.readyState < 2 && run());
    }
    hear(frame: object): void {
      const data = JSON.stringify(frame);
      this.#later(() => this.onmessage({ data }));
    }
    event(seq: number): void {
      if (this.#prev < 0) return;
      this.hear({ type: 'x', prev: this.#prev, seq });
      this.#prev = seq;
    }
    send(data: string): void {
      if (browser.dead.has(this.tab) || this.readyState !== 1) return;
      const waiting = browser.asleep.get(this.tab);
      if (waiting) return void waiting.push(() => this.send(data));
      const frame = JSON.parse(data) as Sent & { epoch?: string; after?: number };
      received.push({ tab: this.tab, frame });
      if (frame.type === 'ping') return this.hear({ type: 'pong' });
      if (frame.type !== 'auth') return;
      const resumes = frame.epoch === 'e';
      this.#prev = resumes ? frame.after! : head;
      this.hear({ type: 'ready', epoch: 'e', seq: head });
      if (resumes) for (const seq of seen) if (seq > frame.after!) this.event(seq);
    }
    close(): void {
      this.readyState = 3;
      open.delete(this);
    }
    cut(): void {
      const alive = this.readyState === 1;
      this.close();
      if (alive) browser.deliver(`ws.${this.tab}`, this.tab, () => this.onclose({ code: 1006 }));
    }
  }

  return {
    FakeWebSocket,
    received,
    seen,
    get head() {
      return head;
    },
    sockets: () => [...open].filter((it) => !browser.dead.has(it.tab)),
    publish(visible = true): void {
      head++;
      if (!visible) return;
      seen.push(head);
      for (const it of open) it.event(head);
    },
    hint: (frame: object) => open.forEach((it) => it.hear(frame)),
  };
}
