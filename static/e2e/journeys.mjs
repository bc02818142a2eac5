// The whole way through a running server (BASE_URL), as people go it. RESTART_CMD, if set, restarts that server.
import { execSync } from 'node:child_process';
import { axe, BASE, check, expect, finish, launch, noComplaints, open, register, shot, until } from './browser.mjs';

const browser = await launch();
const desk = await browser.newContext({ locale: 'ru-RU', viewport: { width: 1366, height: 820 } });
const operator = await open(desk);
let chat, chatUrl, account;
const bubbles = (page, text) => page.locator('article', { hasText: text });
const say = async (text) => {
  await chat.fill('textarea', text);
  await chat.keyboard.press('Enter');
};
const reply = async (text) => {
  await operator.fill('#composer-box', text);
  await operator.keyboard.press('Enter');
};

await check('an unknown visitor is led to the sign-in page, in Russian', async () => {
  await operator.goto(`${BASE}/`);
  await operator.waitForSelector('input[name=email]');
  expect((await operator.textContent('h1')) === 'Вход', 'the title is not Russian');
  expect((await operator.getAttribute('html', 'lang')) === 'ru', 'lang is not ru');
  await axe(operator);
});
await check('language and theme change before login, without a reload', async () => {
  await operator.selectOption('select[aria-label="Язык"]', 'kk');
  await until('Kazakh title', async () => (await operator.textContent('h1')) === 'Кіру');
  await operator.selectOption('select[aria-label="Тіл"]', 'ru');
  await operator.locator('main > label select').selectOption('dark');
  expect((await operator.getAttribute('html', 'data-theme')) === 'dark', 'the theme did not change');
  await axe(operator);
  await operator.locator('main > label select').selectOption('light');
});
await check('a wrong password is refused in plain words', async () => {
  await operator.fill('input[name=email]', 'nobody@example.test');
  await operator.fill('input[name=password]', 'wrong-password');
  await operator.click('form button:not([type=button])');
  await operator.waitForSelector('[role=alert]');
  expect((await operator.textContent('[role=alert]')).includes('Неверная почта или пароль'), 'no plain reason');
});
await check('registering leads to an inbox that explains the next step', async () => {
  account = await register(operator, { company: 'ТОО «Ромашка»', name: 'owner' });
  await operator.waitForSelector('text=Напишите себе как клиент');
  await axe(operator);
});
await check('"Try it" opens the customer chat in a second tab', async () => {
  [chat] = await Promise.all([desk.waitForEvent('page'), operator.click('a[target=_blank]')]);
  chat.setDefaultTimeout(15_000);
  await chat.waitForSelector('textarea');
  chatUrl = chat.url();
  await until('the company is named', async () => (await chat.textContent('h1')).includes('Ромашка'));
  await axe(chat);
});
await check('what the customer writes appears in the inbox, unread', async () => {
  await say('Здравствуйте, где мой заказ?');
  await operator.waitForSelector('a.row');
  await until('the text is in the row', async () => (await operator.textContent('a.row')).includes('где мой заказ'));
  await until('the title counts it', async () => /^\(1\)/.test(await operator.title()));
});
await check('the operator opens it and it is read', async () => {
  await operator.bringToFront();
  await operator.click('a.row');
  await bubbles(operator, 'где мой заказ').waitFor();
  await until('the counter is gone', async () => !/^\(/.test(await operator.title()));
  await axe(operator);
});
await check('a reply is on the screen within 50 ms and reaches the customer', async () => {
  await operator.fill('#composer-box', 'Проверяю, минуту');
  const shown = await operator.evaluate(async () => {
    const started = performance.now();
    document
      .querySelector('#composer-box')
      .dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, cancelable: true }));
    while (![...document.querySelectorAll('article')].some((it) => it.textContent.includes('Проверяю'))) {
      if (performance.now() - started > 2000) return 2000;
      await new Promise((done) => requestAnimationFrame(done));
    }
    return performance.now() - started;
  });
  await bubbles(chat, 'Проверяю, минуту').waitFor();
  if (shown > 50) console.log(`warn  the bubble took ${Math.round(shown)} ms`);
  expect(shown < 500, `the bubble took ${Math.round(shown)} ms`);
});
await check('ticks go to read when the customer sees it', async () => {
  await chat.bringToFront();
  await until('read', async () => (await bubbles(operator, 'Проверяю, минуту').textContent()).includes('Прочитано'));
});
await check('typing is seen on both sides', async () => {
  await chat.locator('textarea').pressSequentially('есть');
  await operator.waitForSelector('text=Клиент печатает');
  await operator.locator('#composer-box').pressSequentially('да');
  await chat.waitForSelector('text=Печатает…');
  await operator.fill('#composer-box', '');
  await chat.fill('textarea', '');
});
await check('a note is unmistakable and never reaches the customer', async () => {
  await operator.click('[role=tab]:has-text("Заметка")');
  await reply('клиент нервничает');
  await bubbles(operator, 'клиент нервничает').waitFor();
  await operator.click('[role=tab]:has-text("Ответ")');
  await reply('Заказ в пути');
  await bubbles(chat, 'Заказ в пути').waitFor();
  expect((await bubbles(chat, 'нервничает').count()) === 0, 'the customer sees the note');
});
await check('a draft belongs to its mode and survives a reload', async () => {
  await operator.fill('#composer-box', 'недописанное');
  await operator.reload();
  await operator.waitForSelector('#composer-box');
  expect((await operator.inputValue('#composer-box')) === 'недописанное', 'the draft is lost');
  await operator.click('[role=tab]:has-text("Заметка")');
  expect((await operator.inputValue('#composer-box')) === '', 'the draft shows in the other mode');
  await operator.click('[role=tab]:has-text("Ответ")');
  await operator.fill('#composer-box', '');
});
await check('a draft follows its writer to another device', async () => {
  const kept = operator.waitForResponse(
    (it) => it.url().endsWith('/draft') && it.request().method() === 'PATCH' && it.request().postData().includes('с телефона'),
  );
  await operator.fill('#composer-box', 'начато с телефона');
  await kept;
  const elsewhere = await browser.newContext({ locale: 'ru-RU' });
  const second = await open(elsewhere, '/login');
  await second.fill('input[name=email]', account.email);
  await second.fill('input[name=password]', account.password);
  await second.click('form button:not([type=button])');
  await second.click('a.row');
  await until('the words are there', async () => (await second.inputValue('#composer-box')) === 'начато с телефона');
  await elsewhere.close();
  await operator.fill('#composer-box', '');
});
await check('a picture goes to the customer', async () => {
  const png = Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGNkYPhPEmAZ1TCqYQRrAACW/wEfT6NwIAAAAABJRU5ErkJggg==',
    'base64',
  );
  await operator.setInputFiles('input[type=file]', { name: 'foto.png', mimeType: 'image/png', buffer: png });
  await operator.waitForSelector('button:has-text("Отправить"):not([disabled])');
  await operator.click('button:has-text("Отправить")');
  await operator.waitForSelector('article img');
  await chat.waitForSelector('article img, article .file');
});
await check('the customer speaks, and the operator plays it', async () => {
  await chat.click('button.mic');
  await chat.waitForSelector('.dot');
  await chat.waitForTimeout(1200);
  await axe(chat);
  await chat.click('button.send');
  await chat.waitForSelector('article.own .file');
  await operator.waitForSelector('article:has-text("Голосовое") button:has(svg)');
  await operator.locator('article:has-text("Голосовое") button').first().click();
  await until(
    'there is sound',
    async () => await operator.locator('audio').evaluateAll((all) => all.some((it) => it.readyState > 0)),
  );
  await chat.locator('article.own .file').click();
  await until(
    'the customer hears themselves',
    async () => await chat.locator('audio').evaluateAll((all) => all.some((it) => it.readyState > 0)),
  );
});
await check('without a link messages wait, then go in order, once', async () => {
  await desk.setOffline(true);
  if (process.env.RESTART_CMD) execSync(process.env.RESTART_CMD, { stdio: 'ignore' });
  else await operator.evaluate(() => dispatchEvent(new Event('offline')));
  for (const text of ['раз', 'два', 'три']) await reply(`офлайн ${text}`);
  expect((await bubbles(operator, 'офлайн три').count()) === 1, 'the bubble is not shown at once');
  expect((await operator.locator('article[data-client-id]').count()) === 3, 'the link was not cut');
  await operator.waitForSelector('text=/Нет связи.*3 сообщения уйдут/');
  await desk.setOffline(false);
  await bubbles(chat, 'офлайн три').waitFor({ timeout: 30_000 });
  const got = await chat.locator('article', { hasText: 'офлайн' }).allTextContents();
  expect(
    got.length === 3 && got[0].includes('раз') && got[1].includes('два') && got[2].includes('три'),
    `arrived: ${got.join(' / ')}`,
  );
  await until('sent ticks', async () => (await operator.locator('article[data-client-id]').count()) === 0);
  expect((await bubbles(operator, 'офлайн').count()) === 3, 'doubled on the operator’s screen');
});
await check('after a reload both sides still have everything', async () => {
  await Promise.all([operator.reload(), chat.reload()]);
  for (const page of [operator, chat]) {
    await bubbles(page, 'где мой заказ').waitFor();
    await bubbles(page, 'офлайн три').waitFor();
  }
});
await check('keys: a takes, e closes with undo, ? shows the sheet', async () => {
  await operator.keyboard.press('a');
  await operator.waitForSelector('text=Ответственный:');
  await operator.keyboard.press('Shift+Slash');
  await operator.waitForSelector('dialog[open]');
  await operator.keyboard.press('Escape');
  await operator.waitForSelector('dialog[open]', { state: 'detached' });
  await operator.keyboard.press('e');
  await operator.waitForSelector('text=Диалог закрыт');
  await operator.click('button:has-text("Отменить") >> nth=-1');
  await operator.waitForSelector('header button:has-text("Открыт")');
});
await check('a conversation that waits for the customer is still in the list after a reload', async () => {
  const setState = async (from, to) => {
    await operator.click(`button[aria-label="Статус: ${from}"]`);
    await operator.click(`[role=menuitemradio]:has-text("${to}")`);
    await operator.waitForSelector(`button[aria-label="Статус: ${to}"]`);
  };
  await setState('Открыт', 'Ждём клиента');
  await operator.goto(`${BASE}/inbox`);
  await operator.click('a.row');
  await setState('Ждём клиента', 'Открыт');
});
await check('the customer is renamed in place', async () => {
  const field = operator.locator('aside input').first();
  await field.fill('Айгерим');
  await field.press('Enter');
  await operator.waitForSelector('a.row:has-text("Айгерим")');
});
await check('search finds what was said, marks it and opens the conversation there', async () => {
  await operator.goto(`${BASE}/team`);
  await operator.waitForSelector('h1');
  await operator.keyboard.press('/');
  await operator.waitForSelector('input[type=search]:focus');
  await axe(operator);
  await operator.keyboard.type('МОЙ зак');
  const hit = operator.locator('a.hit', { hasText: 'где мой заказ' });
  await hit.waitFor();
  expect((await hit.locator('mark').allTextContents()).join(' ') === 'мой заказ', 'the words are not marked');
  await axe(operator);
  await shot(operator, 'search');
  await operator.keyboard.press('ArrowDown');
  await operator.keyboard.press('Escape');
  await operator.waitForSelector('input[type=search]:focus');
  await operator.keyboard.press('ArrowDown');
  await operator.keyboard.press('Enter');
  await bubbles(operator, 'где мой заказ').waitFor();
  expect(/\/inbox\/all\/\d+#m\d+$/.test(operator.url()), operator.url());
  await operator.goto(`${BASE}/search?q=${encodeURIComponent('нетакогослова')}`);
  await operator.waitForSelector('text=Ничего не найдено');
  await operator.goto(`${BASE}/inbox`);
});
await check('channels, team and profile are usable and accessible', async () => {
  for (const [path, mark] of [
    ['/channels', 'article'],
    ['/team', 'li'],
    ['/me', 'form'],
  ]) {
    await operator.goto(BASE + path);
    await operator.waitForSelector(mark);
    await operator.waitForTimeout(150);
    await axe(operator);
  }
});
await check('the back button asks before it leaves unsaved changes', async () => {
  await operator.goto(`${BASE}/team`);
  await operator.click('a[href="/me"]');
  const name = operator.locator('form input').first();
  await name.fill('Недописанное имя');
  const back = (answer) => {
    const asked = operator.waitForEvent('dialog').then((it) => it[answer]());
    return Promise.all([asked, operator.evaluate(() => history.back())]);
  };
  await back('dismiss');
  await operator.waitForTimeout(200);
  expect(operator.url().endsWith('/me') && (await name.inputValue()) === 'Недописанное имя', 'the changes are lost');
  await back('accept');
  await operator.waitForURL(/\/team$/);
});
await check('an invited colleague joins; both see who looks and writes', async () => {
  await operator.goto(`${BASE}/team`);
  await operator.click('button:has-text("Пригласить")');
  await operator.click('dialog button:has-text("Создать ссылку")');
  const link = await operator.inputValue('dialog input[readonly]');
  const other = await browser.newContext({ locale: 'ru-RU' });
  const dana = await open(other);
  await dana.goto(BASE + new URL(link).pathname + new URL(link).hash);
  await dana.fill('input[name=name]', 'Дана');
  await dana.fill('input[name=email]', `dana.${Date.now()}@example.test`);
  await dana.fill('input[name=password]', 'Another-long-one-8');
  await dana.click('form button:not([type=button])');
  await dana.waitForSelector('a.row');
  await operator.goto(`${BASE}/inbox`);
  await operator.click('a.row');
  await operator.waitForSelector('#composer-box');
  await dana.click('a.row');
  await operator.waitForSelector('text=Дана смотрит');
  await dana.waitForSelector('text=/ смотрит/');
  await dana.locator('#composer-box').pressSequentially('я отвечу');
  await operator.waitForSelector('text=Дана пишет');
  await operator.locator('#composer-box').pressSequentially('и я');
  await dana.keyboard.press('Enter');
  await bubbles(operator, 'я отвечу').waitFor();
  await operator.waitForSelector('a.row:has-text("Дана: я отвечу")');
  await operator.press('#composer-box', 'Enter');
  await operator.waitForSelector('text=/Дана — ответ/');
  await operator.click('[role=alert] button:has-text("Отправить")');
  await bubbles(chat, 'и я').waitFor();
  await other.close();
});
await check('a phone shows one pane at a time, with room for fingers', async () => {
  const phone = await open(desk);
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(`${BASE}/inbox`);
  await phone.click('a.row');
  await phone.waitForSelector('#composer-box');
  expect(!(await phone.locator('a.row').first().isVisible()), 'the list is still there');
  const send = await phone.locator('button:has-text("Отправить")').boundingBox();
  expect(send.height >= 44 && send.width >= 40, `the button is ${send.width}×${send.height}`);
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth);
  expect(wide <= 390, `the page is ${wide} px wide`);
  await axe(phone);
  await phone.goto(chatUrl);
  await phone.waitForSelector('article');
  await axe(phone);
  await phone.close();
});
await check('an unknown chat and an unknown page say so kindly', async () => {
  const page = await open(desk, '/c/no-such-key');
  await page.waitForSelector('text=Чат не найден');
  await page.goto(`${BASE}/no/such/page`);
  await page.waitForSelector('text=Такой страницы нет');
  await page.close();
});
await check('a session that has ended is taken up again, with everything in its place', async () => {
  await operator.goto(`${BASE}/inbox`);
  await operator.click('a.row');
  await operator.fill('#composer-box', 'посреди фразы');
  const { email, password } = account;
  const signedIn = await fetch(`${BASE}/api/auth/login`, {
    method: 'POST',
    body: new URLSearchParams({ username: email, password }),
  });
  const headers = { Authorization: `Bearer ${(await signedIn.json()).access_token}` };
  const { sessions } = await (await fetch(`${BASE}/api/sessions`, { headers })).json();
  for (const it of sessions.filter((one) => !one.current))
    await fetch(`${BASE}/api/sessions/${it.id}`, { method: 'DELETE', headers });
  await operator.waitForSelector('dialog:has-text("Сессия закончилась")');
  await axe(operator);
  await shot(operator, 'lapsed');
  await operator.fill('dialog input[name=password]', password);
  await operator.click('dialog button.btn-primary');
  await operator.waitForSelector('dialog', { state: 'detached' });
  expect((await operator.inputValue('#composer-box')) === 'посреди фразы', 'the words are lost');
  await operator.press('#composer-box', 'Enter');
  await bubbles(chat, 'посреди фразы').waitFor();
});
await check('the first load of the inbox is small on the wire', async () => {
  const page = await open(desk);
  const wire = await desk.newCDPSession(page);
  await wire.send('Network.enable');
  await wire.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  wire.on('Network.loadingFinished', (it) => (bytes += it.encodedDataLength));
  await page.goto(`${BASE}/inbox`);
  await page.waitForSelector('a.row');
  await page.waitForLoadState('networkidle');
  await page.close();
  console.log(`      ${(bytes / 1000).toFixed(1)} kB`);
  expect(bytes > 10_000 && bytes <= 120_000, `${bytes} bytes`);
});
await check('after signing out the wanted page is returned to', async () => {
  await operator.click('button[aria-label="Выйти"]');
  await operator.waitForSelector('input[name=email]');
  await operator.goto(`${BASE}/channels`);
  await operator.waitForURL(/login\?next=/);
  await operator.fill('input[name=email]', account.email);
  await operator.fill('input[name=password]', account.password);
  await operator.click('form button:not([type=button])');
  await operator.waitForURL(/\/channels$/);
});
await check('no page complained: no script error, no CSP violation', noComplaints);

await browser.close();
finish();
