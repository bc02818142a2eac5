// Leads before the stand-in hub: the list, its panel, what a person writes down.
import { Company } from './support/company.ts';
import { seedLeads } from './support/agent.ts';
import { axe, fitsTheWidth, openThread, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';
import { Visitor } from './support/visitor.ts';

const leads = (page: Page) => page.locator('tr.lead');
const SEEDED = 9;

type Leads = { company: Company; page: Page; conversation: number };
const it = test.extend<{ withLeads: Leads }>({
  withLeads: async ({ site, browserOf }, use) => {
    const company = await Company.found(site.url, 'СтройКомпания Алматы');
    const customer = await Visitor.come(site.url, company.key);
    await customer.says('Здравствуйте, хочу построить дом');
    await seedLeads(company, SEEDED);
    const page = await (await browserOf(company.owner, { acceptDownloads: true })).newPage();
    await page.goto('/leads');
    await expect(leads(page)).toHaveCount(SEEDED);
    await use({ company, page, conversation: customer.conversation });
    customer.leaves();
  },
});

test('without leads the page explains where they come from', async ({ operator }) => {
  await operator.goto('/inbox');
  await operator.locator('nav a[href="/leads"]').click();
  await expect(operator.getByText('Заявок пока нет')).toBeVisible();
  await axe(operator);
  await shot(operator, 'leads-empty');
});

it('leads are listed, searched and filtered, and the address keeps the filter', async ({ withLeads: { page } }) => {
  // The seventh is nobody's by name.
  await expect(leads(page).filter({ hasText: 'Заявка 7' })).toHaveCount(1);
  await axe(page);
  await shot(page, 'leads');
  await page.locator('input[type=search]').fill('777000 12');
  await expect(leads(page)).toHaveCount(1);
  await page.locator('input[type=search]').fill('');
  await page.locator('button[aria-pressed]', { hasText: 'В работе' }).click();
  await page.waitForURL(/status=in_progress/);
  await expect(leads(page)).toHaveCount(2);
  await page.reload();
  await expect(leads(page)).toHaveCount(2);
  await page.locator('button[aria-pressed]', { hasText: 'Все' }).first().click();
  await expect(leads(page)).toHaveCount(SEEDED);
});

it('the status is changed in place, by keys alone, and can be taken back', async ({ withLeads: { page } }) => {
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  const second = leads(page).nth(1);
  const status = second.locator('[aria-haspopup=menu]').first();
  const before = (await status.textContent()) ?? '';
  await page.keyboard.press('s');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(second).toContainText('Отказ');
  await page.getByRole('button', { name: 'Отменить' }).click();
  await expect(status).toHaveText(before);
});

it('a lead that comes in is there at once, and a colleague’s change too', async ({ withLeads: { page, company } }) => {
  await seedLeads(company, 1);
  await expect(leads(page)).toHaveCount(SEEDED + 1);
  const id = await leads(page).first().getAttribute('data-row');
  await company.api.ask('PATCH', `/api/leads/${id}`, { status: 'won' });
  await expect(leads(page).first()).toContainText('Успех');
});

it('the panel keeps a wrong number at its field, and shows why a notice failed', async ({ withLeads: { page } }) => {
  await leads(page).filter({ hasText: 'не отправлено' }).first().locator('a.lead-link').click();
  const panel = page.locator('aside');
  await expect(panel.getByText('bot was kicked')).toBeVisible();
  await panel.getByRole('button', { name: /^Изменить: Телефон/ }).click();
  const field = panel.locator('input[type=tel]');
  await field.fill('123');
  await field.press('Enter');
  await expect(panel.getByText('В номере не хватает цифр')).toBeVisible();
  await axe(page);
  await shot(page, 'lead-panel');
  await field.fill('+7 701 234 56 78');
  await field.press('Enter');
  await expect(page.getByText('Сохранено')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.waitForURL(/\/leads$/);
});

it('leads are sorted by their heads, chosen and changed many at once; the address keeps the order', async ({
  withLeads: { page },
}) => {
  await page.getByRole('columnheader', { name: 'Клиент' }).getByRole('button').click();
  await page.waitForURL(/sort=name/);
  await expect(page.getByRole('columnheader', { name: 'Клиент' })).toHaveAttribute('aria-sort', 'ascending');
  await page.reload();
  await expect(page.getByRole('columnheader', { name: 'Клиент' })).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('j');
  await page.keyboard.press('Space');
  await page.keyboard.press('Shift+ArrowDown');
  const chosen = page.getByRole('group', { name: 'Выбрано 2 строки' });
  await expect(chosen).toBeVisible();
  await axe(page);
  await shot(page, 'leads-chosen');
  await chosen.getByRole('button', { name: 'Статус' }).click();
  await page.getByRole('menuitem', { name: 'Успех' }).click();
  await expect(page.getByText(/Измен[а-я]+ 2 заявки/)).toBeVisible();
  await expect(leads(page).first()).toContainText('Успех');
});

it('leads are exported with the bearer token', async ({ withLeads: { page } }) => {
  await page.getByRole('button', { name: 'Выгрузить' }).click();
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'CSV' }).click()]);
  expect(file.suggestedFilename()).toMatch(/^leads-\d{4}-\d\d-\d\d\.csv$/);
});

it('a lead leads to its conversation, which names it', async ({ withLeads: { page } }) => {
  await page.locator('a.lead-chat').first().click();
  await expect(page.locator('aside').getByRole('region', { name: 'Заявки' }).locator('a').first()).toBeVisible();
  await axe(page);
  await shot(page, 'lead-context');
});

it('a person writes down a lead; a wrong number stays at its field', async ({ withLeads: { page, conversation } }) => {
  await openThread(page, conversation);
  await page.getByRole('button', { name: 'Записать заявку' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('input').first().fill('Гульнара');
  await dialog.locator('input[type=tel]').fill('12');
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  await expect(dialog.getByText('В номере не хватает цифр').first()).toBeVisible();
  await axe(page);
  await dialog.locator('input[type=tel]').fill('+7 705 111 22 33');
  await dialog.getByLabel('Объект', { exact: true }).fill('гараж');
  await dialog.getByRole('button', { name: 'Сохранить' }).click();
  await expect(
    page.locator('aside').getByRole('region', { name: 'Заявки' }).getByRole('link', { name: 'гараж', exact: true }),
  ).toBeVisible();
});

it('a phone shows leads as cards', async ({ withLeads: { company }, browserOf }) => {
  const phone = await (await browserOf(company.owner, { viewport: { width: 390, height: 844 } })).newPage();
  await phone.goto('/leads');
  await expect(phone.locator('article.lead').first()).toBeVisible();
  await fitsTheWidth(phone);
  await axe(phone);
  await shot(phone, 'leads-phone');
});
