// The operator's own work in the inbox and what lies around it.
import { axe, box, bubble, openThread, pickFromMenu, row, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const back = (page: Page, answer: 'accept' | 'dismiss') =>
  Promise.all([page.waitForEvent('dialog').then((it) => it[answer]()), page.evaluate(() => history.back())]);

test('a draft belongs to its mode and survives a reload', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Жду ответа');
  await openThread(operator, customer.conversation);
  await box(operator).fill('недописанное');
  await operator.reload();
  await expect(box(operator)).toHaveValue('недописанное');
  await operator.getByRole('tab', { name: 'Заметка' }).click();
  await expect(box(operator)).toHaveValue('');
  await operator.getByRole('tab', { name: 'Ответ' }).click();
  await expect(box(operator)).toHaveValue('недописанное');
});

test('a draft follows its writer to another device', async ({ operator, visitor, company, browserOf }) => {
  const customer = await visitor();
  await customer.says('Жду ответа');
  await openThread(operator, customer.conversation);
  const kept = operator.waitForResponse(
    (it) => it.url().endsWith('/draft') && it.request().method() === 'PATCH' && !!it.request().postData()?.includes('с телефона'),
  );
  await box(operator).fill('начато с телефона');
  await kept;
  const second = await (await browserOf(company.owner)).newPage();
  await second.goto('/inbox/all');
  await row(second, customer.conversation).click();
  await expect(box(second)).toHaveValue('начато с телефона');
});

test('keys: a takes, e closes with undo, ? shows the sheet', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Только клавиши');
  await openThread(operator, customer.conversation);
  await expect(bubble(operator, 'Только клавиши')).toBeVisible();
  await operator.keyboard.press('a');
  await expect(operator.getByText('Ответственный:').first()).toBeVisible();
  await operator.keyboard.press('Shift+Slash');
  await expect(operator.getByRole('dialog')).toBeVisible();
  await operator.keyboard.press('Escape');
  await expect(operator.getByRole('dialog')).toBeHidden();
  await operator.keyboard.press('e');
  await expect(operator.getByText('Диалог закрыт')).toBeVisible();
  await operator.getByRole('button', { name: 'Отменить' }).last().click();
  await openThread(operator, customer.conversation);
  await expect(operator.getByRole('button', { name: 'Закрыть диалог' })).toBeVisible();
});

test('u makes it unread again, on other screens too, until one comes back to it', async ({
  operator,
  visitor,
  company,
  browserOf,
}) => {
  const customer = await visitor();
  await customer.says('Первое');
  await customer.says('Второе');
  await openThread(operator, customer.conversation);
  const mine = row(operator, customer.conversation);
  await expect(bubble(operator, 'Второе')).toBeVisible();
  await expect(mine).not.toContainText('Непрочитано');
  const second = await (await browserOf(company.owner)).newPage();
  await second.goto('/inbox/all');
  const theirs = row(second, customer.conversation);
  await expect(theirs).toBeVisible();
  await expect(theirs).not.toContainText('Непрочитано');
  await operator.keyboard.press('u');
  for (const it of [mine, theirs]) await expect(it).toContainText(/Непрочитано:\s*1/);
  await expect(operator.getByText('Новые', { exact: true })).toBeVisible();
  const first = bubble(operator, 'Первое');
  await first.hover();
  await first.getByRole('button', { name: 'Непрочитано отсюда' }).click();
  for (const it of [mine, theirs]) await expect(it).toContainText(/Непрочитано:\s*2/);
  // What comes while it stands open is unread with it.
  await customer.says('Третье');
  for (const it of [mine, theirs]) await expect(it).toContainText(/Непрочитано:\s*3/);
  await openThread(operator, customer.conversation);
  for (const it of [mine, theirs]) await expect(it).not.toContainText('Непрочитано');
});

test('a conversation that waits for the customer is still in the list after a reload', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Подумаю');
  await openThread(operator, customer.conversation);
  await pickFromMenu(operator, 'Отложить', 'Ждём клиента');
  await expect(operator.getByRole('button', { name: 'Отложить: Ждём клиента' })).toBeVisible();
  await operator.goto('/inbox');
  await row(operator, customer.conversation).click();
  await pickFromMenu(operator, 'Отложить: Ждём клиента', 'Открыть снова');
  await expect(operator.getByRole('button', { name: 'Отложить', exact: true })).toBeVisible();
});

test('who has no name is called by their number in the company', async ({ operator, visitor, company }) => {
  const people = [await visitor(), await visitor()];
  const numbers: number[] = [];
  for (const it of people) {
    await it.says('Здравствуйте');
    const { customer } = await company.api.ask<{ customer: { number: number } }>('GET', `/api/conversations/${it.conversation}`);
    numbers.push(customer.number);
  }
  expect(numbers[1]).toBe(numbers[0]! + 1);
  await operator.goto('/inbox/all');
  for (const [n, it] of people.entries()) await expect(row(operator, it.conversation)).toContainText(`Клиент ${numbers[n]}`);
  await openThread(operator, people[1]!.conversation);
  await expect(operator.getByRole('heading', { name: `Клиент ${numbers[1]}`, exact: true })).toBeVisible();
});

