// Telegram's Bot API, as far as a hub asks it for a bot that hears texts; and customers who write at a given pace.
import { Agent, createServer, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

export const TOKEN = '4242:AAperfTokenForTheDoubleOnly-abcdef';
const BOT = {
  id: 4242,
  is_bot: true,
  first_name: 'Perf',
  username: 'perf_bot',
  can_join_groups: true,
  can_read_all_group_messages: false,
  supports_inline_queries: false,
};
const now = () => Math.floor(Date.now() / 1000);
const agent = new Agent({ keepAlive: true, maxSockets: 40 });

let webhook = null;
let updateId = 1_000_000;
let messageId = 100;
/** What the hub has sent, in order. */
export const sent = [];
const methods = {
  getme: () => BOT,
  setwebhook: ({ url, secret_token }) => ((webhook = url ? { url, secret: secret_token } : null), true),
  deletewebhook: () => ((webhook = null), true),
  getwebhookinfo: () => ({ url: webhook?.url ?? '', has_custom_certificate: false, pending_update_count: 0 }),
  sendmessage: ({ chat_id, text }) => {
    sent.push({ chat_id: String(chat_id), text });
    return { message_id: ++messageId, date: now(), from: BOT, chat: { id: Number(chat_id), type: 'private' }, text };
  },
};

/** Listens at `address` (a URL; port 0 = any) and answers where. */
export async function startTelegram(address) {
  const server = createServer(async (asked, answer) => {
    let body = '';
    for await (const part of asked) body += part;
    const [, token, method] = /^\/bot([^/]+)\/(\w+)/.exec(decodeURIComponent(asked.url)) ?? [];
    const known = token === TOKEN;
    const result = known ? (methods[method.toLowerCase()]?.(body ? JSON.parse(body) : {}) ?? true) : null;
    answer.writeHead(known ? 200 : 401, { 'Content-Type': 'application/json' });
    answer.end(JSON.stringify(known ? { ok: true, result } : { ok: false, error_code: 401, description: 'Unauthorized' }));
  });
  const { hostname, port } = new URL(address);
  await new Promise((done, failed) => server.once('error', failed).listen(Number(port), hostname, done));
  // The run's end is the browser's and the hub's; nobody waits for us.
  server.unref();
  return `http://${hostname}:${server.address().port}`;
}
export const hasWebhook = () => webhook !== null;

const post = (body) =>
  new Promise((done, failed) => {
    const headers = { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': webhook.secret };
    request(webhook.url, { method: 'POST', agent, headers, timeout: 20_000 }, (answer) =>
      answer.resume().on('end', () => done(answer.statusCode)),
    )
      .on('timeout', function () {
        this.destroy(new Error('the webhook does not answer'));
      })
      .on('error', failed)
      .end(body);
  });

/** A person with a private chat. As from Telegram, the next message waits for the one before and comes again until a 2xx. */
export class Customer {
  said = 0;
  turnedAway = 0;
  #line = Promise.resolve();

  constructor(id) {
    this.id = id;
    this.name = `Клиент ${id}`;
  }

  text = (n) => `${this.name}, сообщение ${n}. Здравствуйте! Когда привезут мой заказ и сколько будет стоить доставка?`;

  /** Resolves when the hub has taken it. */
  says() {
    const message = {
      message_id: ++messageId,
      date: now(),
      text: this.text(++this.said),
      chat: { id: this.id, type: 'private', first_name: this.name },
      from: { id: this.id, is_bot: false, first_name: this.name, language_code: 'ru' },
    };
    const body = JSON.stringify({ update_id: ++updateId, message });
    this.#line = this.#line.then(async () => {
      while (Math.floor((await post(body)) / 100) !== 2) {
        this.turnedAway++;
        await pause(200);
      }
    });
    return this.#line;
  }
}

/** Open loop: `next()` speaks so many times a second, however slow the answers are. */
export function stream(perSecond, next) {
  const begun = performance.now();
  const taken = [];
  const speak = () => {
    const due = Math.floor(((performance.now() - begun) * perSecond) / 1000);
    while (taken.length < due) taken.push(next());
  };
  const timer = setInterval(speak, 5).unref();
  return {
    count: () => taken.length,
    /** Stops, waits until all is taken and answers how many there were a second. */
    async stop() {
      clearInterval(timer);
      const seconds = (performance.now() - begun) / 1000;
      await Promise.all(taken);
      return taken.length / seconds;
    },
  };
}
