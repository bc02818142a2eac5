import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Problem } from '../api/problem';
import type { Id, Status } from '../api/types';
import type { Change } from './change-rules';
import type { SendFrame } from './frames';
import { Queues, type QueueNews } from './queues';

/** What reached the server, in order: the words of a message, or the status that was asked for. */
let heard: string[];
let linked: boolean;
/** How the next messages and changes end; without one they are taken. */
let nacks: string[];
let answer: (it: Change) => Problem | 'never' | null;
let tabs: Tab[];
const refused = vi.fn<(change: Change, problem: Problem) => void>();

/** A tab with both queues, on a link that answers every message a moment later. */
class Tab {
  unanswered: SendFrame[] = [];
  leads = false;
  queues: Queues;
  constructor(
    readonly name: string,
    readonly shared: boolean,
    user: Id = 1,
  ) {
    this.queues = new Queues(
      {
        send: (frame) => {
          if (!linked || !this.leads) return false;
          heard.push(frame.text ?? '');
          this.unanswered.push(frame);
          return true;
        },
        restart: () => {},
        linked: () => linked,
        shared: () => shared,
        leads: () => this.leads,
        tell: (news) => this.others.forEach((it) => it.queues.told(structuredClone(news) as QueueNews)),
        post: async (it) => {
          heard.push(String(it.body.status ?? it.kind));
          const said = answer(it);
          if (said === 'never') return new Promise(() => {});
          if (said) throw said;
          return null;
        },
        show: () => () => {},
        done: () => {},
        refused,
      },
      name,
    );
    tabs.push(this);
    this.queues.open(user);
    if (!shared || tabs[0] === this) this.lead();
  }
  get others(): Tab[] {
    return this.shared ? tabs.filter((it) => it !== this) : [];
  }
  /** As where the browser gives the lead to a tab, and its link is there. */
  lead(): void {
    this.leads = true;
    this.queues.lead();
    this.queues.ready();
  }
  write(text: string, then?: { status: Status; until?: string }): string {
    const id = this.queues.outbox.add({ conversation_id: 1, text, note: false, files: [], then });
    vi.advanceTimersByTime(1);
    return id;
  }
  set(status: Status): void {
    this.queues.changes.add({ conversation_id: 1, kind: 'status', body: { status } });
    vi.advanceTimersByTime(1);
  }
  /** The feed says it to every tab, the answers of a socket only where each has its own. */
  async answer(): Promise<void> {
    const frame = this.unanswered.shift()!;
    const code = nacks.shift();
    const who = this.shared ? [this, ...this.others] : [this];
    for (const it of who) {
      if (!code) it.queues.outbox.acked(frame.client_id);
      else if (it.leads) it.queues.outbox.refused(frame.client_id, { code });
    }
    await vi.advanceTimersByTimeAsync(1);
  }
  async answerAll(): Promise<void> {
    while (this.unanswered.length) await this.answer();
    await vi.advanceTimersByTimeAsync(1);
  }
  /** It is closed, or loaded anew: nothing is left of it but what stands in the browser. */
  die(): void {
    tabs = tabs.filter((it) => it !== this);
    this.queues.close();
  }
}
const link = (on: boolean): void => {
  linked = on;
  if (!on) for (const it of tabs) it.queues.outbox.unlinked();
  else for (const it of tabs) if (it.leads) it.lead();
};

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  heard = [];
  nacks = [];
  tabs = [];
  linked = true;
  answer = () => null;
  refused.mockReset();
});

