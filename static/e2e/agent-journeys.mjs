// The agent's screens against the stand-in hub, whose agent follows a script: leads, settings, drafts, suggestions, notices.
import { startStandIn } from './own-hub.mjs';

const hub = await startStandIn();
process.env.BASE_URL = hub.url;
const { axe, BASE, check, expect, finish, launch, noComplaints, open, register, shot, until } = await import('./browser.mjs');

const browser = await launch();
const desk = await browser.newContext({ locale: 'ru-RU', viewport: { width: 1366, height: 820 }, acceptDownloads: true });
const page = await open(desk);
let chat;
const say = async (text, to = chat) => {
  await to.fill('textarea', text);
  await to.keyboard.press('Enter');
};
/** What a signed-in page asks of the API, as the console does. */
const ask = (method, path, json) =>
  page.evaluate(
    async ([verb, url, body]) => {
      const { access_token } = await (await fetch('/api/auth/refresh', { method: 'POST' })).json();
      const answer = await fetch(url, {
        method: verb,
        headers: { Authorization: `Bearer ${access_token}`, 'Content-Type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      return answer.status === 204 ? null : answer.json();
    },
    [method, path, json],
  );
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
  const id = await page.locator('tr.lead').first().getAttribute('data-row');
  await ask('PATCH', `/api/leads/${id}`, { status: 'won' });
  await until('it changed', async () => (await page.locator('tr.lead').first().textContent()).includes('Успех'));
});
await check('the panel keeps a wrong number at its field, and shows why a notice failed', async () => {
  await page.locator('tr.lead', { hasText: 'не отправлено' }).first().locator('a.lead-link').click();
  await page.waitForSelector('aside >> text=bot was kicked');
  const field = page.locator('aside input[type=tel]');
  await page.click('aside button[aria-label^="Изменить: Телефон"]');
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
await check('a person writes down a lead; a wrong number stays at its field', async () => {
  await page.click('button:has-text("Записать заявку")');
  await page.locator('dialog input').first().fill('Гульнара');
  await page.locator('dialog input[type=tel]').fill('12');
  await page.click('dialog button:has-text("Сохранить")');
  await page.waitForSelector('dialog >> text=has too few digits >> nth=0');
  await axe(page);
  await page.locator('dialog input[type=tel]').fill('+7 705 111 22 33');
  await page.locator('dialog').getByLabel('Объект', { exact: true }).fill('гараж');
  await page.click('dialog button:has-text("Сохранить")');
  await page.waitForSelector('aside section[aria-label="Заявки"] a:has-text("гараж")');
});
await phoneView('/leads', 'leads', 'article.lead');

let agentPath;
await check('without a key the agent says that it is off and how to switch it on', async () => {
  await page.goto(`${BASE}/channels`);
  await page.locator('article', { hasText: 'Чат на сайте' }).locator('a:has-text("ИИ-помощник")').click();
  await page.waitForSelector('text=У компании нет ключа доступа');
  agentPath = new URL(page.url()).pathname;
  expect(await page.locator('section[aria-label="Пробный диалог"] textarea').isDisabled(), 'the try-out can be written into');
  await axe(page);
  await shot(page, 'agent-off');
});
await check('a wrong key is told at its field when it is saved, a good one switches the agent on', async () => {
  await page.click('a:has-text("Подключить ИИ")');
  await page.waitForSelector('text=Выключен: ключа нет');
  await axe(page);
  await shot(page, 'ai-off');
  await page.getByLabel('Ключ', { exact: true }).fill('sk-wrong');
  await page.locator('form button:has-text("Сохранить")').first().click();
  await page.waitForSelector('text=401 Incorrect API key >> nth=0');
  expect((await page.getByLabel('Ключ', { exact: true }).getAttribute('aria-invalid')) === 'true', 'the field is not marked');
  await page.getByLabel('Ключ', { exact: true }).fill('sk-company-1234');
  await page.locator('form button:has-text("Сохранить")').first().click();
  await page.waitForSelector('text=ключ компании …1234');
  await axe(page);
  await shot(page, 'ai');
});
await check('the company card, fields, prices and spending are there', async () => {
  await page.reload();
  await page.locator('#card textarea').first().fill('Дома из газоблока от 250 000 ₸ за м². Гарантия 5 лет.');
  await page.click('button:has-text("Добавить поле")');
  await page.locator('input[aria-label="Название"]').fill('Есть ли участок');
  expect(
    (await page.locator('#card input[aria-label="Ключ поля"]').inputValue()) === 'est_li_uchastok',
    'the key does not follow',
  );
  await page.click('#card button:has-text("Сохранить")');
  await page.waitForSelector('text=Сохранено');
  await page.click('button:has-text("Добавить цену")');
  expect((await page.locator('input[aria-label="Модель"]').inputValue()) === 'gpt-4o', 'the model in use is not offered');
  await page.click('summary:has-text("Таблицей")');
  await page.locator('section[aria-label="Расходы по дням"]').scrollIntoViewIfNeeded();
  await axe(page);
  await shot(page, 'ai-spend');
  await page.click('button[aria-label^="Убрать цену"]');
});
await check('a request of one’s own: an inner address is refused at its field, a dry run shows the answer', async () => {
  await page.click('button:has-text("Добавить запрос")');
  await page.getByLabel('Имя', { exact: true }).fill('house_price');
  await page.getByLabel('Когда обращаться').fill('Клиент спрашивает цену дома');
  await page.getByLabel('Адрес', { exact: true }).fill('http://192.168.0.5/price');
  await page.click('dialog button:has-text("Добавить параметр")');
  await page.fill('dialog input[aria-label="Имя параметра"]', 'city');
  await page.fill('dialog textarea[placeholder^="Authorization"]', 'Authorization: Bearer abcdef');
  await page.click('dialog button:has-text("Сохранить")');
  await page.waitForSelector('dialog >> text=leads to an address inside');
  await axe(page);
  await shot(page, 'ai-tool');
  await page.getByLabel('Адрес', { exact: true }).fill('https://crm.example.kz/price');
  await page.click('dialog button:has-text("Сохранить")');
  await page.click('button[aria-label="Проверить house_price"]');
  await page.fill('dialog form input', 'Алматы');
  await page.click('dialog button:has-text("Отправить запрос")');
  await page.waitForSelector('dialog >> text=price_from');
  await axe(page);
  await shot(page, 'ai-tool-try');
  await page.keyboard.press('Escape');
});
await phoneView('/settings/ai', 'ai', '#card');
await check('a preset is filled in, tried before it is saved, and saved as a version', async () => {
  await page.goto(BASE + agentPath);
  await page.click('button[aria-label="Заготовки"]');
  await page.click('[role=menuitem]:has-text("Строительная компания")');
  await until('the name is there', async () => (await page.getByLabel('Имя', { exact: true }).inputValue()) === 'Айша');
  await page.fill('section[aria-label="Пробный диалог"] textarea', 'Канат, 87768776637, хочу дом');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Спасибо, Канат!');
  await page.click('summary:has-text("register_lead")');
  await page.fill('section[aria-label="Пробный диалог"] textarea', 'А какая цена?');
  await page.keyboard.press('Enter');
  await page.waitForSelector('text=Здесь диалог перешёл бы к человеку');
  await axe(page);
  await shot(page, 'agent');
  await page.click('form button:has-text("Сохранить")');
  await page.waitForSelector('text=Сохранено как версия 1');
});
await check('what to find out is added by words alone, its key follows', async () => {
  await page.click('button:has-text("Добавить пункт")');
  await page.keyboard.type('Когда строить');
  const keys = page.locator('input[aria-label="Ключ поля"]');
  expect((await keys.last().inputValue()) === 'kogda_stroit', await keys.last().inputValue());
  await page.locator('button[aria-label="Выше: Когда строить"]').click();
  expect((await keys.nth(3).inputValue()) === 'kogda_stroit', 'it did not move');
});
await check('the server’s refusal stands at its field', async () => {
  await page.getByLabel('Модель', { exact: true }).fill('gpt-nothing');
  await page.click('form button:has-text("Сохранить")');
  await page.waitForSelector('section[aria-label="Модель и расходы"] >> text=is not known to the server');
  await page.getByLabel('Модель', { exact: true }).fill('');
  await page.getByLabel('По расписанию').check();
  await page.click('section[aria-label="Часы работы"] button:has-text("Сб")');
  await shot(page, 'agent-form');
  await page.getByLabel('Бюджет на диалог, $').fill('0.5');
  await page.getByLabel('Бюджет на диалог, $').fill('');
  await page.click('form button:has-text("Сохранить")');
  await page.waitForSelector('text=Сохранено как версия 2');
});
await check('two versions are compared in words, and the old one comes back', async () => {
  await page.click('button:has-text("Версии")');
  await page.waitForSelector('dialog ins:has-text("Когда строить")');
  await axe(page);
  await shot(page, 'agent-versions');
  await page.click('dialog button:has-text("Вернуть версию 1")');
  await page.waitForSelector('text=теперь это версия 3');
});
await check('leaving unsaved settings asks first', async () => {
  await page.getByLabel('Имя', { exact: true }).fill('Недописанное');
  page.once('dialog', (it) => it.dismiss());
  await page.click('nav a[href="/leads"]');
  await page.waitForTimeout(150);
  expect(new URL(page.url()).pathname === agentPath, 'the page was left');
  page.once('dialog', (it) => it.accept());
  await page.click('nav a[href="/leads"]');
  await page.waitForURL(/leads/);
});
await phoneView(agentPath, 'agent', 'form');
await check('a new channel ends with the question who answers first', async () => {
  await page.goto(`${BASE}/channels`);
  await page.click('button:has-text("Веб-чат")');
  await page.fill('dialog input', 'Лендинг');
  await page.click('dialog button:has-text("Подключить")');
  await page.waitForSelector('dialog >> text=Кто отвечает первым');
  await page.click('dialog label:has-text("ИИ готовит, человек отправляет")');
  await axe(page);
  await shot(page, 'agent-wizard');
  await page.click('dialog button:has-text("Готово")');
  await page.waitForSelector('dialog', { state: 'detached' });
  await page.waitForSelector('article:has-text("Лендинг")');
});

await check('the web chat says that an AI answers, and calls a person on request', async () => {
  const other = await browser.newContext({ locale: 'kk-KZ', viewport: { width: 390, height: 760 } });
  const client = await open(other, new URL(chat.url()).pathname);
  await client.waitForSelector('header:has-text("ЖИ-көмекші жауап береді · Айша")');
  await client.waitForSelector('text=Расскажите, что хотите построить');
  await say('Сәлем', client);
  await client.waitForSelector('text=Жазып жатыр…');
  await client.waitForSelector('article:has-text("Айша · ЖИ")');
  await axe(client);
  await shot(client, 'chat-agent');
  await client.click('button:has-text("Адамды шақыру")');
  await client.waitForSelector('article:has-text("Зову сотрудника")');
  await axe(client);
  await other.close();
});
const visitor = await browser.newContext({ locale: 'ru-RU', viewport: { width: 420, height: 760 } });
let guest;
const openNewest = async () => {
  await page.goto(`${BASE}/inbox`);
  await page.locator('a.row').first().click();
  await page.waitForSelector('#composer-box');
};
await check('the agent answers: its draft grows on the operator’s screen and becomes a message', async () => {
  guest = await open(visitor);
  await guest.goto(BASE + new URL(chat.url()).pathname);
  await guest.waitForSelector('textarea');
  await say('Здравствуйте', guest);
  await guest.waitForSelector('article:has-text("есть ли уже участок")');
  await openNewest();
  await say('А какие сроки?', guest);
  await page.locator('article[data-draft]:has-text("фундамент")').waitFor();
  await shot(page, 'draft');
  await page.waitForSelector('article:has-text("в конце отделка"):not([data-draft])', { timeout: 30_000 });
  expect((await page.locator('article[data-draft]').count()) === 0, 'the draft stays beside its message');
  await guest.waitForSelector('article:has-text("в конце отделка")');
  expect((await page.locator('a.row').first().textContent()).includes('ИИ'), 'the row does not say who handles it');
  await axe(page);
});
await check('one click tells why the agent said it', async () => {
  await page.locator('article button:has-text("Почему так?")').last().click();
  await page.waitForSelector('[role=dialog] >> text=gpt-4o');
  await page.click('[role=dialog] summary:has-text("Запрос к модели")');
  await page.waitForSelector('[role=dialog] >> text=<<<data');
  await axe(page);
  await shot(page, 'why');
  await page.keyboard.press('Escape');
});
await check('a number makes a lead, beside the conversation and in its thread', async () => {
  await say('Ерлан, 8 701 234 56 78, дом в Алматы', guest);
  await page.waitForSelector('text=Оформлена заявка: Ерлан');
  await page.waitForSelector('aside section[aria-label="Заявки"] a:has-text("дом · 150 м² · Алматы")');
});
await check('a hand-over is told in words, with its summary', async () => {
  await say('А сколько стоит?', guest);
  await page.waitForSelector('text=Передано людям: вопрос не про то');
  await page.waitForSelector('text=Хочет дом 150 м² в Алматы, спросил цену.');
  await page.evaluate(() => document.querySelector('#composer-box').blur());
  await shot(page, 'handed-over');
});
await check('the conversation is given back to the agent; whoever takes over stops it at once', async () => {
  await page.click('header button[aria-label^="Ответственный:"]');
  await page.click('[role=menuitemradio]:has-text("Вернуть ИИ-помощнику")');
  await page.waitForSelector('header button:has-text("Взять себе")');
  await axe(page);
  await say('Так какие же сроки?', guest);
  await page.locator('article[data-draft]').waitFor();
  await page.click('header button:has-text("Взять себе")');
  await page.locator('article[data-draft]').waitFor({ state: 'detached' });
  await page.waitForTimeout(1500);
  expect((await guest.locator('article:has-text("в конце отделка")').count()) === 1, 'the agent answered after the takeover');
});
await check('agents’ conversations are found by who handles them', async () => {
  await page.click('button[aria-label="Кто ведёт: Все"]');
  await page.click('[role=menuitemradio]:has-text("Ведёт ИИ-помощник")');
  await page.waitForSelector('text=Среди загруженных диалогов таких нет');
  await axe(page);
  await page.click('button[aria-label="Кто ведёт: Ведёт ИИ-помощник"]');
  await page.click('[role=menuitemradio]:has-text("Все")');
});
await check('drafts: a suggestion waits in the composer, Esc puts it away, one’s own reply ends it', async () => {
  const { settings } = await ask('GET', `/api${agentPath}`);
  await ask('PUT', `/api${agentPath}`, { ...settings, answers_first: 'drafts' });
  await openNewest();
  await say('Что нужно от меня?', guest);
  await page.waitForSelector('[data-suggestion]');
  await axe(page);
  await shot(page, 'suggestion');
  await page.focus('#composer-box');
  await page.keyboard.press('Escape');
  await page.locator('[data-suggestion]').waitFor({ state: 'detached' });
  await say('Вы тут?', guest);
  await page.waitForSelector('[data-suggestion]');
  await page.fill('#composer-box', 'Минуту, проверю');
  await page.keyboard.press('Enter');
  await page.locator('[data-suggestion]').waitFor({ state: 'detached' });
  await guest.waitForSelector('article:has-text("Минуту, проверю")');
});
await check('Tab takes a suggestion into the box, Ctrl+Enter sends one as it is', async () => {
  await say('Спасибо', guest);
  await page.waitForSelector('[data-suggestion]');
  await page.focus('#composer-box');
  await page.keyboard.press('Tab');
  await until('the words are in the box', async () => (await page.inputValue('#composer-box')).includes('есть ли уже участок'));
  await page.keyboard.type(' Можно фото.');
  await page.keyboard.press('Enter');
  await guest.waitForSelector('article:has-text("Можно фото.")');
  await page.locator('article:has-text("Можно фото.") >> text=по подсказке ИИ').waitFor();
  await say('Участок есть', guest);
  await page.waitForSelector('[data-suggestion]');
  await page.keyboard.press('Control+Enter');
  await page.locator('[data-suggestion]').waitFor({ state: 'detached' });
  await until('it was sent', async () => (await guest.locator('article').last().textContent()).includes('есть ли уже участок'));
  await shot(page, 'approved');
});
await check('a phone shows the suggestion with room for fingers', async () => {
  await say('И ещё вопрос', guest);
  await page.waitForSelector('[data-suggestion]');
  await phoneView(new URL(page.url()).pathname, 'suggestion', '[data-suggestion]');
});

await check('the notices chat is connected by a code, and tested', async () => {
  await page.goto(`${BASE}/settings/notices`);
  await page.waitForSelector('text=Сначала подключите бота');
  await axe(page);
  await ask('POST', '/api/channels', { kind: 'telegram', name: 'Бот', token: '42:abc', mode: 'polling' });
  await page.reload();
  await page.click('button:has-text("Подключить чат")');
  await page.waitForSelector('code:has-text("K7M2QX")');
  await axe(page);
  await shot(page, 'notices-code');
  await page.waitForSelector('text=Подключён чат «Отдел продаж»');
  await page.click('button:has-text("Проверить")');
  await page.waitForSelector('text=Пробное уведомление в чате');
  await axe(page);
  await shot(page, 'notices');
});
await check('one’s own Telegram is linked in the profile', async () => {
  await page.goto(`${BASE}/me`);
  await page.click('button:has-text("Связать")');
  await page.waitForSelector('text=Связан: @owner');
  await axe(page);
});
await phoneView('/settings/notices', 'notices', 'section');

await check('no page complained: no script error, no CSP violation', noComplaints);
await browser.close();
await hub.stop();
finish();
