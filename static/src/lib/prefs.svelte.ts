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
  /** What the list of conversations was narrowed to, as its address says it. */
  listFilter: string;
  /** Shortcuts that somebody has changed, by the action; '' = off. */
  keys: Record<string, string>;
  /** Shortcuts of a single letter or sign work. */
  singleKeys: boolean;
  /** What was done from the palette, the last first. */
  recentActions: string[];
  /** The navigation without its labels: in a wide window, and in one with little room for them. */
  railFolded: boolean;
  narrowRailFolded: boolean;
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
  listFilter: '',
  keys: {},
  singleKeys: true,
  recentActions: [],
  railFolded: false,
  narrowRailFolded: true,
};

export const prefs: Prefs = $state({ ...DEFAULTS, ...storage.read<Partial<Prefs>>(KEY) });

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  prefs[name] = value;
  // What other tabs have set meanwhile stays.
  storage.set(KEY, JSON.stringify({ ...storage.read<Partial<Prefs>>(KEY), [name]: value }));
  if (name === 'theme' || name === 'density') paint();
}

/** These say what one tab shows just now: another one's are for the next visit. */
const OWN = new Set<string>(['listFilter', 'locale'] satisfies (keyof Prefs)[]);

// Set in one tab, it holds in all.
addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  const set = { ...DEFAULTS, ...storage.read<Partial<Prefs>>(KEY) };
  Object.assign(prefs, Object.fromEntries(Object.entries(set).filter(([name]) => !OWN.has(name))));
  paint();
});

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
