// The sizes of ui.md §6, gzipped, for the built files; and what the inbox's first load costs on the wire. Hard limits.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rows } from './support/page.ts';
import { expect, test } from './support/test.ts';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const files = readdirSync(join(dist, 'assets')).filter((it) => !/\.(br|gz)$/.test(it));
const size = (names: Iterable<string>): number =>
  [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, 'assets', name))).length, 0) / 1024;
const named = (pattern: RegExp): string[] => files.filter((it) => pattern.test(it));

/** All scripts a page needs before it is usable: the entry and whatever is imported statically from it. */
function withImports(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = readFileSync(join(dist, 'assets', name), 'utf8');
  for (const [, other] of source.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withImports(other!, seen);
  return seen;
}
const scripts = (page: string): string[] =>
  [...readFileSync(join(dist, page), 'utf8').matchAll(/assets\/([\w.-]+\.js)/g)].map((it) => it[1]!);
const union = (names: string[]): Set<string> => names.reduce((seen, it) => withImports(it, seen), new Set<string>());
const route = (name: string): string[] => named(new RegExp(`^${name}-.*\\.js$`));
const own = (name: string): string[] => {
  const entry = union(scripts('index.html'));
  return [...union(route(name))].filter((it) => !entry.has(it));
};
const language = (id: string): string[] => named(new RegExp(`^${id}-(core|inbox)-.*\\.js$`));
const LANGUAGE = /^(ru|kk|en)-\w+-/;
const withEntry = (name: string): string[] =>
  [...union([...scripts('index.html'), ...route(name)])].filter((it) => !LANGUAGE.test(it));

const limits: [string, () => Iterable<string>, number][] = [
  ['login, scripts', () => withEntry('Login'), 75],
  ['inbox, scripts', () => withEntry('Inbox'), 170],
  ...['ru', 'kk', 'en'].map((it): [string, () => string[], number] => [`inbox, language ${it}`, () => language(it), 12]),
  ['console, styles', () => named(/\.css$/).filter((it) => !it.startsWith('chat-')), 20],
  ...['Leads', 'Search', 'Channels', 'AgentPage', 'AiPage', 'NoticesPage', 'Team', 'Profile'].map(
    (it): [string, () => string[], number] => [`${it}, own scripts`, () => own(it), 90],
  ),
  ['customer chat, scripts', () => union(scripts('chat.html')), 25],
];
for (const [name, names, limit] of limits)
  test(`${name}: at most ${limit} kB gzipped`, () => {
    const value = size(names());
    test.info().annotations.push({ type: 'kB', description: value.toFixed(1) });
    expect(value, 'nothing of this name was built').toBeGreaterThan(0);
    expect(value).toBeLessThanOrEqual(limit);
  });

/** Bodies and response headers, as they came; packed as the hub packs them. */
const WIRE_LIMIT = 90_000;
type Answer = { address: string; bytes: number };
test(`the first load of the inbox: at most ${WIRE_LIMIT / 1000} kB on the wire, nothing twice`, async ({
  company,
  browserOf,
  visitor,
}) => {
  const customer = await visitor();
  await customer.says('Здравствуйте');
  const context = await browserOf(company.owner);
  const page = await context.newPage();
  const wire = await context.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  const asked = new Map<string, Answer>();
  let bodies = 0;
  wire.on('Network.dataReceived', (it) => (bodies += it.encodedDataLength));
  wire.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { pathname, search } = new URL(request.url);
    asked.set(requestId, { address: `${request.method} ${pathname}${search}`, bytes: 0 });
  });
  wire.on('Network.loadingFinished', (it) => {
    const answer = asked.get(it.requestId);
    if (answer) answer.bytes = it.encodedDataLength;
  });
  await page.goto('/inbox');
  await expect(rows(page).first()).toBeVisible();
  await page.waitForLoadState('networkidle');
  const answers = [...asked.values()];
  const sum = answers.reduce((all, it) => all + it.bytes, 0);
  const largest = answers.toSorted((a, b) => b.bytes - a.bytes).slice(0, 8);
  const told = largest.map((it) => `${(it.bytes / 1000).toFixed(1)} ${it.address}`).join('\n');
  console.log(
    `      ${(sum / 1000).toFixed(1)} kB in ${answers.length} answers, ${(bodies / 1000).toFixed(1)} of it bodies; the largest:\n${told}`,
  );
  const addresses = answers.map((it) => it.address);
  expect(addresses.filter((it, index) => addresses.indexOf(it) !== index)).toEqual([]);
  expect(sum).toBeGreaterThan(10_000);
  expect(sum, told).toBeLessThanOrEqual(WIRE_LIMIT);
});