test('the customer is renamed in place', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Меня зовут Айгерим');
  await openThread(operator, customer.conversation);
  await pickFromMenu(operator, 'Добавить', 'Имя');
  const field = operator.locator('aside').getByLabel('Имя', { exact: true });
  await field.fill('Айгерим');
  await field.press('Enter');
  await expect(row(operator, customer.conversation)).toContainText('Айгерим');
});

test('search finds what was said, marks it and opens the conversation there', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Скажите, где мой велосипед?');
  await operator.goto('/team');
  await expect(operator.locator('h1')).toBeVisible();
  await operator.keyboard.press('/');
  await expect(operator.locator('input[type=search]')).toBeFocused();
  await axe(operator);
  await operator.keyboard.type('МОЙ вел');
  const hit = operator.locator('a.hit', { hasText: 'где мой велосипед' });
  await expect(hit).toBeVisible();
  expect((await hit.locator('mark').allTextContents()).join(' ')).toBe('мой велосипед');
  await axe(operator);
  await shot(operator, 'search');
  await operator.keyboard.press('ArrowDown');
  await operator.keyboard.press('Escape');
  await expect(operator.locator('input[type=search]')).toBeFocused();
  await operator.keyboard.press('ArrowDown');
  await operator.keyboard.press('Enter');
  await expect(bubble(operator, 'где мой велосипед')).toBeVisible();
  expect(operator.url()).toMatch(/\/inbox\/all\/\d+#m\d+$/);
  await operator.goto(`/search?q=${encodeURIComponent('нетакогослова')}`);
  await expect(operator.getByText('Ничего не найдено')).toBeVisible();
});

test('the back button asks before it leaves unsaved changes', async ({ operator }) => {
  await operator.goto('/team');
  await pickFromMenu(operator, /^Вы и настройки вида/, 'Профиль');
  const name = operator.locator('form').getByLabel('Имя', { exact: true });
  await name.fill('Недописанное имя');
  await back(operator, 'dismiss');
  await expect(name).toHaveValue('Недописанное имя');
  expect(operator.url()).toMatch(/\/me$/);
  await back(operator, 'accept');
  await operator.waitForURL(/\/team$/);
});

test('send and close: the reply arrives, then the conversation is closed', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Спасибо, всё получилось');
  await openThread(operator, customer.conversation);
  await operator.locator('#composer-box').fill('Рады помочь');
  await pickFromMenu(operator, 'Отправить и…', 'Отправить и закрыть');
  await expect(bubble(operator, 'Рады помочь')).toBeVisible();
  await expect(operator.getByRole('button', { name: 'Открыть снова' })).toBeVisible();
  await operator.reload();
  await expect(bubble(operator, 'Рады помочь')).toBeVisible();
  await expect(operator.getByRole('button', { name: 'Открыть снова' })).toBeVisible();
});

test('what the list is narrowed to stands in its address: it can be sent, survives a reload, and is remembered', async ({
  operator,
}) => {
  await operator.goto('/inbox/all');
  const status = operator.getByRole('combobox', { name: 'Статус' });
  await status.selectOption('closed');
  await pickFromMenu(operator, 'Кто ведёт: Все', 'Ведут люди');
  await expect(operator).toHaveURL(/\/inbox\/all\?status=closed&handler=operator$/);
  await operator.getByRole('link', { name: /^Мои/ }).click();
  await expect(operator).toHaveURL(/\/inbox\/mine\?status=closed&handler=operator$/);
  await operator.reload();
  await expect(status).toHaveValue('closed');
  // Of an address that says nothing, the last ones hold, and it says them then.
  await operator.goto('/inbox/all');
  await expect(operator).toHaveURL(/\/inbox\/all\?status=closed&handler=operator$/);
  // Somebody else's link says all itself, and is not remembered.
  await operator.goto('/inbox/all?handler=agent');
  await expect(operator.getByRole('button', { name: 'Кто ведёт: Ведёт ИИ-помощник' })).toBeVisible();
  await expect(status).toHaveValue('open');
  await operator.goto('/inbox/all');
  await expect(status).toHaveValue('closed');
  await status.selectOption('open');
  await pickFromMenu(operator, 'Кто ведёт: Ведут люди', 'Все');
  await expect(operator).toHaveURL(/\/inbox\/all$/);
  await operator.goBack();
  await expect(operator).toHaveURL(/handler=operator$/);
});
