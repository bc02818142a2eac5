// A browser whose owner blocks cookies and storage: chat page and console work as long as the page. Nor does it know where it stands.
// And what can never be sent: told before it goes, and nothing waits behind it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from '@playwright/test';
import { launchOptions } from './support/chromium.mjs';
import { box, bubble, rows, say, shot } from './support/page.ts';
import { expect, test, watch, type Page } from './support/test.ts';

// Its session ends with the page, so one page goes the whole way.
test.describe.configure({ mode: 'serial' });
const BLOCK = 2;
let profile: string;
let desk: BrowserContext;
let operator: Page;
let chat: Page;

test.beforeAll(async ({ site, complaints }) => {
  profile = mkdtempSync(join(tmpdir(), 'switchboard-blocked.'));
  mkdirSync(join(profile, 'Default'));
  writeFileSync(
    join(profile, 'Default', 'Preferences'),
    JSON.stringify({ profile: { default_content_setting_values: { cookies: BLOCK } } }),
  );
  const screen = { locale: 'ru-RU', viewport: { width: 1366, height: 820 }, baseURL: site.url };
  desk = await chromium.launchPersistentContext(profile, { ...launchOptions, ...screen });
  watch(desk, complaints);
  operator = await desk.newPage();
  await operator.addInitScript(() => {
    const told = Intl.DateTimeFormat.prototype.resolvedOptions;
    Intl.DateTimeFormat.prototype.resolvedOptions = function () {
      return { ...told.call(this), timeZone: 'Etc/Unknown' };
    };
  });
});
test.afterAll(async () => {
  await desk.close();
  rmSync(profile, { recursive: true, force: true });
});

test('this browser does block its storage', async () => {
  await operator.goto('/register');
  const outcome = await operator.evaluate(() => {
    try {
      return String(localStorage.length);
    } catch (error) {
      return (error as Error).name;
    }
  });
  expect(outcome).toBe('SecurityError');
});

test('a company is registered, its inbox opens, and UTC stands in for the time zone', async () => {
  await operator.fill('input[name=company]', 'ТОО «Без следа»');
  await operator.fill('input[name=name]', 'Ольга');
  await operator.fill('input[name=email]', `blocked.${Date.now()}@example.test`);
  await operator.fill('input[name=password]', 'Longer-than-usual-7');
  await operator.locator('form button:not([type=button])').click();
  await operator.waitForURL(/\/inbox/);
  await expect(operator.getByText('Напишите себе как клиент')).toBeVisible();
  await expect(operator.getByText('Ваш браузер не знает часового пояса')).toBeVisible();
});

test('the access token is renewed without a cookie', async () => {
  // Any answer of 401 asks for a new token.
  await operator.evaluate(() => {
    let spoiled = false;
    const real = globalThis.fetch;
    globalThis.fetch = (path, options) => {
      if (spoiled || String(path).includes('/api/auth/')) return real(path, options);
      spoiled = true;
      return Promise.resolve(new Response('{}', { status: 401 }));
    };
  });
  const [answer] = await Promise.all([
    operator.waitForResponse((it) => it.url().endsWith('/api/auth/refresh')),
    operator.locator('nav a[href^="/leads"]').click(),
  ]);
  expect(answer.status()).toBe(200);
  await operator.locator('nav a[href^="/inbox"]').first().click();
});

test('the chat page works both ways', async () => {
  [chat] = await Promise.all([desk.waitForEvent('page'), operator.locator('a[target=_blank]').click()]);
  await say(chat, 'Это видно?');
  await operator.bringToFront();
  await rows(operator).click();
  await expect(bubble(operator, 'Это видно?')).toBeVisible();
  await box(operator).fill('Да, вижу');
  await box(operator).press('Enter');
  await expect(bubble(chat, 'Да, вижу')).toBeVisible();
});

test('too much is told before it is sent, on both sides', async () => {
  const long = 'ш'.repeat(40_000);
  await chat.fill('textarea', long);
  await expect(chat.locator('#space')).toContainText('Лишних символов: 31808');
  await expect(chat.locator('button.send')).toBeDisabled();
  await box(operator).fill(long);
  await expect(operator.locator('#composer-room')).toContainText('Лишних символов');
  await shot(operator, 'too-long');
  await box(operator).press('Enter');
  await chat.locator('textarea').press('Enter');
  expect((await box(operator).inputValue()) === long, 'sent or cut by the console').toBe(true);
  expect((await chat.locator('textarea').inputValue()) === long, 'sent or cut by the chat page').toBe(true);
});

test('half of a character and a NUL stop nothing', async () => {
  // Each is seen before the next, else it crosses an answer and is asked about.
  for (const [from, field, text, to] of [
    [chat, 'textarea', 'целый дом', operator],
    [operator, '#composer-box', 'целый сад', chat],
  ] as const) {
    await from.evaluate(
      ([where, words]) => {
        const it = document.querySelector<HTMLTextAreaElement>(where!)!;
        it.value = `${words} \ud83d\u0000`;
        it.dispatchEvent(new Event('input', { bubbles: true }));
      },
      [field, text],
    );
    await from.locator(field).press('Enter');
    await expect(bubble(to, text)).toBeVisible();
  }
});
