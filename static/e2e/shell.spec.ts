// The frame around every page: where one is, how one gets elsewhere, by pointer, keys and words.
import { Company } from './support/company.ts';
import { Link } from './support/link.ts';
import { axe, openThread, shot, box } from './support/page.ts';
import { expect, test } from './support/test.ts';

test('the tab says where one is, and the heading takes the focus that a page has left', async ({ operator }) => {
  await operator.goto('/inbox');
  await expect(operator).toHaveTitle(/Диалоги · Switchboard$/);
  await operator.locator('nav a[href="/leads"]').click();
  await expect(operator).toHaveTitle(/Заявки · Switchboard$/);
  // The link that was pressed is still there, and keeps the focus.
  await expect(operator.locator('nav a[href="/leads"]')).toBeFocused();
});

test('g and a letter go to a page; while one types they are letters', async ({ operator }) => {
  await operator.goto('/inbox');
  await expect(operator.locator('nav a[href="/leads"]')).toBeVisible();
  await operator.keyboard.press('g');
  await operator.keyboard.press('l');
  await operator.waitForURL(/\/leads$/);
  const search = operator.locator('main input[type=search]');
  await search.click();
  await search.pressSequentially('gi');
  await expect(search).toHaveValue('gi');
  expect(new URL(operator.url()).pathname).toBe('/leads');
});

test('the palette finds pages on the wrong layout, settings, customers and their words', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Хочу фиолетовую беседку');
  await operator.goto('/leads');
  await expect(operator.locator('nav a[href="/leads"]')).toBeVisible();
  const palette = operator.getByRole('dialog', { name: 'Найти и сделать' });
  const words = palette.getByRole('combobox');
  await operator.keyboard.press('Control+k');
  await expect(words).toBeFocused();
  await axe(operator);
  await shot(operator, 'palette');
  await words.fill('lbfkjub');
  await expect(palette.getByRole('option').first()).toContainText('Диалоги');
  await words.fill('плотность');
  await expect(palette.getByRole('option', { name: /Плотность/ })).toBeVisible();
  await words.fill('фиолетовую');
  await palette.getByRole('option', { name: /фиолетовую беседку/ }).click();
  await operator.waitForURL(new RegExp(`/inbox/all/${customer.conversation}`));
  await operator.keyboard.press('Control+k');
  await words.fill('kanaly');
  await words.press('Enter');
  await operator.waitForURL(/\/channels$/);
  await operator.keyboard.press('Control+k');
  await expect(palette.getByText('Недавние')).toBeVisible();
});

test('the sheet lists what the keys do here, and they can be changed or turned off', async ({ operator }) => {
  await operator.goto('/leads');
  await expect(operator.locator('nav a[href="/leads"]')).toBeVisible();
  await operator.keyboard.press('Shift+Slash');
  const sheet = operator.getByRole('dialog', { name: 'Горячие клавиши' });
  await expect(sheet.getByText('Переходы')).toBeVisible();
  await axe(operator);
  await sheet.getByRole('link', { name: 'Изменить клавиши' }).click();
  const keys = operator.locator('#keys');
  await keys.locator('summary').click();
  const leads = keys.getByRole('button', { name: /Изменить клавиши: Заявки(?! в Telegram)/ });
  await leads.click();
  await operator.keyboard.press('j');
  await expect(keys.getByRole('alert')).toContainText('Следующая строка');
  await operator.keyboard.press('q');
  await expect(leads.locator('kbd')).toHaveText('Q');
  await axe(operator);
  await keys.getByRole('checkbox').uncheck();
  await operator.locator('h1').click();
  await operator.keyboard.press('q');
  expect(new URL(operator.url()).pathname).toBe('/me');
  await keys.getByRole('checkbox').check();
  await operator.locator('h1').click();
  await operator.keyboard.press('q');
  await operator.waitForURL(/\/leads$/);
});

test('Esc goes from the reply to the row, and Alt with an arrow on to the next reply', async ({ operator, visitor }) => {
  const first = await visitor();
  await first.says('Первый');
  const second = await visitor();
  await second.says('Второй');
  await openThread(operator, second.conversation);
  await box(operator).click();
  await operator.keyboard.press('Escape');
  await expect(operator.locator('a.row[aria-current]')).toBeFocused();
  await box(operator).click();
  await operator.keyboard.press('Alt+ArrowDown');
  await operator.waitForURL(new RegExp(`/inbox/all/${first.conversation}$`));
  await expect(box(operator)).toBeFocused();
});

test('the rail folds and stays so; a phone has four places and a sheet with the rest', async ({ operator }) => {
  await operator.goto('/leads');
  const fold = operator.getByRole('button', { name: 'Свернуть меню' });
  await fold.click();
  await operator.reload();
  await operator.getByRole('button', { name: 'Развернуть меню' }).click();
  await operator.setViewportSize({ width: 1024, height: 768 });
  await expect(operator.getByRole('button', { name: 'Развернуть меню' })).toBeVisible();
  await axe(operator);
  await operator.setViewportSize({ width: 390, height: 844 });
  await expect(operator.locator('nav').locator('a, button').filter({ visible: true })).toHaveText([
    /Диалоги/,
    /Заявки/,
    /Уведомления/,
    /Ещё/,
  ]);
  await operator.getByRole('button', { name: 'Ещё' }).click();
  await axe(operator);
  await shot(operator, 'more');
  await operator.getByRole('dialog').getByRole('link', { name: 'Команда' }).click();
  await operator.waitForURL(/\/team$/);
});

test('what one may not open is absent, and explained to whoever has the address', async ({ site, browserOf }) => {
  const company = await Company.found(site.url);
  const page = await (await browserOf(await company.hire('Ерлан'))).newPage();
  await page.goto('/settings/ai');
  await expect(page.getByRole('heading', { name: 'Эта страница не для вашей роли' })).toBeVisible();
  await expect(page.locator('nav').getByText('Настройки')).toHaveCount(0);
  await axe(page);
});

test('nothing moves away under a hand that presses: the banner waits until it is done', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Здравствуйте');
  const link = await Link.of(operator);
  await openThread(operator, customer.conversation);
  const holder = operator.getByRole('button', { name: /^Ответственный:/ });
  const banner = operator.getByText('Нет связи, восстанавливаем');
  const nobody = operator.getByRole('menuitemradio', { name: 'Никто' });
  await link.cut();
  await expect(banner).toBeVisible();
  await holder.hover();
  await operator.mouse.down();
  link.mend();
  // What the feed brings is drawn all the same.
  await customer.says('Вы здесь?');
  await expect(operator.locator('article', { hasText: 'Вы здесь?' })).toBeVisible({ timeout: 40_000 });
  await expect(banner).toBeVisible();
  await operator.mouse.up();
  await expect(nobody).toBeVisible();
  await expect(banner).toHaveCount(0);
  await expect(nobody).toBeVisible();
});
