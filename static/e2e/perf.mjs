// The timings of ui.md §6 for the sign-in page and the inbox, in a real browser before a real server under load.
// HUB_BIN=a server's binary starts one; or BASE_URL is one whose TELEGRAM_API_URL, given here too, is free for our double.
// Machines are noisy: a slow figure is a warning, only a broken journey fails.
import { setTimeout as pause } from 'node:timers/promises';
import { startHub } from './support/own-hub.mjs';
import { probe } from './probe.mjs';
import { Customer, hasWebhook, startTelegram, stream, TOKEN } from './support/telegram.mjs';

const CHATS = 40;
const HISTORY = 30;
const PER_SECOND = 200;
const TYPING_SECONDS = 12;
const SWITCHES = 60;
const EVENTS = 20 * PER_SECOND;

if (!process.env.HUB_BIN && !process.env.TELEGRAM_API_URL) throw new Error('HUB_BIN or TELEGRAM_API_URL is needed');
const telegram = await startTelegram(process.env.TELEGRAM_API_URL ?? 'http://127.0.0.1:0');
const hub = process.env.HUB_BIN ? await startHub(process.env.HUB_BIN, { TELEGRAM_API_URL: telegram }) : null;
if (hub) process.env.BASE_URL = hub.url;
// It reads BASE_URL when it is imported.
const { anyFailed, BASE, check, expect, finish, launch, noComplaints, open, register, until } = await import('./browser.mjs');

const quantile = (values, q) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))];
function within(name, value, limit, unit, text = `${value.toFixed(1)} ${unit}`) {
  console.log(`${value <= limit ? 'ok  ' : 'warn'}  ${name}: ${text} of ${limit}`);
}
/** Both are said; the 95th percentile is judged. */
function p95Within(name, values, limit) {
  const [half, most] = [quantile(values, 0.5), quantile(values, 0.95)];
  within(name, most, limit, 'ms', `${half.toFixed(0)}/${most.toFixed(0)} ms (p50/p95 of ${values.length})`);
}

const browser = await launch();
const desk = await browser.newContext({ locale: 'ru-RU', viewport: { width: 1366, height: 820 } });
await desk.addInitScript(probe);
const operator = await open(desk);
const debug = await desk.newCDPSession(operator);
// CPU of the main thread, not wall time: a busy machine shows less in it.
await debug.send('Performance.enable', { timeDomain: 'threadTicks' });
const metrics = async () =>
  Object.fromEntries((await debug.send('Performance.getMetrics')).metrics.map((it) => [it.name, it.value]));

const customers = Array.from({ length: CHATS }, (_, i) => new Customer(i + 1));
/** Whose thread is open while we type. */
const busiest = customers[0];
const anybody = () => customers[Math.floor(Math.random() * CHATS)];
const switchTo = (name, place) => operator.evaluate(([who, at]) => window.probe.switchTo(who, at), [name, place]);

