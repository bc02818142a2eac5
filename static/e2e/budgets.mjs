// The sizes of ui.md §6, gzipped, for the built files. Hard limits: a build over them fails.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const dist = join(dirname(fileURLToPath(import.meta.url)), '../dist');
const files = readdirSync(join(dist, 'assets'));
const read = (name) => readFileSync(join(dist, 'assets', name), 'utf8');
const size = (names) =>
  [...names].reduce((sum, name) => sum + gzipSync(readFileSync(join(dist, 'assets', name))).length, 0) / 1024;
const named = (pattern) => files.filter((it) => pattern.test(it));

/** All scripts a page needs before it is usable: the entry and whatever is imported statically from it. */
function withImports(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  const source = read(name);
  for (const [, other] of source.matchAll(/(?:from|import)\s*["']\.\/([\w.-]+\.js)["']/g)) withImports(other, seen);
  return seen;
}
const html = (name) => readFileSync(join(dist, name), 'utf8');
const scripts = (page) => [...html(page).matchAll(/assets\/([\w.-]+\.js)/g)].map((it) => it[1]);
const union = (...names) => names.flat().reduce((seen, it) => withImports(it, seen), new Set());
const own = (route) => [...union(route)].filter((it) => !union(scripts('index.html')).has(it));

const LANGUAGE = /^(ru|kk|en)-\w+-/;
const route = (name) => named(new RegExp(`^${name}-.*\\.js$`));
const limits = [
  ['login, scripts', size([...union(scripts('index.html'), route('Login'))].filter((it) => !LANGUAGE.test(it))), 75],
  ['inbox, scripts', size([...union(scripts('index.html'), route('Inbox'))].filter((it) => !LANGUAGE.test(it))), 170],
  ...['ru', 'kk', 'en'].map((it) => [`inbox, language ${it}`, size(named(new RegExp(`^${it}-(core|inbox)-.*\\.js$`))), 12]),
  ['console, styles', size(named(/\.css$/).filter((it) => !it.startsWith('chat-'))), 20],
  ...['Leads', 'Search', 'Channels', 'AgentPage', 'AiPage', 'NoticesPage', 'Team', 'Profile'].map((it) => [
    `${it}, own scripts`,
    size(own(route(it))),
    90,
  ]),
  ['customer chat, scripts', size(union(scripts('chat.html'))), 25],
];
let over = 0;
for (const [name, value, limit] of limits) {
  const held = value > 0 && value <= limit;
  if (!held) over++;
  console.log(`${held ? 'ok  ' : 'FAIL'}  ${name}: ${value.toFixed(1)} kB of ${limit}`);
}
console.log(`${limits.length - over} passed, ${over} failed`);
process.exitCode = over > 0 ? 1 : 0;
