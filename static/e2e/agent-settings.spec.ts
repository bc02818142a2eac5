// The agent's and the company's AI settings before the stand-in hub.
import { Company } from './support/company.ts';
import { giveKey, KEY, setAgent } from './support/agent.ts';
import { axe, field, fitsTheWidth, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const save = (page: Page) => page.locator('form').getByRole('button', { name: 'Сохранить' }).first();
const tryOut = (page: Page) => page.locator('section[aria-label="Пробный диалог"] textarea');

type Own = { company: Company; page: Page };
const it = test.extend<{ fresh: Own; keyed: Own }>({
  /** A company without a key. */
  fresh: async ({ site, browserOf }, use) => {
    const company = await Company.found(site.url, 'СтройКомпания Алматы');
    const page = await (await browserOf(company.owner)).newPage();
    await use({ company, page });
  },
  keyed: async ({ fresh }, use) => {
    await giveKey(fresh.company);
    await use(fresh);
  },
});
const onPhone = async (page: Page, path: string, name: string, ready: string): Promise<void> => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(path);
  await expect(page.locator(ready).first()).toBeVisible();
  await fitsTheWidth(page);
  await axe(page);
  await shot(page, `${name}-phone`);
};

it('without a key the agent says that it is off and how to switch it on', async ({ fresh: { page } }) => {
  await page.goto('/channels');
  await page.locator('article', { hasText: 'Чат на сайте' }).getByRole('link', { name: 'ИИ-помощник' }).click();
  await expect(page.getByText('У компании нет ключа доступа').first()).toBeVisible();
  await expect(tryOut(page)).toBeDisabled();
  await axe(page);
  await shot(page, 'agent-off');
  await page.getByRole('link', { name: 'Подключить ИИ' }).first().click();
  await expect(page.getByText('Выключен: ключа нет').first()).toBeVisible();
  await axe(page);
  await shot(page, 'ai-off');
});

it('a wrong key is told at its field when it is saved, a good one switches the agent on', async ({ fresh: { page } }) => {
  await page.goto('/settings/ai');
  await field(page, 'Ключ').fill('sk-wrong');
  await save(page).click();
  await expect(page.getByText('401 Incorrect API key').first()).toBeVisible();
  await expect(field(page, 'Ключ')).toHaveAttribute('aria-invalid', 'true');
  await field(page, 'Ключ').fill(KEY);
  await save(page).click();
  await expect(page.getByText('ключ компании …1234').first()).toBeVisible();
  await axe(page);
  await shot(page, 'ai');
});

it('the company card, fields, prices and spending are there', async ({ keyed: { page } }) => {
  await page.goto('/settings/ai');
  await page.locator('#card textarea').first().fill('Дома из газоблока от 250 000 ₸ за м². Гарантия 5 лет.');
  await page.getByRole('button', { name: 'Добавить поле' }).click();
  await page.locator('input[aria-label="Название"]').fill('Есть ли участок');
  await expect(page.locator('#card input[aria-label="Ключ поля"]')).toHaveValue('est_li_uchastok');
  await page.locator('#card').getByRole('button', { name: 'Сохранить' }).click();
  await expect(page.getByText('Сохранено').first()).toBeVisible();
  await page.getByRole('button', { name: 'Добавить цену' }).click();
  await expect(page.locator('input[aria-label="Модель"]')).toHaveValue('gpt-4o');
  await page.getByRole('button', { name: 'Таблица' }).click();
  await page.locator('section[aria-label="Расходы по дням"]').scrollIntoViewIfNeeded();
  await axe(page);
  await shot(page, 'ai-spend');
  await page.locator('button[aria-label^="Убрать цену"]').click();
  await expect(page.locator('input[aria-label="Модель"]')).toHaveCount(0);
});

it('a request of one’s own: an inner address is refused at its field, a dry run shows the answer', async ({
  keyed: { page },
}) => {
  await page.goto('/settings/ai');
  await page.getByRole('button', { name: 'Добавить запрос' }).click();
  const dialog = page.getByRole('dialog');
  await field(page, 'Имя').fill('house_price');
  await page.getByLabel('Когда обращаться').fill('Клиент спрашивает цену дома');
  await field(page, 'Адрес').fill('http://192.168.0.5/price');
  await dialog.getByRole('button', { name: 'Добавить параметр' }).click();
  await dialog.getByLabel('Имя параметра').fill('city');
  await dialog.getByPlaceholder(/^Authorization/).fill('Authorization: Bearer abcdef');
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  await expect(dialog.getByText('Адрес ведёт во внутреннюю сеть').first()).toBeVisible();
  await axe(page);
  await shot(page, 'ai-tool');
  await field(page, 'Адрес').fill('https://crm.example.kz/price');
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  await page.getByRole('button', { name: 'Проверить house_price' }).click();
  await page.getByRole('dialog').locator('form input').fill('Алматы');
  await page.getByRole('dialog').getByRole('button', { name: 'Отправить запрос' }).click();
  await expect(page.getByRole('dialog').getByText('price_from')).toBeVisible();
  await axe(page);
  await shot(page, 'ai-tool-try');
});