describe.each([
  ['tabs that hear each other', true],
  ['a tab by itself', false],
])('%s', (_, shared) => {
  it('what was written goes before what was done after it', async () => {
    const tab = new Tab('a', shared);
    tab.write('bye');
    tab.set('closed');
    expect(heard).toEqual(['bye']);
    await tab.answerAll();
    expect(heard).toEqual(['bye', 'closed']);
  });

  it('a message that waits for its writer to decide holds back no change', async () => {
    const tab = new Tab('a', shared);
    tab.write('one');
    tab.write('two');
    nacks = ['changed_since'];
    await tab.answer();
    tab.set('closed');
    await tab.answerAll();
    expect(heard).toEqual(['one', 'closed']);
    expect(tab.queues.changes.entries).toEqual([]);
  });

  it('what was decided after "send and close" holds', async () => {
    const tab = new Tab('a', shared);
    tab.write('bye', { status: 'closed' });
    tab.set('snoozed');
    await tab.answerAll();
    expect(heard).toEqual(['bye', 'snoozed']);
  });

  it('"send and close" closes over what was decided before it', async () => {
    const tab = new Tab('a', shared);
    link(false);
    tab.set('pending');
    tab.write('bye', { status: 'closed' });
    link(true);
    await vi.advanceTimersByTimeAsync(1);
    await tab.answerAll();
    expect(heard).toEqual(['pending', 'bye', 'closed']);
  });

  it('what was written after a status goes after it, as if there had been a link all the time', async () => {
    const tab = new Tab('a', shared);
    link(false);
    tab.write('one');
    tab.set('closed');
    tab.write('two');
    tab.write('three');
    link(true);
    await tab.answerAll();
    expect(heard).toEqual(['one', 'closed', 'two', 'three']);
  });

  it('what was written after "send and close" goes after it is closed', async () => {
    const tab = new Tab('a', shared);
    link(false);
    tab.write('bye', { status: 'closed' });
    tab.write('one more thing');
    link(true);
    await tab.answerAll();
    expect(heard).toEqual(['bye', 'closed', 'one more thing']);
  });

  it('the order holds though the clock is set back', async () => {
    const tab = new Tab('a', shared);
    link(false);
    tab.write('one');
    vi.setSystemTime(Date.now() - 3600_000);
    tab.set('closed');
    tab.write('two');
    link(true);
    await vi.advanceTimersByTimeAsync(1);
    await tab.answerAll();
    expect(heard).toEqual(['one', 'closed', 'two']);
  });

  it('a refused status holds back no message', async () => {
    const tab = new Tab('a', shared);
    answer = () => new Problem(403, 'forbidden', '');
    tab.set('closed');
    tab.write('hello');
    expect(heard).toEqual(['closed']);
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toEqual(['closed', 'hello']);
  });

  it('a status whose answer never comes well holds back no message for long', async () => {
    const tab = new Tab('a', shared);
    answer = () => new Problem(500, 'internal', '');
    tab.set('closed');
    tab.write('hello');
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard.slice(0, 3)).toEqual(['closed', 'closed', 'hello']);
    await tab.answerAll();
    await vi.advanceTimersByTimeAsync(300_000);
    expect(refused).toHaveBeenCalledTimes(1);
  });
});

it('what a closed tab has left behind is found though the clock was set back', async () => {
  linked = false;
  const before = new Tab('before', false);
  before.write('bye');
  before.die();
  vi.setSystemTime(Date.now() - 86_400_000);
  linked = true;
  new Tab('after', false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(heard).toEqual(['bye']);
});

describe('after the page is loaded anew', () => {
  it('"send and close" still closes where the tabs know nothing of each other', async () => {
    const before = new Tab('before', false);
    before.write('bye', { status: 'closed' });
    before.die();
    const after = new Tab('after', false);
    await vi.advanceTimersByTimeAsync(70_000);
    await after.answerAll();
    expect(heard).toEqual(['bye', 'bye', 'closed']);
    expect(localStorage).toHaveLength(0);
  });

  it('the order holds', async () => {
    linked = false;
    const before = new Tab('before', true);
    before.write('one');
    before.set('closed');
    before.write('two');
    before.die();
    linked = true;
    const after = new Tab('after', true);
    await after.answerAll();
    expect(heard).toEqual(['one', 'closed', 'two']);
  });
});

it('the tab with the socket keeps the order of what two tabs have made', async () => {
  linked = false;
  const [one, other] = [new Tab('one', true), new Tab('other', true)];
  one.write('one');
  other.set('closed');
  one.write('two');
  link(true);
  await one.answerAll();
  expect(heard).toEqual(['one', 'closed', 'two']);
  expect([other.queues.outbox.entries, other.queues.changes.entries, localStorage.length]).toEqual([[], [], 0]);
});
