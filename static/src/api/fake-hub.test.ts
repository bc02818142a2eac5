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
const codes: { problems: string[]; reasons: Record<string, string[]> } = JSON.parse(
  readFileSync(new URL('../../api/error-codes.json', import.meta.url), 'utf8'),
);
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

/** It is refused as the server refuses things: why is said by a code that is known, with all that belongs to it, and at its field. */
async function refusal(method: string, path: string, body: unknown): Promise<[status: number, field: string, why: string]> {
  const { status, body: said } = await ask(method, path, body);
  expect([status >= 400, wrongAnswer(document, method, path, status, said)]).toEqual([true, []]);
  expect(codes.problems).toContain(said.code);
  const { reason, fields = {}, errors = {} } = said;
  if (reason) expect(Object.keys(reason.params).sort()).toEqual([...(codes.reasons[reason.code] ?? ['unknown'])].sort());
  const [field = ''] = Object.keys(fields);
  expect([Object.keys(errors), fields[field]]).toEqual(field ? [[field], reason] : [[], undefined]);
  return [status, field, reason?.code ?? said.code];
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
  // The mark goes on and never back.
  const unread = async (): Promise<number> => (await judged('GET', `/api/conversations/${it.id}`)).unread;
  const before = await unread();
  for (const message_id of [undefined, 0]) await judged('POST', `/api/conversations/${it.id}/read`, { message_id });
  expect([before, await unread()]).toEqual([1, 0]);
  await judged('POST', '/api/notifications/read', {});
  expect((await ask('GET', '/api/nothing')).status).toBe(404);
});

test('what it refuses it refuses as the server does', async () => {
  const kept = token;
  expect(await refusal('POST', '/api/agent/tools', { name: 'Not a key' })).toEqual([422, 'name', 'not_a_key']);
  expect(await refusal('POST', '/api/agent/tools', { name: 'x', url: 'http://10.0.0.1' })).toEqual([
    422,
    'url',
    'address_inside',
  ]);
  expect(await refusal('PATCH', '/api/ai', { api_key: 'sk-wrong' })).toEqual([422, 'api_key', 'model_says']);
  expect(await refusal('POST', '/api/channels', { kind: 'telegram', token: 'x' })).toEqual([422, 'token', 'not_a_bot_token']);
  const { conversations } = await judged('GET', '/api/conversations?view=all');
  const lead = { conversation_id: conversations[0].id, phone: '12' };
  expect(await refusal('POST', '/api/leads', lead)).toEqual([422, 'phone', 'phone_too_short']);
  expect(await refusal('POST', '/api/conversations/999999/read', {})).toEqual([404, '', 'not_found']);
  const password = { password: 'new secret', current_password: 'wrong' };
  expect(await refusal('PATCH', '/api/auth/me', password)).toEqual([403, 'current_password', 'wrong_password']);
  const invite = async (email?: string): Promise<string> =>
    (await judged('POST', '/api/invites', { role: 'manager', email })).url.split('#')[1];
  const [named, open] = [await invite('m@b.kz'), await invite()];
  token = '';
  const joining = { token: named, name: 'Mira', email: 'x@b.kz', password: '1' };
  expect(await judged('POST', '/api/invites/preview', { token: named })).toMatchObject({ role: 'manager', email: 'm@b.kz' });
  expect(await refusal('POST', '/api/invites/accept', joining)).toEqual([422, 'password', 'password_too_short']);
  const joined = await judged('POST', '/api/invites/accept', { ...joining, password: 'secret-words' });
  expect([joined.email, joined.role]).toEqual(['m@b.kz', 'manager']);
  expect(await refusal('POST', '/api/invites/preview', { token: named })).toEqual([404, '', 'not_found']);
  const again = { token: open, name: 'A', email: 'm@b.kz', password: 'secret-words' };
  expect(await refusal('POST', '/api/invites/accept', again)).toEqual([400, '', 'email_taken']);
  token = kept;
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
