// The agent's screens against the stand-in hub, whose agent follows a script: leads, settings, drafts, suggestions, notices.
import { startStandIn } from './own-hub.mjs';

const hub = await startStandIn();
process.env.BASE_URL = hub.url;
const { axe, BASE, check, expect, finish, launch, noComplaints, open, register, shot, until } = await import('./browser.mjs');

const browser = await launch();
const desk = await browser.newContext({ locale: 'ru-RU', viewport: { width: 1366, height: 820 }, acceptDownloads: true });
const page = await open(desk);
let chat;
const say = async (text) => {
  await chat.fill('textarea', text);
  await chat.keyboard.press('Enter');
};
/** What a signed-in page asks of the API, as the console does. */
const ask = (method, path, json) => page.evaluate(async ([verb, url, body]) => {
  const { access_token } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json();
  const answer = await fetch(url, { method: verb, headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
  return answer.status === 204 ? null : answer.json();
}, [method, path, json]);
const phoneView = async (path, name, ready) => {
  const phone = await open(desk);
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(BASE + path);
  await phone.waitForSelector(ready);
  await phone.waitForTimeout(200);
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= 390, `${path} is ${wide} px wide`);
  await axe(phone);
  await shot(phone, `${name}-phone`);
  await phone.close();
};

await register(page, { company: 'СтройКомпания Алматы', name: 'owner' });
await check('without leads the page explains where they come from', async () => {
  await page.click('nav a[href="/leads"]');
  await page.waitForSelector('text=Заявок пока нет');
  await axe(page);
  await shot(page, 'leads-empty');
});
await check('leads are listed, searched and filtered, and the address keeps the filter', async () => {
  await page.goto(`${BASE}/inbox`);
  [chat] = await Promise.all([desk.waitForEvent('page'), page.click('a[target=_blank]')]);
  await say('Здравствуйте, хочу построить дом');
  await page.waitForSelector('a.row');
  await ask('POST', '/api/fake/leads', { count: 9 });
  await page.click('nav a[href="/leads"]');
  await until('all are there', async () => (await page.locator('tr.lead').count()) === 9);
  await axe(page);
  await shot(page, 'leads');
  await page.fill('input[type=search]', '777000 12');
  await until('one is found', async () => (await page.locator('tr.lead').count()) === 1);
  await page.fill('input[type=search]', '');
  await page.click('button[aria-pressed]:has-text("В работе")');
  await page.waitForURL(/status=in_progress/);
  await until('only those', async () => (await page.locator('tr.lead').count()) === 2);
  await page.reload();
  await until('after a reload too', async () => (await page.locator('tr.lead').count()) === 2);
  await page.click('button[aria-pressed]:has-text("Все")');
});
await check('the status is changed in place, by keys alone, and can be taken back', async () => {
  await until('all are there', async () => (await page.locator('tr.lead').count()) === 9);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const second = page.locator('tr.lead').nth(1);
  const before = await second.locator('[aria-haspopup=menu]').first().textContent();
  await page.keyboard.press('s');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await until('refused', async () => (await second.textContent()).includes('Отказ'));
  await page.click('button:has-text("Отменить")');
  await until('taken back', async () => (await second.locator('[aria-haspopup=menu]').first().textContent()) === before);
});
await check('a lead that comes in is there at once, and a colleague’s change too', async () => {
  await ask('POST', '/api/fake/leads', { count: 1 });
  await until('it came', async () => (await page.locator('tr.lead').count()) === 10);
  const id = await page.locator('tr.lead').first().getAttribute('data-lead');
  await ask('PATCH', `/api/leads/${id}`, { status: 'won' });
  await until('it changed', async () => (await page.locator('tr.lead').first().textContent()).includes('Успех'));
});
await check('the panel keeps a wrong number at its field, and shows why a notice failed', async () => {
  await page.locator('tr.lead', { hasText: 'не отправлено' }).first().locator('a.lead-link').click();
  await page.waitForSelector('aside >> text=bot was kicked');
  const field = page.locator('aside input[type=tel]');
  await field.fill('123');
  await field.press('Enter');
  await page.waitForSelector('aside >> text=not a valid phone number');
  await axe(page);
  await shot(page, 'lead-panel');
  await field.fill('+7 701 234 56 78');
  await field.press('Enter');
  await page.waitForSelector('text=Сохранено');
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/leads$/);
});
await check('leads are exported with the bearer token', async () => {
  await page.click('button[aria-label="Выгрузить"]');
  const [file] = await Promise.all([page.waitForEvent('download'), page.click('[role=menuitem]:has-text("CSV")')]);
  expect(/^leads-\d{4}-\d\d-\d\d\.csv$/.test(file.suggestedFilename()), file.suggestedFilename());
});
await check('a lead leads to its conversation, which names it', async () => {
  await page.locator('a.lead-chat').first().click();
  await page.waitForSelector('aside section[aria-label="Заявки"] a');
  await axe(page);
  await shot(page, 'lead-context');
});
await phoneView('/leads', 'leads', 'article.lead');

await check('no page complained: no script error, no CSP violation', noComplaints);
await browser.close();
await hub.stop();
finish();
