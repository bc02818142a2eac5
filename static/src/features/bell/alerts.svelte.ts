// How this browser calls for attention. Personal to the browser, as the other settings of the screen.
import { storage } from '../../lib/storage';
import type { Kind } from './types';

export type Alerts = {
  sounds: Record<Kind, boolean>;
  /** 0 to 1. */
  volume: number;
  /** Between these times nothing is heard and nothing shown outside the page: 'HH:MM' on the reader's clock. */
  quiet: boolean;
  quietFrom: string;
  quietTo: string;
  desktop: boolean;
};

const KEY = 'sb.alerts';
const DEFAULTS: Alerts = {
  sounds: { assigned: true, mentioned: true, mine: true, queue: false },
  volume: 0.5,
  quiet: false,
  quietFrom: '22:00',
  quietTo: '08:00',
  desktop: false,
};

function stored(): Alerts {
  const kept = storage.read<Partial<Alerts>>(KEY) ?? {};
  return { ...DEFAULTS, ...kept, sounds: { ...DEFAULTS.sounds, ...kept.sounds } };
}

export const alerts: Alerts = $state(stored());
// Changed in one tab it holds for all.
addEventListener('storage', (event) => event.key === KEY && Object.assign(alerts, stored()));

export function setAlert<K extends keyof Alerts>(name: K, value: Alerts[K]): void {
  alerts[name] = value;
  storage.set(KEY, JSON.stringify(alerts));
}
