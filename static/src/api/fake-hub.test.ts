// @vitest-environment node
// The stand-in server of the browser suites is held against the API's own document: what it answers, a hub could answer.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { wrongAnswer, wrongs } from '../../e2e/conforms.mjs';

// By its path: under the bare name `ws`, a test resolves as a browser does, and for browsers that package has only a module that throws.
const { WebSocket } = createRequire(import.meta.url)('../../node_modules/ws/index.js');
const document = JSON.parse(readFileSync(new URL('../../api/openapi.json', import.meta.url), 'utf8'));
let hub: ChildProcess, base: string, token: string;

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: any }> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(base + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}
/** The same, and what is wrong with the answer. */
async function judged(method: string, path: string, body?: unknown): Promise<any> {
  const answer = await ask(method, path, body);
  const [bare = path] = path.split('?');
  expect(wrongAnswer(document, method, bare, answer.status, answer.body)).toEqual([]);
  return answer.body;
}

/** A visitor who writes one line. */
async function visit(key: string, text: string): Promise<void> {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/ws/chat`);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', channel_key: key }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'send', client_id: 'one', text }));
  await once(socket, 'message');
  socket.close();
}

beforeAll(async () => {
  hub = spawn(process.execPath, ['e2e/fake-hub.mjs'], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(hub.stdout!, 'data');
  base = String(line).trim().split(' ').at(-1)!;
});
afterAll(() => hub.kill());

test('everything that it answers fits the document', async () => {
  await judged('GET', '/api/auth/options');
  await judged('POST', '/api/auth/register', { email: 'a@b.kz', password: 'secret-words', company_name: 'A', name: 'Ann' });
  const signing = new URLSearchParams({ username: 'a@b.kz', password: 'secret-words' });
  const signed = await (await fetch(`${base}/api/auth/login`, { method: 'POST', body: signing })).json();
  token = signed.access_token;
  await judged('PATCH', '/api/ai', { api_key: 'sk-1234' });
  await judged('POST', '/api/invites', { role: 'operator' });
  await judged('POST', '/api/channels', { kind: 'telegram', name: 'Bot', token: '1:a' });
  await judged('POST', '/api/agent/tools', { name: 'x', description: 'x', url: 'https://x.example' });
  const { channels } = await judged('GET', '/api/channels');
  const chat = channels.find((it: { kind: string }) => it.kind === 'webchat');
  await judged('PUT', `/api/channels/${chat.id}/agent`, (await judged('GET', `/api/channels/${chat.id}/agent`)).settings);
  await visit(chat.key, 'Здравствуйте');
  const { conversations } = await judged('GET', '/api/conversations?view=all');
  const [it] = conversations;
  await judged('PATCH', `/api/conversations/${it.id}/draft`, { reply: 'x' });
  await judged('POST', `/api/conversations/${it.id}/status`, { status: 'pending' });
  await judged('POST', '/api/leads', { conversation_id: it.id, name: 'A', phone: '8 777 000 10 37' });
  await judged('POST', '/api/notices/code');
  const lists = ['sessions', 'operators', 'invites', 'setup', 'drafts', 'leads', 'notices', 'telegram-link', 'ai', 'ai/spend'];
  for (const list of [...lists, 'auth/me', 'agent/presets', 'agent/tools']) await judged('GET', `/api/${list}`);
  await judged('GET', `/api/channels/${chat.id}`);
  await judged('GET', `/api/channels/${chat.id}/agent/versions`);
  await judged('POST', `/api/channels/${chat.id}/agent/try`, { messages: [{ role: 'customer', text: 'x' }] });
  await judged('GET', `/api/conversations/${it.id}`);
  await judged('GET', `/api/customers/${it.customer.id}`);
  const { messages } = await judged('GET', `/api/conversations/${it.id}/messages`);
  expect(messages.length).toBeGreaterThan(0);
  expect((await ask('GET', '/api/nothing')).status).toBe(404);
});

test('the instrument itself finds what does not fit', () => {
  const person = { $ref: '#/components/schemas/Person' };
  expect(wrongs(document, person, { id: 1, name: 'A' })).toEqual([]);
  expect(wrongs(document, person, { id: 'x', name: 'A' })).toEqual(['/id is no integer: "x"']);
  expect(wrongs(document, person, { id: 1 })).toEqual(['/ lacks name']);
  expect(wrongs(document, { anyOf: [person, { type: 'null' }] }, null)).toEqual([]);
  expect(wrongAnswer(document, 'GET', '/api/nothing', 200, {})).toHaveLength(1);
  expect(() => wrongs(document, { not: person }, null)).toThrow('not understood');
});
