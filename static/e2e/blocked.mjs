// A browser whose owner blocks cookies and storage, against a running server (BASE_URL): chat page and console work as long as the page.
// And what can never be sent: told before it goes, and nothing waits behind it.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { BASE, check, expect, finish, launchOptions, noComplaints, open, register, shot, until } from './browser.mjs';

const profile = mkdtempSync(join(tmpdir(), 'switchboard-blocked.'));
mkdirSync(join(profile, 'Default'));
const BLOCK = 2;
writeFileSync(
  join(profile, 'Default', 'Preferences'),
  JSON.stringify({ profile: { default_content_setting_values: { cookies: BLOCK } } }),
);
const desk = await chromium.launchPersistentContext(profile, {
  ...launchOptions,
  locale: 'ru-RU',
  viewport: { width: 1366, height: 820 },
});
const operator = await open(desk);
// Nor does it know where it stands.
await operator.addInitScript(() => {
  const told = Intl.DateTimeFormat.prototype.resolvedOptions;
  Intl.DateTimeFormat.prototype.resolvedOptions = function () {
    return { ...told.call(this), timeZone: 'Etc/Unknown' };
  };
});
let chat;
const bubbles = (page, text) => page.locator('article', { hasText: text });

await check('this browser does block its storage', async () => {
  await operator.goto(`${BASE}/register`);
  const outcome = await operator.evaluate(() => {
    try {
      return String(localStorage.length);
    } catch (error) {
      return error.name;
    }
  });
  expect(outcome === 'SecurityError', `storage answers ${outcome}`);
});
await check('a company is registered and its inbox opens', async () => {
  await register(operator, { company: 'ТОО «Без следа»', name: 'blocked' });
  await operator.waitForSelector('text=Напишите себе как клиент');
});
await check('a browser without a time zone gets UTC, and is told so', async () => {
  await operator.waitForSelector('text=Ваш браузер не знает часового пояса');
});
await check('the access token is renewed without a cookie', async () => {
  const [answer] = await Promise.all([
    operator.waitForResponse((it) => it.url().endsWith('/api/auth/refresh')),
    // Any answer of 401 asks for a new token.
    operator
      .evaluate(() => {
        globalThis.fetch = ((real) => (path, options) => {
          if (!String(path).includes('/api/auth/') && !globalThis.spoiled) {
            globalThis.spoiled = true;
            return Promise.resolve(new Response('{}', { status: 401 }));
          }
          return real(path, options);
        })(globalThis.fetch);
      })
      .then(() => operator.click('a[href^="/leads"]')),
  ]);
  expect(answer.status() === 200, `refresh answers ${answer.status()}`);
  await operator.click('a[href^="/inbox"]');
});
await check('the chat page works both ways', async () => {
  [chat] = await Promise.all([desk.waitForEvent('page'), operator.click('a[target=_blank]')]);
  chat.setDefaultTimeout(15_000);
  await chat.fill('textarea', 'Это видно?');
  await chat.keyboard.press('Enter');
  await operator.bringToFront();
  await operator.waitForSelector('a.row');
  await operator.click('a.row');
  await bubbles(operator, 'Это видно?').waitFor();
  await operator.fill('#composer-box', 'Да, вижу');
  await operator.keyboard.press('Enter');
  await bubbles(chat, 'Да, вижу').waitFor();
});
await check('too much is told before it is sent, on both sides', async () => {
  const long = 'ш'.repeat(40_000);
  await chat.fill('textarea', long);
  await until('the page tells it', async () => (await chat.textContent('#space')).includes('Лишних символов: 31808'));
  expect(await chat.locator('button.send').isDisabled(), 'it can be sent');
  await operator.fill('#composer-box', long);
  await until('the console tells it', async () => (await operator.textContent('#composer-room')).includes('Лишних символов'));
  await shot(operator, 'too-long');
  await operator.keyboard.press('Enter');
  await chat.keyboard.press('Enter');
  expect(
    (await operator.inputValue('#composer-box')) === long && (await chat.inputValue('textarea')) === long,
    'it was sent or cut',
  );
});
await check('half of a character and a NUL stop nothing', async () => {
  // Each is seen before the next, else it crosses an answer and is asked about.
  for (const [from, box, text, to] of [
    [chat, 'textarea', 'целый дом', operator],
    [operator, '#composer-box', 'целый сад', chat],
  ]) {
    await from.evaluate(
      ([box, text]) => {
        const field = document.querySelector(box);
        field.value = `${text} \ud83d\u0000`;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      },
      [box, text],
    );
    await from.focus(box);
    await from.keyboard.press('Enter');
    await bubbles(to, text).waitFor();
  }
});
await check('no page complained', noComplaints);

await desk.close();
rmSync(profile, { recursive: true, force: true });
finish();
