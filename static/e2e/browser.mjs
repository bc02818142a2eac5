// What every journey needs: a browser, a page that reports its own errors, axe, and a count of what held.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium } from 'playwright-core';

export const BASE = (process.env.BASE_URL ?? 'http://localhost:8000').replace(/\/$/, '');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // A microphone that beeps, for voice messages.
    '--use-fake-device-for-media-stream',
    '--use-fake-ui-for-media-stream',
  ],
};
export const launch = () => chromium.launch(launchOptions);

let passed = 0;
let failed = 0;
export async function check(name, work) {
  try {
    await work();
    passed++;
    console.log(`ok    ${name}`);
  } catch (error) {
    failed++;
    console.log(
      `FAIL  ${name}\n      ${String(error.message ?? error)
        .split('\n')
        .slice(0, 4)
        .join('\n      ')}`,
    );
  }
}
export const anyFailed = () => failed > 0;
export function finish() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
export function expect(held, what) {
  if (!held) throw new Error(what);
}

const complaints = [];
/** A page whose script errors and CSP violations count as failures. A 401 is how "not signed in yet" is said, a 422 a refused field. */
export async function open(context, path = null) {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error') return;
    const text = message.text();
    if (!/status of (401|422)|WebSocket connection|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION/.test(text))
      complaints.push(`${page.url()}: ${text} ${message.location().url}`);
  });
  if (path !== null) await page.goto(BASE + path);
  return page;
}
export const noComplaints = () => expect(complaints.length === 0, complaints.join('\n'));

export async function axe(page) {
  // Through the debugger, not a script tag: the page's CSP stays as it is.
  await page.evaluate(AXE);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  const grave = found.violations.filter((it) => it.impact === 'serious' || it.impact === 'critical');
  expect(
    grave.length === 0,
    grave
      .map(
        (it) =>
          `${it.id}: ${it.nodes
            .slice(0, 2)
            .map((node) => node.html.slice(0, 160))
            .join(' | ')}`,
      )
      .join('\n'),
  );
}

/** For people to look at: with SHOTS=<folder> the page in both themes, else nothing. */
export async function shot(page, name) {
  if (!process.env.SHOTS) return;
  for (const theme of ['light', 'dark']) {
    await page.evaluate((it) => (document.documentElement.dataset.theme = it), theme);
    await page.screenshot({ path: `${process.env.SHOTS}/${name}-${theme}.png` });
  }
  await page.evaluate(() => (document.documentElement.dataset.theme = 'light'));
}

export async function until(what, test, limit = 10_000) {
  const end = Date.now() + limit;
  while (Date.now() < end) {
    if (await test()) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`not within ${limit} ms: ${what}`);
}

export async function register(page, { company, name }) {
  const email = `${name}.${Date.now()}.${Math.floor(Math.random() * 1e6)}@example.test`;
  const password = 'Longer-than-usual-7';
  await page.goto(`${BASE}/register`);
  await page.fill('input[name=company]', company);
  await page.fill('input[name=name]', name);
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await page.click('form button:not([type=button])');
  await page.waitForURL(/\/inbox/);
  return { email, password };
}
