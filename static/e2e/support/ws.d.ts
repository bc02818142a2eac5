// As much of the package as a visitor needs; it brings no types of its own.
declare module 'ws' {
  export class WebSocket {
    constructor(address: string, options: { origin: string });
    on(event: 'message', listener: (data: unknown) => void): this;
    once(event: 'open' | 'error', listener: (error?: unknown) => void): this;
    send(data: string): void;
    terminate(): void;
  }
}
