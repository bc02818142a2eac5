// Personal settings of this browser. theme.js reads the same key before the first paint.
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';
export type Prefs = {
  theme: Theme; density: Density; locale: string | null; timeZone: string | null;
  sendWith: 'enter' | 'ctrl-enter'; listWidth: number; contextWidth: number; contextOpen: boolean; checklistHidden: boolean;
};

const KEY = 'sb.prefs';
const DEFAULTS: Prefs = {
  theme: 'system', density: 'comfortable', locale: null, timeZone: null,
  sendWith: 'enter', listWidth: 320, contextWidth: 320, contextOpen: true, checklistHidden: false,
};

function load(): Prefs {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Prefs>) };
  } catch {
    return { ...DEFAULTS };
  }
}

export const prefs: Prefs = $state(load());

export function setPref<K extends keyof Prefs>(name: K, value: Prefs[K]): void {
  prefs[name] = value;
  try {
    localStorage.setItem(KEY, JSON.stringify(prefs));
  } catch {
    // A full or forbidden storage: the setting holds for this page only.
  }
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

export const timeZone = (): string => prefs.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
