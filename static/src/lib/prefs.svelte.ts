// Personal settings of this browser. theme.js reads the same key before the first paint.
import { storage } from './storage';
import { browserZone, isZone } from './zone';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';
export type Prefs = {
  theme: Theme;
  density: Density;
  locale: string | null;
  timeZone: string | null;
  sendWith: 'enter' | 'ctrl-enter';
  listWidth: number;
  contextWidth: number;
  contextOpen: boolean;
  checklistHidden: boolean;
  /** What the list of conversations was narrowed to. */
  listStatus: string;
  listHandler: string;
};

const KEY = 'sb.prefs';
const DEFAULTS: Prefs = {
  theme: 'system',
  density: 'comfortable',
  locale: null,
  timeZone: null,
  sendWith: 'enter',
  listWidth: 320,
  contextWidth: 320,
  contextOpen: true,
  checklistHidden: false,
  listStatus: 'open',
  listHandler: 'any',
};

export const prefs: Prefs = $state({ ...DEFAULTS, ...storage.read<Partial<Prefs>>(KEY) });

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  prefs[name] = value;
  storage.set(KEY, JSON.stringify(prefs));
  if (name === 'theme' || name === 'density') paint();
}

const systemDark = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: dark)') : null;
systemDark?.addEventListener('change', paint);

function paint(): void {
  const root = document.documentElement;
  const dark = prefs.theme === 'dark' || (prefs.theme === 'system' && !!systemDark?.matches);
  root.dataset.theme = dark ? 'dark' : 'light';
  root.style.colorScheme = dark ? 'dark' : 'light';
  root.dataset.density = prefs.density;
}

/** The reader's zone; a name that this browser cannot tell the time by is none. */
export const timeZone = (): string => (isZone(prefs.timeZone) ? prefs.timeZone : (browserZone() ?? 'UTC'));
