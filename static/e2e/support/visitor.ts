// A customer of the web chat without a page: quick where the journey is the operator's.
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';

type Frame = { type: string; [field: string]: unknown };
type Told = { text: string | null; direction: string; id: number };
const PATIENCE = 20_000;

export class Visitor {
  #frames: Frame[] = [];
  #token: string | null = null;
  conversation = 0;

  private constructor(
    readonly url: string,
    readonly key: string,
    private socket: WebSocket,
  ) {}

  static async come(url: string, key: string, token: string | null = null): Promise<Visitor> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws/chat`, { origin: url });
    const it = new Visitor(url, key, socket);
    socket.on('message', (data) => it.#frames.push(JSON.parse(String(data)) as Frame));
    await new Promise((done, failed) => socket.once('open', done).once('error', failed));
    socket.send(JSON.stringify({ type: 'hello', channel_key: key, visitor: token, after: null, language: 'ru' }));
    const welcome = await it.#find('the welcome', (frame) => frame.type === 'welcome');
    it.#token = welcome.visitor as string;
    it.conversation = (welcome.conversation_id as number | null) ?? 0;
    return it;
  }

  /** Resolves when the hub has it, with the message's id. */
  async says(text: string): Promise<number> {
    const client_id = randomUUID();
    this.socket.send(JSON.stringify({ type: 'send', client_id, text }));
    const answer = await this.#find(
      `an answer to ${text}`,
      (it) => (it.type === 'ack' || it.type === 'nack') && it.client_id === client_id,
    );
    if (answer.type === 'nack') throw new Error(JSON.stringify(answer));
    if (!this.conversation) {
      const again = await Visitor.come(this.url, this.key, this.#token);
      this.conversation = again.conversation;
      again.leaves();
    }
    return (answer.message as Told).id;
  }

  typing(on: boolean): void {
    this.socket.send(JSON.stringify({ type: 'typing', on }));
  }
  reads(message: number): void {
    this.socket.send(JSON.stringify({ type: 'read', message_id: message }));
  }

  /** The message with this text on the customer's page. */
  async sees(text: string): Promise<Told> {
    const frame = await this.#find(text, (it) => it.type === 'message' && (it.message as Told).text === text);
    return frame.message as Told;
  }
  /** All that the company has told this customer. */
  get told(): (string | null)[] {
    const messages = this.#frames.filter((it) => it.type === 'message').map((it) => it.message as Told);
    return messages.filter((it) => it.direction === 'out').map((it) => it.text);
  }

  /** Whether the company's side writes just now, as the customer's page shows it. */
  get seesTyping(): boolean {
    return this.#frames.findLast((it) => it.type === 'typing')?.on === true;
  }

  leaves(): void {
    this.socket.terminate();
  }

  async #find(what: string, wanted: (frame: Frame) => boolean): Promise<Frame> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(20)) {
      const found = this.#frames.find(wanted);
      if (found) return found;
    }
    throw new Error(`the customer waits in vain for ${what}; came: ${JSON.stringify(this.#frames).slice(0, 2000)}`);
  }
}
