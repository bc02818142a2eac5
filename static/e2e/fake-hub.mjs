// A stand-in for the server, for looking at screens before there is one: in memory, one process, just enough of the contract.
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WebSocketServer } from 'ws';
import { aiOf } from './fake/ai.mjs';
import { leadsOf } from './fake/leads.mjs';
import { noticesOf } from './fake/notices.mjs';
import { settingsOf } from './fake/settings.mjs';
import { turnsOf } from './fake/turns.mjs';

const DIST = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const PORT = Number(process.env.PORT ?? 8099);
const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'";
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

let seq = 0;
let nextId = 1;
const id = () => nextId++;
const secret = () => randomBytes(16).toString('hex');
const now = () => new Date().toISOString();
const users = new Map(),
  tokens = new Map(),
  companies = new Map(),
  channels = new Map(),
  conversations = new Map(),
  visitors = new Map(),
  files = new Map(),
  invites = new Map();
const drafts = new Map();
const sockets = new Set(),
  visitorSockets = new Set(),
  log = [];
const EPOCH = secret();

const problem = (status, code, detail, said = {}) => ({
  status,
  type: 'application/problem+json',
  body: { type: 'about:blank', title: code, status, detail, code, ...said },
});
/** Why, by a code of api/error-codes.json with what belongs to it; of a field, it is said there. */
const flaw = (field, code, detail, params = {}) => ({
  reason: { code, params },
  ...(field && { errors: { [field]: detail }, fields: { [field]: { code, params } } }),
});
const refused = (field, code, detail, params) => problem(422, 'validation', detail, flaw(field, code, detail, params));
const LEAST = 6;
const shortPassword = (password) =>
  (password ?? '').length < LEAST
    ? refused('password', 'password_too_short', `The password must have at least ${LEAST} characters`, { min: LEAST })
    : null;
const emailTaken = (email) =>
  users.has(email.toLowerCase().trim()) ? problem(400, 'email_taken', 'Email already registered') : null;
const missing = () => problem(404, 'not_found', 'Not found');
const me = (user) => ({
  ...user,
  password: undefined,
  company_name: companies.get(user.company_id).name,
  owner_id: user.company_id,
});
const shared = (it) => ({ ...it, generation: undefined, messages: undefined, reads: undefined, company_id: undefined });
const unread = (it, user) => it.messages.filter((m) => m.direction === 'in' && m.id > (it.reads.get(user.id) ?? 0)).length;
const view = (it, user) => ({
  ...shared(it),
  unread: unread(it, user),
  ...(it.reads.has(user.id) && { read_up_to: it.reads.get(user.id) }),
});
const brief = (it) => ({
  id: it.id,
  status: it.status,
  handler: it.handler,
  assignee: it.assignee,
  last_message_id: it.last_message?.id ?? null,
  inbound_count: it.inbound_count,
  lead_id: it.lead_id ?? null,
  suggestion: it.suggestion ?? null,
  snoozed_until: it.snoozed_until ?? null,
  window_expires_at: null,
  seq: it.seq,
  updated_at: it.updated_at,
});

function publish(company, type, data, rest = {}, only = null) {
  const frame = { seq: ++seq, type, at: now(), company, only, data, ...rest };
  data.seq = seq;
  if (rest.conversation) rest.conversation.seq = conversations.get(rest.conversation.id).seq = seq;
  log.push(frame);
  for (const socket of sockets) feed(socket, frame);
}
function feed(socket, { company, only, ...frame }) {
  if (socket.user.company_id !== company || (only && only !== socket.user.id)) return;
  socket.send(JSON.stringify({ ...frame, prev: socket.last }));
  socket.last = frame.seq;
}
const hint = (company, frame, not) =>
  sockets.forEach((it) => it !== not && it.user.company_id === company && it.send(JSON.stringify(frame)));
