// The hub that a worker's tests run before: a real one of its own (HUB_BIN), one that runs (BASE_URL), or the stand-in.
import { execSync } from 'node:child_process';
import { startFront } from './front.mjs';
import { freePort, startHub, startStandIn } from './own-hub.mjs';
import { startTelegram } from './telegram.mjs';

export type Site = {
  url: string;
  /** Pulls its plug and starts it again; null where nobody has said how. */
  restart: (() => Promise<void>) | null;
  /** It asks our double for Telegram. */
  telegram: boolean;
  log: () => string;
  stop: () => Promise<void>;
};

export async function openSite(kind: 'hub' | 'stand-in'): Promise<Site> {
  if (kind === 'stand-in') return { ...(await startStandIn()), restart: null, telegram: false };
  const { BASE_URL, HUB_BIN, RESTART_CMD, CONSOLE } = process.env;
  if (HUB_BIN) return ownHub(HUB_BIN, CONSOLE === 'dist');
  if (!BASE_URL) throw new Error('HUB_BIN (a binary) or BASE_URL (a hub that runs) is needed');
  return {
    url: BASE_URL.replace(/\/$/, ''),
    restart: RESTART_CMD ? async () => void execSync(RESTART_CMD, { stdio: 'ignore' }) : null,
    telegram: false,
    log: () => '',
    stop: async () => {},
  };
}

async function ownHub(binary: string, fromDist: boolean): Promise<Site> {
  const settings: Record<string, string> = { TELEGRAM_API_URL: await startTelegram('http://127.0.0.1:0') };
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  if (fromDist) settings.PUBLIC_URL = url;
  const hub = await startHub(binary, settings);
  if (!fromDist) return { ...hub, telegram: true };
  const front = await startFront(port, hub.url);
  return { ...hub, url, telegram: true, stop: () => (front.stop(), hub.stop()) };
}
