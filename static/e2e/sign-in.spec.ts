// In and out: registering, languages before anybody is known, sessions that end.
import { Company, signedIn } from './support/company.ts';
import { axe, box, bubble, openThread, row, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const submit = (page: Page) => page.locator('form button:not([type=button])').click();
async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.fill('input[name=email]', email);
  await page.fill('input[name=password]', password);
  await submit(page);
}

test('an unknown visitor is led to the sign-in page, in Russian', async ({ browserOf }) => {
  const page = await (await browserOf()).newPage();
  await page.goto('/');
  await expect(page.locator('input[name=email]')).toBeVisible();
  await expect(page.locator('h1')).toHaveText('Вход');
  await expect(page.locator('html')).toHaveAttribute('lang', 'ru');
  await axe(page);
});

test('language and theme change before login, without a reload', async ({ browserOf }) => {
  const page = await (await browserOf()).newPage();
  await page.goto('/login');
  await page.evaluate(() => (document.documentElement.dataset.same = 'page'));
  await page.getByLabel('Язык').selectOption('kk');
  await expect(page.locator('h1')).toHaveText('Кіру');
  await page.getByLabel('Тіл').selectOption('ru');
  await page.getByLabel('Тема').selectOption('dark');
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await axe(page);
  await page.getByLabel('Тема').selectOption('light');
  await expect(page.locator('html')).toHaveAttribute('data-same', 'page');
});

test('a wrong password is refused in plain words', async ({ browserOf }) => {
  const page = await (await browserOf()).newPage();
  await page.goto('/login');
  await signIn(page, 'nobody@example.test', 'wrong-password');
  await expect(page.getByRole('alert')).toContainText('Неверная почта или пароль');
});

test('registering leads to an inbox that explains the next step, and to a first chat', async ({ browserOf }) => {
  const browser = await browserOf();
  const page = await browser.newPage();
  await page.goto('/register');
  await page.fill('input[name=company]', 'ТОО «Василёк»');
  await page.fill('input[name=name]', 'Ольга');
  await page.fill('input[name=email]', `owner.${Date.now()}@example.test`);
  await page.fill('input[name=password]', 'Longer-than-usual-7');
  await submit(page);
  await page.waitForURL(/\/inbox/);
  await expect(page.getByText('Напишите себе как клиент')).toBeVisible();
  await axe(page);
  const [chat] = await Promise.all([browser.waitForEvent('page'), page.locator('a[target=_blank]').click()]);
  await expect(chat.locator('textarea')).toBeVisible();
  await expect(chat.locator('h1')).toContainText('Василёк');
  await axe(chat);
});

test('after signing out the wanted page is returned to', async ({ site, browserOf }) => {
  const { owner } = await Company.found(site.url);
  const page = await (await browserOf(owner)).newPage();
  await page.goto('/inbox');
  await page.locator('button.account').click();
  await page.getByRole('menuitem', { name: 'Выйти' }).click();
  await expect(page.locator('input[name=email]')).toBeVisible();
  await page.goto('/channels');
  await page.waitForURL(/login\?next=/);
  await signIn(page, owner.email, owner.password);
  await page.waitForURL(/\/channels$/);
});

test('a session that has ended is taken up again, with everything in its place', async ({ site, browserOf, visitor }) => {
  const company = await Company.found(site.url);
  const customer = await visitor(company.key);
  await customer.says('Вы здесь?');
  const page = await (await browserOf(company.owner)).newPage();
  await openThread(page, customer.conversation);
  await box(page).fill('посреди фразы');
  const elsewhere = await signedIn(site.url, company.owner);
  const { sessions } = await elsewhere.ask<{ sessions: { id: number; current: boolean }[] }>('GET', '/api/sessions');
  for (const it of sessions.filter((one) => !one.current)) await elsewhere.ask('DELETE', `/api/sessions/${it.id}`);
  const dialog = page.getByRole('dialog', { name: 'Сессия закончилась' });
  await expect(dialog).toBeVisible();
  await axe(page);
  await shot(page, 'lapsed');
  await dialog.locator('input[name=password]').fill(company.owner.password);
  await dialog.locator('form button:not([type=button])').click();
  await expect(dialog).toBeHidden();
  await expect(box(page)).toHaveValue('посреди фразы');
  await box(page).press('Enter');
  await customer.sees('посреди фразы');
  await expect(bubble(page, 'посреди фразы')).toHaveCount(1);
});

test('an unknown chat and an unknown page say so kindly', async ({ browserOf }) => {
  const page = await (await browserOf()).newPage();
  await page.goto('/c/no-such-key');
  await expect(page.getByText('Чат не найден')).toBeVisible();
  await page.goto('/no/such/page');
  await expect(page.getByText('Такой страницы нет')).toBeVisible();
});

test('a colleague follows the link of an invitation', async ({ operator, company, browserOf, visitor }) => {
  const customer = await visitor();
  await customer.says('Кто-нибудь?');
  await operator.goto('/team');
  await operator.getByRole('button', { name: 'Пригласить' }).click();
  await operator.getByRole('dialog').getByRole('button', { name: 'Создать ссылку' }).click();
  const link = new URL(await operator.getByRole('dialog').locator('input[readonly]').inputValue());
  const page = await (await browserOf()).newPage();
  await page.goto(company.url + link.pathname + link.hash);
  await page.fill('input[name=name]', 'Асель');
  await page.fill('input[name=email]', `assel.${Date.now()}@example.test`);
  await page.fill('input[name=password]', 'Another-long-one-8');
  await submit(page);
  await expect(row(page, customer.conversation)).toBeVisible();
});