it('a preset is filled in, tried before it is saved, and saved as a version', async ({ keyed: { page, company } }) => {
  await page.goto(`/channels/${company.channel}/agent`);
  await page.getByRole('button', { name: 'Заготовки' }).click();
  await page.getByRole('menuitem', { name: 'Строительная компания' }).click();
  await expect(field(page, 'Имя')).toHaveValue('Айша');
  await tryOut(page).fill('Канат, 87768776637, хочу дом');
  await tryOut(page).press('Enter');
  await expect(page.getByText('Спасибо, Канат!')).toBeVisible();
  await page.locator('summary', { hasText: 'register_lead' }).click();
  await tryOut(page).fill('А какая цена?');
  await tryOut(page).press('Enter');
  await expect(page.getByText('Здесь диалог перешёл бы к человеку')).toBeVisible();
  await axe(page);
  await shot(page, 'agent');
  await save(page).click();
  await expect(page.getByText('Сохранено как версия 1')).toBeVisible();
});

it('what to find out is added by words alone, its key follows', async ({ keyed: { page, company } }) => {
  await setAgent(company, company.channel);
  await page.goto(`/channels/${company.channel}/agent`);
  await expect(field(page, 'Имя')).toHaveValue('Айша');
  await page.getByRole('button', { name: 'Добавить пункт' }).click();
  await page.keyboard.type('Когда строить');
  const keys = page.locator('input[aria-label="Ключ поля"]');
  await expect(keys.last()).toHaveValue('kogda_stroit');
  await page.getByRole('button', { name: 'Выше: Когда строить' }).click();
  await expect(keys.nth(3)).toHaveValue('kogda_stroit');
});

it('the server’s refusal stands at its field; hours and budgets are saved', async ({ keyed: { page, company } }) => {
  await setAgent(company, company.channel);
  await page.goto(`/channels/${company.channel}/agent`);
  await field(page, 'Модель').fill('gpt-nothing');
  await save(page).click();
  await expect(page.locator('section[aria-label="Модель и расходы"]').getByText('is not known to the server')).toBeVisible();
  await field(page, 'Модель').fill('');
  await page.getByLabel('По расписанию').check();
  await page.locator('section[aria-label="Часы работы"]').getByRole('button', { name: 'Сб' }).click();
  await shot(page, 'agent-form');
  await page.getByLabel('Бюджет на диалог, $').fill('0.5');
  await page.getByLabel('Бюджет на диалог, $').fill('');
  await save(page).click();
  await expect(page.getByText('Сохранено как версия 2')).toBeVisible();
});

it('two versions are compared in words, and the old one comes back', async ({ keyed: { page, company } }) => {
  await setAgent(company, company.channel);
  await setAgent(company, company.channel, { extra: 'Когда строить' });
  await page.goto(`/channels/${company.channel}/agent`);
  await page.getByRole('button', { name: 'Версии' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog.locator('ins', { hasText: 'Когда строить' }).first()).toBeVisible();
  await axe(page);
  await shot(page, 'agent-versions');
  await dialog.getByRole('button', { name: 'Вернуть версию 1' }).click();
  await expect(page.getByText('теперь это версия 3')).toBeVisible();
});

it('leaving unsaved settings asks first', async ({ keyed: { page, company } }) => {
  const path = `/channels/${company.channel}/agent`;
  await page.goto(path);
  await field(page, 'Имя').fill('Недописанное');
  const asked = (answer: 'accept' | 'dismiss') =>
    Promise.all([page.waitForEvent('dialog').then((dialog) => dialog[answer]()), page.locator('nav a[href="/leads"]').click()]);
  await asked('dismiss');
  expect(new URL(page.url()).pathname).toBe(path);
  await expect(field(page, 'Имя')).toHaveValue('Недописанное');
  await asked('accept');
  await page.waitForURL(/leads/);
});

it('a new channel ends with the question who answers first', async ({ keyed: { page } }) => {
  await page.goto('/channels');
  await page.getByRole('button', { name: 'Веб-чат' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input').first().fill('Лендинг');
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  await expect(dialog.getByText('Кто отвечает первым').first()).toBeVisible();
  await dialog.locator('label', { hasText: 'ИИ готовит, человек отправляет' }).click();
  await axe(page);
  await shot(page, 'agent-wizard');
  await dialog.getByRole('button', { name: 'Готово' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.locator('article', { hasText: 'Лендинг' })).toBeVisible();
});

it('both pages of settings fit a phone', async ({ keyed: { page, company } }) => {
  await onPhone(page, '/settings/ai', 'ai', '#card');
  await onPhone(page, `/channels/${company.channel}/agent`, 'agent', 'form');
});