const toVisitor = (conversation, frame) =>
  visitorSockets.forEach((it) => it.conversation === conversation && it.send(JSON.stringify(frame)));
const forVisitor = (m, withId) => ({
  id: m.id,
  direction: m.direction,
  author: { type: m.author.type, name: m.author.name },
  kind: m.kind,
  text: m.text,
  attachments: m.attachments.map((it) => ({ ...it, url: `/c/files/${it.id}` })),
  status: m.status,
  created_at: m.created_at,
  ...(withId ? { client_id: m.client_id } : {}),
});

function addMessage(conversation, part) {
  const message = {
    id: id(),
    conversation_id: conversation.id,
    kind: 'text',
    text: '',
    attachments: [],
    reply_to: null,
    reactions: [],
    error: null,
    provider_at: null,
    edited_at: null,
    deleted_at: null,
    created_at: now(),
    ...part,
  };
  conversation.messages.push(message);
  conversation.last_message = message;
  if (message.direction !== 'note') conversation.updated_at = message.created_at;
  if (message.direction === 'in') conversation.inbound_count++;
  publish(conversation.company_id, 'message.created', message, {
    conversation_id: conversation.id,
    conversation: brief(conversation),
  });
  if (message.direction === 'out') toVisitor(conversation, { type: 'message', message: forVisitor(message) });
  return message;
}
function setMessageStatus(conversation, message, status) {
  message.status = status;
  publish(conversation.company_id, 'message.updated', message, {
    conversation_id: conversation.id,
    conversation: brief(conversation),
  });
}
function operatorSend(user, conversation, body) {
  const same = conversation.messages.find((m) => m.client_id && m.client_id === body.client_id);
  if (same) return same;
  const newer = conversation.messages.some(
    (m) =>
      (m.direction === 'in' || m.direction === 'out') && m.created_seq > (body.seen_seq ?? Infinity) && m.author.id !== user.id,
  );
  if (newer && !body.note) return problem(409, 'changed_since', 'The conversation has changed since.');
  if (body.text === 'fail') return problem(422, 'provider_refused', 'Bad Request: message is too long');
  const approved = body.note ? undefined : hub.turns.personSaid(conversation, body);
  const message = addMessage(conversation, {
    agent_run_id: approved?.agent_run_id,
    direction: body.note ? 'note' : 'out',
    author: { type: 'operator', id: user.id, name: user.name || user.email },
    text: body.text ?? '',
    client_id: body.client_id,
    status: body.note ? 'received' : 'sent',
    reply_to: body.reply_to ?? null,
    attachments: (body.attachments ?? []).map((it) => ({
      ...files.get(it).view,
      status: 'ready',
      url: `/api/files/${it}`,
      transcript: null,
      transcript_state: 'none',
    })),
  });
  message.created_seq = seq;
  approved?.then();
  conversation.reads.set(user.id, message.id);
  return message;
}
function makeChannel(company, kind, name) {
  const it = {
    id: id(),
    company_id: company,
    kind,
    name,
    status: 'active',
    enabled: true,
    ...(kind === 'telegram' ? { mode: 'polling', username: 'shop_bot', token_hint: null } : {}),
    health: { state: 'ok', detail: '', checked_at: now(), last_event_at: null, retry_at: null },
    created_at: now(),
  };
  if (kind === 'webchat') {
    const key = secret();
    Object.assign(it, { key, chat_url: `http://localhost:${PORT}/c/${key}`, allowed_origins: [] });
  }
  channels.set(it.id, it);
  return it;
}
function makeUser(company_id, email, password, role, name, locale) {
  const user = {
    id: id(),
    email: email.toLowerCase().trim(),
    password,
    name: name ?? '',
    role,
    company_id,
    is_active: true,
    created_at: now(),
    locale: locale ?? 'ru',
    time_zone: 'Asia/Almaty',
  };
  users.set(user.email, user);
  return user;
}
function grant(response, user) {
  const [access, refresh] = [secret(), secret()];
  tokens.set(access, user).set(refresh, user);
  response.setHeader('Set-Cookie', `sb_refresh=${refresh}; Path=/api/auth; HttpOnly; SameSite=Lax`);
  return { status: 200, body: { access_token: access, token_type: 'bearer' } };
}
const ok = (body, status = 200) => ({ status, body });

