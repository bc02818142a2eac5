/**
 * What this browser keeps: `localStorage`, or, where it is blocked or full, the memory of this page. Nothing here throws; what is kept
 * in memory lasts as long as the page.
 */
const memory = new Map<string, string>();

/** `localStorage` itself throws where a setting of the browser blocks it. */
function disk(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

export const storage = {
  get(key: string): string | null {
    const held = memory.get(key);
    if (held !== undefined) return held;
    try {
      return disk()?.getItem(key) ?? null;
    } catch {
      return null;
    }
  },

  set(key: string, value: string): void {
    try {
      const there = disk();
      there?.setItem(key, value);
      if (there) return void memory.delete(key);
    } catch {
      // Full: this page remembers it.
    }
    memory.set(key, value);
  },

  remove(key: string): void {
    memory.delete(key);
    try {
      disk()?.removeItem(key);
    } catch {
      // What cannot be read cannot be removed, and is not there for us.
    }
  },

  /** All keys that begin so. */
  keys(prefix: string): string[] {
    const found = new Set(memory.keys());
    try {
      const there = disk();
      for (let i = 0; there && i < there.length; i++) found.add(there.key(i) ?? '');
    } catch {
      // Only what this page remembers.
    }
    return [...found].filter((key) => key.startsWith(prefix));
  },

  /** JSON that was kept under this key; what cannot be read is as good as nothing. */
  read<T>(key: string): T | null {
    try {
      return JSON.parse(storage.get(key) ?? 'null') as T | null;
    } catch {
      return null;
    }
  },
};

/** Without cookies a sign-in cannot outlast the page, whatever the server sets. `navigator.cookieEnabled` is true in some that keep none. */
export function keepsCookies(): boolean {
  try {
    document.cookie = 'sb.probe=1; SameSite=Lax; Path=/';
    const kept = document.cookie.includes('sb.probe=1');
    document.cookie = 'sb.probe=; SameSite=Lax; Path=/; Max-Age=0';
    return kept;
  } catch {
    return false;
  }
}
