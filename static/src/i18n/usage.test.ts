// Every word that a file says must be there when it is shown: in the core, or in a part that its page comes with.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ACTION_IDS } from '../lib/action-table';
import { FILES, words, type Part } from './parts';

// A right is named as a word may be: can('leads.export').
const RIGHT = /(?:\bcan\(|\bneeds: )'[\w.]+'/g;
const SOURCES = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>(
      // The catalogue itself says nothing: a word that only stands there is said by nobody.
      ['../**/*.{ts,svelte}', '!./{ru,kk,en}/**', '!../api/generated.ts', '!../chat/**', '!../lib/rights.ts', '!../**/*.test.ts'],
      { query: '?raw', import: 'default', eager: true },
    ),
  ).map(([path, text]) => [
    new URL(path, 'file:///src/i18n/').pathname,
    text.replace(/^\s*(\/\/|\*|\/\*\*).*$/gm, '').replace(RIGHT, ''),
  ]),
);
const parts = Object.keys(FILES).flatMap((it) => /\/ru\/(\w+)\.ts$/.exec(it)?.[1] ?? []) as Part[];
const partOf = new Map(
  (await Promise.all(parts.map(async (it) => Object.keys(await words('ru', it)).map((key) => [key, it] as const)))).flat(),
);

// A right is named like a word (`can('leads.export')`), but it is not one.
const NO_WORDS = /(?<!\p{L})can\([^()]*\)/gu;
delete SOURCES['/src/lib/rights.ts'];

/** Said by a name that comes from elsewhere: the table of actions, the server's list of refusals. */
const { reasons } = JSON.parse(readFileSync('api/error-codes.json', 'utf8')) as { reasons: object };
const COMPOSED: Record<string, string[]> = {
  'action.': ACTION_IDS.map((it) => `action.${it}`),
  'reason.': Object.keys(reasons).map((it) => `reason.${it}`),
};

/** Keys named in a source as they are, and those that a name put together there (`role.${role}`) may come to. */
function keysIn(file: string): string[] {
  const source = file.replace(NO_WORDS, '');
  const plain = [...source.matchAll(/['"`]([\w.]+)['"`]/g)].map((it) => it[1]!).filter((it) => partOf.has(it));
  const patterns = [...source.matchAll(/`([a-z][\w.]*\.\$\{[^`]*)`/g)].map(
    (it) =>
      new RegExp(
        `^${it[1]!
          .replace(/\$\{[^}]*\}/g, '\0')
          .replaceAll('.', '\\.')
          .replaceAll('\0', '\\w+')}$`,
      ),
  );
  const composed = [...source.matchAll(/'(\w+\.)' \+|`(\w+\.)\$\{/g)].flatMap((it) => COMPOSED[(it[1] ?? it[2])!] ?? []);
  return [...plain, ...composed, ...[...partOf.keys()].filter((key) => patterns.some((it) => it.test(key)))];
}

function resolve(from: string, path: string): string | undefined {
  const full = new URL(path, `file://${from}`).pathname;
  return [full, `${full}.ts`].find((it) => it in SOURCES && !it.startsWith('/src/i18n/'));
}

type Way = { to: string; parts: Part[] };
function waysFrom(file: string): Way[] {
  const source = SOURCES[file]!;
  const found = (path: string, more: Part[] = []): Way[] => {
    const to = resolve(file, path);
    return to ? [{ to, parts: more }] : [];
  };
  return [
    ...[...source.matchAll(/(?:^|\n)\s*(?:import|export)\s(?!type\s)[^;]*?from\s+'(\.[^']+)'/g)].flatMap((it) => found(it[1]!)),
    ...[...source.matchAll(/import\('(\.[^']+)'\)((?:,\s*'\w+')*)/g)].flatMap((it) =>
      found(
        it[1]!,
        [...it[2]!.matchAll(/'(\w+)'/g)].map((part) => part[1] as Part),
      ),
    ),
  ];
}

/** Walks from the entry; what a file may say is what every way to it has brought. */
function missing(): string[] {
  const said = new Set<string>();
  const seen = new Set<string>();
  const walk = (file: string, have: Part[]): void => {
    const state = `${file} ${have.join()}`;
    if (seen.has(state)) return;
    seen.add(state);
    for (const key of keysIn(SOURCES[file]!)) {
      const part = partOf.get(key)!;
      // What was refused brings its words itself.
      if (!have.includes(part) && !/^(error|reason)\./.test(key))
        said.add(`${file} says ${key} of ${part}, having ${have.join()}`);
    }
    for (const { to, parts: more } of waysFrom(file)) {
      // Who writes an address brings no page any words: each page comes with its own.
      const brought = to === '/src/routes.ts' ? ['core' as Part] : have;
      walk(to, [...new Set([...brought, ...more])].sort());
    }
  };
  walk('/src/main.ts', ['core']);
  return [...said];
}

describe('words', () => {
  it('are there with every page and dialog that says them', () => {
    expect(missing()).toEqual([]);
  });

  it('are all said somewhere', () => {
    const said = new Set(Object.values(SOURCES).flatMap(keysIn));
    // Names put together of parts that no pattern shows (setting-words.ts).
    const hidden = /^agent\.(f|scope|when)\./;
    expect([...partOf.keys()].filter((it) => !said.has(it) && !hidden.test(it))).toEqual([]);
  });
});