const mine = (it, user) => it && it.company_id === user.company_id;
const routes = [
  [
    'POST',
    /^\/api\/auth\/register$/,
    (c) => {
      const refusal = shortPassword(c.json.password) ?? emailTaken(c.json.email);
      if (refusal) return refusal;
      const company = id();
      companies.set(company, { name: c.json.company_name, customers: 0, leads: 0 });
      makeChannel(company, 'webchat', 'Чат на сайте');
      makeChannel(company, 'api', 'API');
      return ok(me(makeUser(company, c.json.email, c.json.password, 'owner', c.json.name, c.json.locale)), 201);
    },
  ],
  [
    'POST',
    /^\/api\/auth\/login$/,
    (c) => {
      const user = users.get(c.form.get('username')?.toLowerCase());
      return user && user.password === c.form.get('password')
        ? grant(c.response, user)
        : problem(401, 'bad_credentials', 'Incorrect email or password');
    },
  ],
  [
    'POST',
    /^\/api\/auth\/refresh$/,
    (c) => {
      const user = tokens.get(/sb_refresh=(\w+)/.exec(c.request.headers.cookie ?? '')?.[1]);
      return user ? grant(c.response, user) : problem(401, 'not_signed_in', 'Not signed in');
    },
  ],
  ['GET', /^\/api\/auth\/options$/, () => ok({ registration: 'open', password_min_length: LEAST, version: '0' })],
  [
    'POST',
    /^\/api\/invites\/preview$/,
    (c, it = invites.get(c.json.token)) =>
      it ? ok({ company_name: companies.get(it.company_id).name, role: it.role, email: it.email }) : missing(),
  ],
  [
    'POST',
    /^\/api\/invites\/accept$/,
    (c, it = invites.get(c.json.token)) => {
      const email = it?.email ?? c.json.email;
      const refusal = shortPassword(c.json.password) ?? (it ? null : missing()) ?? emailTaken(email);
      if (refusal) return refusal;
      // It lets one person in.
      invites.delete(c.json.token);
      return ok(me(makeUser(it.company_id, email, c.json.password, it.role, c.json.name)), 201);
    },
  ],
];
const signedIn = [
  [
    'POST',
    /^\/api\/auth\/logout$/,
    (c) => (c.response.setHeader('Set-Cookie', 'sb_refresh=; Path=/api/auth; Max-Age=0'), ok(null, 204)),
  ],
  ['GET', /^\/api\/auth\/me$/, (c) => ok(me(c.user))],
  [
    'PATCH',
    /^\/api\/auth\/me$/,
    (c) => {
      const { current_password: current, ...changed } = c.json;
      const wrong = 'The current password is not right';
      if (changed.password !== undefined && current !== c.user.password)
        return problem(403, 'forbidden', wrong, flaw('current_password', 'wrong_password', wrong));
      const refusal = changed.password === undefined ? null : shortPassword(changed.password);
      if (refusal) return refusal;
      return ok(me(Object.assign(c.user, changed)));
    },
  ],
  [
    'GET',
    /^\/api\/sessions$/,
    (c) =>
      ok({
        sessions: [
          {
            id: 1,
            created_at: now(),
            last_seen_at: now(),
            address: '127.0.0.1',
            user_agent: c.request.headers['user-agent'],
            current: true,
          },
        ],
        next_cursor: null,
      }),
  ],
  [
    'GET',
    /^\/api\/operators$/,
    (c) =>
      ok({
        operators: [...users.values()]
          .filter((it) => mine(it, c.user))
          .map((it) => ({
            ...it,
            password: undefined,
            presence: [...sockets].some((s) => s.user === it) ? 'online' : 'offline',
            open_conversations: [...conversations.values()].filter(
              (one) => one.assignee?.id === it.id && ['open', 'pending'].includes(one.status),
            ).length,
          })),
        next_cursor: null,
      }),
  ],
  ['GET', /^\/api\/invites$/, (c) => ok({ invites: [...invites.values()].filter((it) => mine(it, c.user)), next_cursor: null })],
  [
    'POST',
    /^\/api\/invites$/,
    (c) => {
      const token = secret();
      const refusal = c.json.email ? emailTaken(c.json.email) : null;
      if (refusal) return refusal;
      invites.set(token, {
        id: id(),
        company_id: c.user.company_id,
        role: c.json.role,
        email: c.json.email ?? null,
        expires_at: new Date(Date.now() + 7 * 86_400_000).toISOString(),
        created_at: now(),
      });
      return ok({ ...invites.get(token), url: `http://${c.request.headers.host}/invite#${token}` }, 201);
    },
  ],
  [
    'DELETE',
    /^\/api\/invites\/(\d+)$/,
    (c) => {
      const [token] = [...invites].find(([, it]) => it.id === +c.match[1] && mine(it, c.user)) ?? [];
      return invites.delete(token) ? ok(null, 204) : missing();
    },
  ],
  [
    'GET',
    /^\/api\/channels$/,
    (c) => ok({ channels: [...channels.values()].filter((it) => mine(it, c.user)), next_cursor: null }),
  ],
  [
    'POST',
    /^\/api\/channels$/,
    (c) =>
      c.json.kind === 'telegram' && !/^\d+:/.test(c.json.token)
        ? refused('token', 'not_a_bot_token', 'This is not a bot token: it looks like 123456789:AAE…')
        : ok(makeChannel(c.user.company_id, c.json.kind, c.json.name), 201),
  ],
  [
    'PATCH',
    /^\/api\/channels\/(\d+)$/,
    (c, it = channels.get(+c.match[1])) => {
      if (c.json.name) it.name = c.json.name;
      if ('enabled' in c.json) Object.assign(it, { enabled: c.json.enabled, status: c.json.enabled ? 'active' : 'disabled' });
      return ok(it);
    },
  ],
  ['DELETE', /^\/api\/channels\/(\d+)$/, (c) => (channels.delete(+c.match[1]), ok(null, 204))],
  [
    'GET',
    /^\/api\/setup$/,
    (c) => {
      const all = [...conversations.values()].filter((it) => mine(it, c.user));
      return ok({
        webchat_key: [...channels.values()].find((it) => mine(it, c.user) && it.key)?.key ?? null,
        channels: [...channels.values()].some((it) => mine(it, c.user) && it.kind === 'telegram'),
        invited: [...invites.values()].some((it) => mine(it, c.user)),
        first_message: all.length > 0,
        first_answer: all.some((it) => it.messages.some((m) => m.direction === 'out')),
      });
    },
  ],
  [
    'GET',
    /^\/api\/conversations$/,
    (c) => {
      const wanted = c.url.searchParams.get('status'),
        kind = c.url.searchParams.get('view') ?? 'all';
      const all = [...conversations.values()].filter((it) => mine(it, c.user));
      const in_view = (it, v) => v === 'all' || (v === 'mine' ? it.assignee?.id === c.user.id : !it.assignee);
      const count = (fits) => {
        const of = (v) => all.filter((it) => in_view(it, v) && fits(it)).length;
        return { mine: of('mine'), unassigned: of('unassigned'), all: of('all') };
      };
      const is_unread = (it) => it.status !== 'closed' && it.status !== 'snoozed' && unread(it, c.user) > 0;
      const waits = (it) => it.status === 'open' && it.handler !== 'agent' && it.messages.at(-1)?.direction === 'in';
      const found = all
        .filter(
          (it) =>
            in_view(it, kind) && (wanted === 'any' || (wanted ? it.status === wanted : ['open', 'pending'].includes(it.status))),
        )
        .sort((a, b) => (a.updated_at < b.updated_at ? 1 : -1));
      const from = Number(c.url.searchParams.get('cursor') ?? 0),
        limit = Math.min(200, Number(c.url.searchParams.get('limit') ?? 50));
      return ok({
        conversations: found.slice(from, from + limit).map((it) => view(it, c.user)),
        next_cursor: from + limit < found.length ? String(from + limit) : null,
        counts: count(is_unread),
        waiting: count(waits),
      });
    },
  ],
  ['GET', /^\/api\/notifications$/, () => ok({ notifications: [], unread: 0, next_cursor: null })],
  ['POST', /^\/api\/notifications\/read$/, () => ok(null, 204)],
  [
    'GET',
    /^\/api\/conversations\/(\d+)$/,
    (c, it = conversations.get(+c.match[1])) => (mine(it, c.user) ? ok(view(it, c.user)) : missing()),
  ],
  [
    'GET',
    /^\/api\/conversations\/(\d+)\/messages$/,
    (c, it = conversations.get(+c.match[1])) => {
      if (!mine(it, c.user)) return missing();
      const before = Number(c.url.searchParams.get('cursor') ?? Infinity),
        limit = Math.min(200, Number(c.url.searchParams.get('limit') ?? 50));
      const found = it.messages
        .filter((m) => m.id < before)
        .reverse()
        .slice(0, limit);
      return ok({
        messages: found,
        next_cursor: found.length === limit && found.at(-1).id > it.messages[0].id ? String(found.at(-1).id) : null,
        read_up_to: it.reads.get(c.user.id) ?? null,
      });
    },
  ],
  ['GET', /^\/api\/drafts$/, (c) => ok({ drafts: [...(drafts.get(c.user.id) ?? new Map()).values()], next_cursor: null })],
  [
    'PATCH',
    /^\/api\/conversations\/(\d+)\/draft$/,
    (c, id = +c.match[1]) => {
      if (!drafts.has(c.user.id)) drafts.set(c.user.id, new Map());
      const mine = drafts.get(c.user.id);
      mine.set(id, { reply: '', note: '', ...mine.get(id), ...c.json, conversation_id: id, updated_at: now() });
      return ok(null, 204);
    },
  ],
  [
    'POST',
    /^\/api\/conversations\/(\d+)\/read$/,
    (c, it = conversations.get(+c.match[1])) => {
      if (!mine(it, c.user)) return missing();
      const { message_id, unread_from } = c.json ?? {};
      const theirs = it.messages.findLast((m) => m.direction === 'in')?.id ?? 0;
      const had = it.reads.get(c.user.id) ?? 0;
      // The mark goes back for nothing but `unread_from`; without a message it goes to the end.
      const to = unread_from
        ? Math.min(had, Math.min(unread_from, theirs) - 1)
        : Math.max(had, message_id ?? it.last_message?.id ?? 0);
      it.reads.set(c.user.id, to);
      publish(
        c.user.company_id,
        'unread.updated',
        { conversation_id: it.id, unread: unread(it, c.user), read_up_to: to },
        {},
        c.user.id,
      );
      return ok(null, 204);
    },
  ],
  [
    'POST',
    /^\/api\/conversations\/(\d+)\/(assign|status)$/,
    (c, it = conversations.get(+c.match[1])) => {
      const who = [...users.values()].find((user) => user.id === c.json.assignee_id);
      if (c.match[2] === 'assign') {
        it.assignee = who ? { id: who.id, name: who.name || who.email } : null;
        hub.turns.assigned(it, c.json.agent === true);
      } else Object.assign(it, { status: c.json.status, snoozed_until: c.json.until ?? null });
      const data = shared(it);
      publish(c.user.company_id, c.match[2] === 'assign' ? 'conversation.assigned' : 'conversation.updated', data, {
        conversation_id: it.id,
      });
      it.seq = data.seq;
      return ok(view(it, c.user));
    },
  ],
  [
    'GET',
    /^\/api\/customers\/(\d+)$/,
    (c) => {
      const it = [...conversations.values()].find((one) => one.customer.id === +c.match[1] && mine(one, c.user));
      return it ? ok(it.customer) : missing();
    },
  ],
  [
    'PATCH',
    /^\/api\/customers\/(\d+)$/,
    (c) => {
      const it = [...conversations.values()].find((one) => one.customer.id === +c.match[1]);
      Object.assign(it.customer, c.json);
      publish(c.user.company_id, 'customer.updated', it.customer);
      return ok(it.customer);
    },
  ],
  [
    'POST',
    /^\/api\/files$/,
    (c) => {
      const it = {
        id: id(),
        name: /filename="([^"]*)"/.exec(c.raw.toString('latin1'))?.[1] ?? 'file',
        mime: /Content-Type: (\S+)/.exec(c.raw.toString('latin1'))?.[1] ?? '',
        size: c.raw.length,
        kind: 'document',
      };
      if (it.mime.startsWith('image/')) it.kind = 'image';
      const from = c.raw.indexOf('\r\n\r\n') + 4;
      files.set(it.id, { view: it, bytes: c.raw.subarray(from, c.raw.lastIndexOf('\r\n--')) });
      return ok(it, 201);
    },
  ],
  [
    'GET',
    /^\/api\/files\/(\d+)$/,
    (c) => ({ status: 200, bytes: files.get(+c.match[1]).bytes, type: files.get(+c.match[1]).view.mime }),
  ],
];

