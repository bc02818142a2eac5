// Companies and people as programs make them: what a journey is not about is set up without a browser.
import { randomUUID } from 'node:crypto';

export type Account = { id: number; name: string; email: string; password: string };
type Json = Record<string, unknown>;

/** What a signed-in person asks of the API. */
export class Api {
  constructor(
    readonly url: string,
    readonly token: string,
  ) {}

  async ask<T = Json>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return outcome<T>(answer, `${method} ${path}`);
  }
}

async function outcome<T>(answer: Response, what: string): Promise<T> {
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${text}`);
  return (text ? JSON.parse(text) : null) as T;
}

async function call<T>(url: string, path: string, body: Json): Promise<T> {
  const answer = await fetch(url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  return outcome<T>(answer, path);
}

export async function signedIn(url: string, account: Pick<Account, 'email' | 'password'>): Promise<Api> {
  const answer = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({ username: account.email, password: account.password }),
  });
  return new Api(url, (await outcome<{ access_token: string }>(answer, 'login')).access_token);
}

const someone = (name: string): Omit<Account, 'id'> => ({
  name,
  email: `${randomUUID()}@example.test`,
  password: 'Longer-than-usual-7',
});

/** A company with its owner; `key` opens its web chat. */
export class Company {
  private constructor(
    readonly url: string,
    readonly owner: Account,
    readonly api: Api,
    readonly key: string,
    readonly channel: number,
  ) {}

  static async found(url: string, name = 'ТОО «Ромашка»', owner = 'Ольга'): Promise<Company> {
    const who = someone(owner);
    const body = { ...who, company_name: name, locale: 'ru', time_zone: 'UTC' };
    const { id } = await call<{ id: number }>(url, '/api/auth/register', body);
    const api = await signedIn(url, who);
    const { channels } = await api.ask<{ channels: { id: number; kind: string; key: string }[] }>('GET', '/api/channels');
    const chat = channels.find((it) => it.kind === 'webchat');
    if (!chat) throw new Error('a new company has no web chat');
    return new Company(url, { ...who, id }, api, chat.key, chat.id);
  }

  async hire(name: string, role: 'operator' | 'manager' = 'operator'): Promise<Account> {
    const invite = await this.api.ask<{ url: string }>('POST', '/api/invites', { role });
    const who = someone(name);
    const token = new URL(invite.url).hash.slice(1);
    const { id } = await call<{ id: number }>(this.url, '/api/invites/accept', { token, ...who });
    return { ...who, id };
  }

  /** One more web chat, so that what is set on it is this test's alone. */
  async openChat(name = 'Чат'): Promise<{ id: number; key: string }> {
    return this.api.ask('POST', '/api/channels', { kind: 'webchat', name });
  }
}
