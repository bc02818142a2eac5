// What the script that measures needs: a browser, a page that reports its own errors, and a count of what held.
import { chromium } from 'playwright-core';
import { isComplaint, launchOptions } from './support/chromium.mjs';

export const BASE = (process.env.BASE_URL ?? 'http://localhost:8000').replace(/\/$/, '');
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
/** A page whose script errors and CSP violations count as failures. */
export async function open(context) {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && isComplaint(message.text()))
      complaints.push(`${page.url()}: ${message.text()} ${message.location().url}`);
  });
  return page;
}
export const noComplaints = () => expect(complaints.length === 0, complaints.join('\n'));

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