const hub = {
  id,
  now,
  ok,
  problem,
  flaw,
  refused,
  publish,
  hint,
  toVisitor,
  shared,
  addMessage,
  users,
  companies,
  channels,
  conversations,
};
Object.assign(hub, {
  ai: aiOf(hub),
  settings: settingsOf(hub),
  leads: leadsOf(hub),
  turns: turnsOf(hub),
  notices: noticesOf(hub),
});
for (const part of [hub.ai, hub.settings, hub.leads, hub.turns, hub.notices]) signedIn.push(...part.routes);

function page(response, path) {
  const exact = normalize(join(DIST, path));
  const file =
    path.startsWith('/assets/') || path.startsWith('/docs/')
      ? exact
      : path === '/docs' || path.startsWith('/api/schema/swagger')
        ? join(DIST, 'docs/swagger.html')
        : path === '/redoc'
          ? join(DIST, 'docs/redoc.html')
          : join(DIST, path.startsWith('/c/') ? 'chat.html' : 'index.html');
  if (!file.startsWith(DIST) || !existsSync(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Security-Policy': CSP });
  response.end(readFileSync(file));
}
async function handle(request, response) {
  const url = new URL(request.url, 'http://localhost');
  if (!url.pathname.startsWith('/api/') && !url.pathname.startsWith('/c/files/')) return page(response, url.pathname);
  const parts = [];
  for await (const part of request) parts.push(part);
  const raw = Buffer.concat(parts),
    type = request.headers['content-type'] ?? '';
  const c = {
    request,
    response,
    url,
    raw,
    json: type.includes('json') ? JSON.parse(raw.toString() || '{}') : {},
    form: new URLSearchParams(type.includes('urlencoded') ? raw.toString() : ''),
  };
  c.user = tokens.get(request.headers.authorization?.slice(7));
  const find = (list) => list.find(([method, path]) => method === request.method && (c.match = path.exec(url.pathname)));
  const file = /^\/c\/files\/(\d+)$/.exec(url.pathname);
  const open = find(routes),
    closed = open ? null : find(signedIn);
  const answer = file
    ? { status: 200, bytes: files.get(+file[1]).bytes, type: files.get(+file[1]).view.mime }
    : open
      ? open[2](c)
      : !c.user
        ? problem(401, 'not_signed_in', 'Not signed in')
        : closed
          ? closed[2](c)
          : problem(404, 'not_found', `No ${request.method} ${url.pathname}`);
  response.writeHead(answer.status, { 'Content-Type': answer.type ?? 'application/json' });
  response.end(answer.bytes ?? (answer.status === 204 ? undefined : JSON.stringify(answer.body)));
}

function operatorSocket(socket) {
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'auth') {
      socket.user = tokens.get(frame.token);
      if (!socket.user) return socket.close(4401);
      const resumes = frame.epoch === EPOCH && frame.after <= seq;
      socket.send(JSON.stringify({ type: frame.epoch && !resumes ? 'resync' : 'ready', epoch: EPOCH, seq }));
      socket.last = resumes ? frame.after : seq;
      if (resumes) log.filter((it) => it.seq > frame.after).forEach((it) => feed(socket, it));
      sockets.add(socket);
      hint(socket.user.company_id, { type: 'presence.updated', user_id: socket.user.id, presence: 'online' }, socket);
      return socket.send(
        JSON.stringify({
          type: 'presence.snapshot',
          online: [...sockets].filter((it) => it.user.company_id === socket.user.company_id).map((it) => it.user.id),
        }),
      );
    }
    if (!socket.user) return;
    const conversation = conversations.get(frame.conversation_id),
      name = socket.user.name || socket.user.email;
    if (frame.type === 'ping') socket.send('{"type":"pong"}');
    if (frame.type === 'typing') {
      toVisitor(conversation, { type: 'typing', on: frame.on });
      hint(
        socket.user.company_id,
        {
          type: 'conversation.typing',
          conversation_id: frame.conversation_id,
          who: 'operator',
          user_id: socket.user.id,
          name,
          on: frame.on,
        },
        socket,
      );
    }
    if (frame.type === 'viewing') {
      if (socket.views)
        hint(
          socket.user.company_id,
          { type: 'conversation.viewing', conversation_id: socket.views, user_id: socket.user.id, name, on: false },
          socket,
        );
      socket.views = frame.conversation_id;
      if (socket.views)
        hint(
          socket.user.company_id,
          { type: 'conversation.viewing', conversation_id: socket.views, user_id: socket.user.id, name, on: true },
          socket,
        );
    }
    if (frame.type === 'send') {
      const answer = operatorSend(socket.user, conversation, frame);
      socket.send(
        JSON.stringify(
          answer.body
            ? { type: 'nack', client_id: frame.client_id, problem: answer.body }
            : { type: 'ack', client_id: frame.client_id, message: answer },
        ),
      );
    }
  });
  socket.on('close', () => {
    sockets.delete(socket);
    if (socket.user) hint(socket.user.company_id, { type: 'presence.updated', user_id: socket.user.id, presence: 'offline' });
  });
}
function agentFor(channel) {
  const settings = hub.settings.now(channel);
  return hub.ai.ready(channel.company_id) && settings.answers_first === 'agent'
    ? { name: settings.name, greeting: settings.greeting.ru ?? '' }
    : null;
}
function visitorSocket(socket) {
  visitorSockets.add(socket);
  socket.on('close', () => visitorSockets.delete(socket));
  socket.on('message', (data) => {
    const frame = JSON.parse(data);
    if (frame.type === 'hello') {
      socket.channel = [...channels.values()].find((it) => it.key === frame.channel_key);
      if (!socket.channel)
        return (socket.send(JSON.stringify({ type: 'nack', problem: { code: 'not_found', status: 404 } })), socket.close(4404));
      socket.visitor = visitors.has(frame.visitor) ? frame.visitor : secret();
      socket.conversation = visitors.get(socket.visitor) ?? null;
      visitors.set(socket.visitor, socket.conversation);
      return socket.send(
        JSON.stringify({
          type: 'welcome',
          visitor: socket.visitor,
          conversation_id: socket.conversation?.id ?? null,
          company: { name: companies.get(socket.channel.company_id).name },
          channel: { name: socket.channel.name },
          operators_online: sockets.size > 0,
          agent: agentFor(socket.channel),
          messages: (socket.conversation?.messages ?? [])
            .filter((m) => m.direction === 'in' || m.direction === 'out')
            .slice(-30)
            .map((m) => forVisitor(m, m.direction === 'in')),
        }),
      );
    }
    const conversation = socket.conversation;
    if (frame.type === 'ping') socket.send('{"type":"pong"}');
    if (frame.type === 'typing' && conversation)
      hint(conversation.company_id, {
        type: 'conversation.typing',
        conversation_id: conversation.id,
        who: 'customer',
        on: frame.on,
      });
    if ((frame.type === 'received' || frame.type === 'read') && conversation)
      for (const m of conversation.messages)
        if (
          m.direction === 'out' &&
          m.id <= frame.message_id &&
          m.status !== 'read' &&
          (frame.type === 'read' || m.status === 'sent')
        )
          setMessageStatus(conversation, m, frame.type === 'read' ? 'read' : 'delivered');
    if (frame.type === 'send') {
      if (!conversation) {
        const customer = {
          id: id(),
          number: ++companies.get(socket.channel.company_id).customers,
          name: '',
          phone: null,
          phone_e164: null,
          username: null,
          language: 'ru',
          email: null,
          source: 'webchat',
          notes: '',
          channels: [{ kind: 'webchat', channel_id: socket.channel.id, username: null }],
          seq: 0,
          created_at: now(),
          updated_at: now(),
        };
        const fresh = {
          id: id(),
          company_id: socket.channel.company_id,
          channel_id: socket.channel.id,
          channel_kind: 'webchat',
          customer,
          status: 'open',
          handler: agentFor(socket.channel) ? 'agent' : 'queue',
          assignee: null,
          department_id: null,
          last_message: null,
          inbound_count: 0,
          snoozed_until: null,
          window_expires_at: null,
          suggestion: null,
          lead_id: null,
          created_at: now(),
          updated_at: now(),
          messages: [],
          reads: new Map(),
          seq: 0,
        };
        conversations.set(fresh.id, (socket.conversation = fresh));
        visitors.set(socket.visitor, fresh);
        const data = shared(fresh);
        publish(fresh.company_id, 'conversation.created', data, { conversation_id: fresh.id });
        fresh.seq = data.seq;
      }
      const it = socket.conversation;
      if (frame.text === 'poison')
        publish(it.company_id, 'notification.created', {
          code: 'message_quarantined',
          detail: 'A message (77) could not be processed and was set aside.',
          channel_id: it.channel_id,
        });
      const message =
        it.messages.find((m) => m.client_id === frame.client_id) ??
        addMessage(it, {
          direction: 'in',
          author: { type: 'customer', id: it.customer.id, name: it.customer.name },
          text: frame.text,
          status: 'received',
          client_id: frame.client_id,
        });
      message.created_seq ??= seq;
      void hub.turns.customerSaid(it, frame.text);
      socket.send(JSON.stringify({ type: 'ack', client_id: frame.client_id, message: forVisitor(message, true) }));
    }
  });
}
const server = createServer(
  (request, response) =>
    void handle(request, response).catch((error) => {
      console.error(error);
      response.writeHead(500).end();
    }),
);
const wss = new WebSocketServer({ noServer: true });
server.on('upgrade', (request, socket, head) =>
  wss.handleUpgrade(request, socket, head, (ws) => (request.url === '/ws' ? operatorSocket(ws) : visitorSocket(ws))),
);
server.listen(PORT, () => console.log(`fake hub on http://localhost:${server.address().port}`));
