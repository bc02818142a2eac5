import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as client from '../api/client';
import { Drafts, drafts } from './drafts.svelte';

let server: Record<number, { reply: string; note: string }>;
const told = vi.spyOn(client, 'patch');
const asked = vi.spyOn(client, 'get');

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = {};
  asked.mockReset().mockImplementation(
    async () =>
      ({
        drafts: Object.entries(server).map(([id, texts]) => ({ conversation_id: Number(id), ...texts })),
        next_cursor: null,
      }) as never,
  );
  told.mockReset().mockImplementation(async (path, texts) => {
    server[Number(path.match(/\d+/)![0])] = texts as never;
    return undefined as never;
  });
});
afterEach(() => {
  drafts.close();
  vi.useRealTimers();
});

it('tells the server when typing rests, once', async () => {
  drafts.open(1);
  for (const text of ['H', 'He', 'Hello']) drafts.write(5, 'reply', text);
  expect(drafts.read(5, 'reply')).toBe('Hello');
  await vi.advanceTimersByTimeAsync(900);
  expect(told.mock.calls).toEqual([['/api/conversations/5/draft', { reply: 'Hello', note: '' }]]);
});

it('what was not taken is written again below what stands there, once', () => {
  drafts.open(1);
  const { arrived } = drafts;
  drafts.giveBack(5, 'note', 'Ждёт смету');
  drafts.giveBack(5, 'note', 'Ждёт смету');
  expect([drafts.read(5, 'note'), drafts.arrived > arrived]).toEqual(['Ждёт смету', true]);
  drafts.write(5, 'note', 'Ещё \n');
  drafts.giveBack(5, 'note', 'Ждёт смету');
  expect(drafts.read(5, 'note')).toBe('Ещё\n\nЖдёт смету');
});

it('takes the words of another device, and its silence', async () => {
  server = { 5: { reply: 'from the phone', note: '' } };
  drafts.open(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(drafts.read(5, 'reply')).toBe('from the phone');
  expect(drafts.present.has(5)).toBe(true);
  server = {};
  await drafts.pull();
  expect(drafts.read(5, 'reply')).toBe('');
  expect(drafts.present.has(5)).toBe(false);
  expect(told).not.toHaveBeenCalled();
});

it('keeps words that the server has never heard, and tells them', async () => {
  drafts.open(1);
  told.mockRejectedValueOnce(new Error('offline'));
  drafts.write(5, 'note', 'typed in the tunnel');
  await vi.advanceTimersByTimeAsync(900);
  server = { 5: { reply: 'theirs', note: 'older' } };
  await drafts.pull();
  await vi.advanceTimersByTimeAsync(0);
  expect(drafts.read(5, 'note')).toBe('typed in the tunnel');
  expect(drafts.read(5, 'reply')).toBe('theirs');
  expect(server[5]).toEqual({ reply: 'theirs', note: 'typed in the tunnel' });
});

it('keeps users of one browser apart', async () => {
  drafts.open(1);
  drafts.write(5, 'reply', 'mine');
  await vi.advanceTimersByTimeAsync(900);
  drafts.close();
  server = {};
  drafts.open(2);
  expect(drafts.read(5, 'reply')).toBe('');
});

describe('two tabs', () => {
  const other = new Drafts();
  const KEY = 'sb.draft.1.5.reply';
  /** What the browser tells a tab of another one's words. */
  const tell = (newValue = localStorage.getItem(KEY)): void =>
    void dispatchEvent(new StorageEvent('storage', { key: KEY, newValue }));
  beforeEach(() => {
    drafts.open(1);
    other.open(1);
  });
  afterEach(() => other.close());

  it('have the same words, and the same marks', () => {
    const before = other.arrived;
    drafts.write(5, 'reply', 'Hello');
    tell();
    expect(other.read(5, 'reply')).toBe('Hello');
    expect(other.present.has(5)).toBe(true);
    expect(other.arrived).toBeGreaterThan(before);
    drafts.write(5, 'reply', '');
    tell(null);
    expect(other.present.has(5)).toBe(false);
  });

  it('do not touch each other in different conversations', () => {
    drafts.write(5, 'reply', 'to five');
    other.write(6, 'reply', 'to six');
    drafts.write(5, 'reply', 'to five, more');
    expect([other.read(5, 'reply'), drafts.read(6, 'reply')]).toEqual(['to five, more', 'to six']);
  });

  it('of two that write at once the newer words stay, wherever they came to lie', () => {
    other.write(5, 'reply', 'older');
    const older = localStorage.getItem(KEY)!;
    vi.advanceTimersByTime(3);
    drafts.write(5, 'reply', 'newer');
    // The browser keeps the older one last.
    localStorage.setItem(KEY, older);
    tell();
    expect(drafts.read(5, 'reply')).toBe('newer');
    expect(other.read(5, 'reply')).toBe('newer');
  });

  it('go on with what the other has written', () => {
    drafts.write(5, 'reply', 'One');
    tell();
    other.write(5, 'reply', 'One two');
    tell();
    drafts.write(5, 'reply', 'One two three');
    tell();
    expect(other.read(5, 'reply')).toBe('One two three');
  });
});

it('reads what an older console has kept', () => {
  localStorage.setItem('sb.draft.1.5.reply', 'from before');
  drafts.open(1);
  expect(drafts.read(5, 'reply')).toBe('from before');
});

it('a slow look at the server undoes nothing that was written, sent or told meanwhile', async () => {
  drafts.open(1);
  drafts.write(5, 'reply', 'to be sent');
  await vi.advanceTimersByTimeAsync(900);
  let answer = (): void => {};
  const old = { drafts: [{ conversation_id: 5, reply: 'to be sent', note: '' }], next_cursor: null };
  asked.mockImplementationOnce(() => new Promise((done) => (answer = () => done(old as never))));
  const look = drafts.pull();
  // Sent: the box is empty, and the server knows.
  drafts.write(5, 'reply', '');
  await vi.advanceTimersByTimeAsync(900);
  expect(server[5]).toEqual({ reply: '', note: '' });
  answer();
  await look;
  expect([drafts.read(5, 'reply'), drafts.present.has(5)]).toEqual(['', false]);
});