/** From the navigation to `selector` on the screen, with nothing in the browser's cache. */
async function usable(path, selector) {
  await debug.send('Network.clearBrowserCache');
  await operator.goto(BASE + path);
  await operator.waitForSelector(selector);
  return (await operator.waitForFunction(() => window.probe.usableAt)).jsonValue();
}
async function api(path, token, body) {
  const headers = token ? { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' } : {};
  const answer = await fetch(`${BASE}/api${path}`, { method: 'POST', headers, body: token ? JSON.stringify(body) : body });
  expect(answer.ok, `${path}: ${answer.status} ${await answer.clone().text()}`);
  return answer.json();
}

await check('the sign-in page appears', async () => {
  within('usable sign-in page, warm server', await usable('/login', 'input[name=email]'), 3000, 'ms');
});
await check(`${CHATS} Telegram chats with ${HISTORY} messages each come in`, async () => {
  const { email, password } = await register(operator, { company: 'ТОО «Скорость»', name: 'owner' });
  const { access_token } = await api('/auth/login', null, new URLSearchParams({ username: email, password }));
  await api('/channels', access_token, { kind: 'telegram', name: 'Telegram', token: TOKEN, mode: 'webhook' });
  await until('setWebhook', hasWebhook);
  let asked = 0;
  operator.on('request', (it) => (asked += Number(it.url().endsWith('/api/setup'))));
  await Promise.all(customers.flatMap((it) => Array.from({ length: HISTORY }, () => it.says())));
  // The first steps are asked for with every new conversation, not with every message.
  expect(asked <= CHATS, `the first steps were asked for ${asked} times`);
});
await check('the inbox appears', async () => {
  const times = [];
  for (let i = 0; i < 3; i++) times.push(await usable('/inbox', 'a.row'));
  await operator.waitForSelector(`[role=listitem][aria-setsize="${CHATS}"]`);
  within('usable inbox, warm server, median of 3', quantile(times, 0.5), 3000, 'ms');
});
await check('threads open', async () => {
  const [uncached, cached] = [[], []];
  for (let i = 0; i < 18; i++) uncached.push(await switchTo(null, i));
  for (const { who } of uncached) cached.push(await switchTo(who));
  p95Within(
    'an uncached thread to text',
    uncached.map((it) => it.took),
    200,
  );
  p95Within(
    'a cached thread',
    cached.map((it) => it.took),
    50,
  );
});

await check('the palette opens', async () => {
  const times = [];
  for (let i = 0; i < 10; i++) {
    const opened = operator.evaluate(() => window.probe.opened('dialog[open] [role=option]'));
    await operator.keyboard.press('Control+k');
    times.push(await opened);
    await operator.keyboard.press('Escape');
    await operator.waitForSelector('dialog[open]', { state: 'detached' });
  }
  p95Within('palette key to shown', times, 100);
});

/** What is held for good. */
async function counters() {
  await debug.send('HeapProfiler.collectGarbage');
  return debug.send('Memory.getDOMCounters');
}
async function readTheEnd() {
  await busiest.says();
  await operator.locator('[role=list]').evaluate((it) => it.scrollTo(0, 0));
  await until(
    'its row is the first',
    async () => (await operator.locator('[role=listitem][aria-posinset="1"] [dir=auto]').first().textContent()) === busiest.name,
  );
  await switchTo(busiest.name);
  // It opened at the first unread message.
  await operator.locator('[role=log]').evaluate((it) => it.scrollTo(0, 1e6));
  await until('the end is shown', async () =>
    (await operator.locator('article').last().textContent()).includes(busiest.text(busiest.said)),
  );
}

let before;
let pour;
await check(`with ${PER_SECOND} messages a second arriving, an answer is typed`, async () => {
  await readTheEnd();
  await operator.focus('#composer-box');
  await operator.evaluate((name) => (window.probe.watch = name), busiest.name);
  before = await counters();
  // Every tenth message goes to the open thread: the busiest one on the screen is the one that is written to.
  let nth = 0;
  pour = stream(PER_SECOND, () => (nth++ % 10 === 0 ? busiest : anybody()).says());
  const start = await metrics();
  await operator.evaluate(() => window.probe.countFrames());
  const typed = [];
  const letters = 'wird gemacht ';
  // The typist does not wait for the screen either.
  const typist = setInterval(
    () => typed.push(operator.keyboard.press(letters[typed.length % letters.length].replace(' ', 'Space'))),
    80,
  );
  // The time that is measured; nothing is waited for.
  await pause(TYPING_SECONDS * 1000);
  clearInterval(typist);
  await Promise.all(typed);
  const end = await metrics();
  const { keys, live, frames, arrived } = await operator.evaluate(
    () => (cancelAnimationFrame(window.probe.counting), (window.probe.watch = null), window.probe),
  );
  p95Within(`key to glyph at ${PER_SECOND} msg/s`, keys, 50);
  within('main-thread CPU per frame', ((end.TaskDuration - start.TaskDuration) * 1000) / frames, 8, 'ms');
  console.log(
    `      ${(arrived / TYPING_SECONDS).toFixed(0)} messages and ${(frames / TYPING_SECONDS).toFixed(0)} frames a second; of a frame, script is ${(((end.ScriptDuration - start.ScriptDuration) * 1000) / frames).toFixed(1)} ms`,
  );
  p95Within('live event to pixels', live, 100);
  await until('every message of the open thread is shown', () => operator.evaluate(() => window.probe.unseen() === 0));
  expect((await operator.inputValue('#composer-box')).length === typed.length, 'letters are lost');
});
await check(`meanwhile ${SWITCHES} switches of the thread each show its text`, async () => {
  for (let i = 0; i < SWITCHES; i++) await switchTo(null, i * 7);
});
await check(`${EVENTS} events later everything is shown and the page is still small`, async () => {
  expect(before && pour, 'the load never began: the check that begins it has failed above');
  await until('the load', () => pour.count() >= EVENTS, 30_000);
  const rate = await pour.stop();
  const turnedAway = customers.reduce((sum, it) => sum + it.turnedAway, 0);
  console.log(`      ${pour.count()} messages, ${rate.toFixed(0)} a second, ${turnedAway} told to come again`);
  await readTheEnd();
  const after = await counters();
  within('heap after the burst', (await metrics()).JSHeapUsedSize / 2 ** 20, 120, 'MB');
  within('DOM nodes after the burst', after.nodes, 6000, 'nodes', String(after.nodes));
  within(
    'listeners after the burst',
    after.jsEventListeners,
    Math.ceil(before.jsEventListeners * 1.2),
    '',
    `${after.jsEventListeners}, ${before.jsEventListeners} before it,`,
  );
});
await check('the page did not complain: no script error, no CSP violation', noComplaints);

if (hub && anyFailed()) console.log(hub.log());
await pour?.stop().catch(() => {});
await browser.close();
await hub?.stop();
finish();
