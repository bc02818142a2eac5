// The line between a console and its hub, in a test's hand.
import type { Page, WebSocketRoute } from '@playwright/test';

type Frame = { type: string; [field: string]: unknown };

/** Must be laid before the page is opened. */
export class Link {
  #open: WebSocketRoute[] = [];
  #down = false;
  #held: (() => void)[] | null = null;
  #holds = (_: Frame): boolean => false;
  /** What the page says is changed on its way. */
  rewrite = (frame: Frame): Frame => frame;

  static async of(page: Page): Promise<Link> {
    const link = new Link();
    await page.routeWebSocket(/\/ws$/, (socket) => link.#connect(socket));
    return link;
  }

  #connect(socket: WebSocketRoute): void {
    if (this.#down) return void socket.close({ code: 1001 });
    this.#open.push(socket);
    const hub = socket.connectToServer();
    socket.onMessage((text) => hub.send(JSON.stringify(this.rewrite(JSON.parse(String(text)) as Frame))));
    hub.onMessage((text) => {
      const pass = () => socket.send(text);
      if (this.#held && (this.#held.length > 0 || this.#holds(JSON.parse(String(text)) as Frame))) this.#held.push(pass);
      else pass();
    });
  }

  /** Nothing comes or goes until `mend`. */
  async cut(): Promise<void> {
    this.#down = true;
    for (const it of this.#open.splice(0)) await it.close({ code: 1001 });
  }
  mend(): void {
    this.#down = false;
  }

  /** From the first frame that `from` names, the hub's words wait. */
  hold(from: (frame: Frame) => boolean): void {
    this.#holds = from;
    this.#held = [];
  }
  get holding(): number {
    return this.#held?.length ?? 0;
  }
  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const pass of held) pass();
  }
}
