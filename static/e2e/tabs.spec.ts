// Several tabs of one browser: one socket for all, one outbox, drafts that follow, one sign-in.
import { randomUUID } from 'node:crypto';
import { Company, type Account } from './support/company.ts';
import { box, bubble, openThread, reply, row, rows } from './support/page.ts';
import { expect, signIn, test, type Page } from './support/test.ts';
import { Visitor } from './support/visitor.ts';
import type { BrowserContext } from '@playwright/test';

// It goes on from step to step, as a day at the desk does.
test.describe.configure({ mode: 'serial' });
let company: Company;
let owner: Account;
let desk: BrowserContext;
let customer: Visitor;
let [first, second, third]: Page[] = [];
/** The pages that hold an operator's socket. */
const sockets = new Set<{ page: Page }>();

async function tab(): Promise<Page> {
  const page = await desk.newPage();
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).pathname !== '/ws') return;
    const it = { page };
    const gone = (): void => void sockets.delete(it);
    sockets.add(it);
    socket.on('close', gone);
    page.on('close', gone);
    page.on('crash', gone);
  });
  return page;
}
const holder = (): Page => [...sockets][0]!.page;
const oneSocket = (): Promise<void> => expect.poll(() => sockets.size, 'sockets').toBe(1);

test.beforeAll(async ({ site, browser }) => {
  company = await Company.found(site.url, 'ТОО «Три окна»');
  owner = company.owner;
  customer = await Visitor.come(site.url, company.key);
  await customer.says('Здравствуйте');
  desk = await browser.newContext({ locale: 'ru-RU', viewport: { width: 1366, height: 820 }, baseURL: site.url });
  await signIn(desk, site.url, owner);
  for (const opens of [true, true, false]) {
    const page = await tab();
    if (opens) await openThread(page, customer.conversation);
    else await page.goto('/inbox');
    [first, second, third] = [second!, third!, page];
  }
});
test.afterAll(async () => {
  customer.leaves();
  await desk.close();
});

test('three tabs have one socket, and what a customer writes is in all of them', async () => {
  await oneSocket();
  await customer.says('Есть кто?');
  for (const page of [first!, second!]) await expect(bubble(page, 'Есть кто?')).toBeVisible();
  await expect(row(third!, customer.conversation)).toContainText('Есть кто?');
});

test('a reply from a tab without the socket goes out, and is one bubble in each', async () => {
  const page = [first!, second!].find((it) => it !== holder())!;
  await page.bringToFront();
  await reply(page, 'Да, я здесь');
  await customer.sees('Да, я здесь');
  for (const it of [first!, second!]) await expect(bubble(it, 'Да, я здесь')).toHaveCount(1);
});

test('a draft grows in the other tab too, and goes on there', async () => {
  await second!.bringToFront();
  await box(second!).pressSequentially('Сейчас посм');
  await expect(box(first!)).toHaveValue('Сейчас посм');
  // Under this runner every page believes that it has the focus.
  await box(second!).blur();
  await first!.bringToFront();
  await box(first!).pressSequentially('отрю');
  await expect(box(second!)).toHaveValue('Сейчас посмотрю');
  await first!.keyboard.press('Enter');
  await customer.sees('Сейчас посмотрю');
  for (const page of [first!, second!]) await expect(box(page)).toHaveValue('');
});

test('written without a link in one tab and sent from another, once that one is closed', async () => {
  await desk.setOffline(true);
  await second!.bringToFront();
  await reply(second!, 'Из туннеля');
  await expect(bubble(first!, 'Из туннеля')).toHaveCount(1);
  await second!.close();
  await desk.setOffline(false);
  await customer.sees('Из туннеля');
  await expect(bubble(first!, 'Из туннеля')).toHaveCount(1);
  second = await tab();
  await openThread(second, customer.conversation);
  await oneSocket();
});

test('the tab with the socket is closed: another has it, and nothing is missing', async () => {
  const page = holder();
  const left = [first!, second!].find((it) => it !== page)!;
  await Promise.all([page.close(), customer.says('Вы на месте?')]);
  await expect(bubble(left, 'Вы на месте?')).toHaveCount(1);
  await oneSocket();
  await reply(left, 'Конечно');
  await customer.sees('Конечно');
  first = left;
  if (third === page) {
    third = await tab();
    await third.goto('/inbox');
    await expect(row(third, customer.conversation)).toBeVisible();
  }
});

test('a tab that crashes with the socket is followed too', async () => {
  const extra = await tab();
  await openThread(extra, customer.conversation);
  const crashed = holder();
  const left = [first!, third!, extra].filter((it) => it !== crashed);
  await crashed.goto('chrome://crash').catch(() => {});
  await customer.says('Алло?');
  for (const page of left) await expect(row(page, customer.conversation)).toContainText('Алло?');
  await oneSocket();
  [first, third] = left;
});

test('whoever leaves in one tab leaves in all, and whoever comes back comes back in all', async () => {
  await first!.bringToFront();
  await first!.locator('button.account').click();
  await first!.getByRole('menuitem', { name: 'Выйти' }).click();
  for (const page of [first!, third!]) await expect(page.locator('input[name=email]')).toBeVisible();
  await expect.poll(() => sockets.size).toBe(0);
  await first!.fill('input[name=email]', owner.email);
  await first!.fill('input[name=password]', owner.password);
  await first!.locator('form button:not([type=button])').click();
  for (const page of [first!, third!]) await expect(rows(page).first()).toBeVisible();
  await oneSocket();
});

test('a password changed in one tab asks nothing of the others', async () => {
  const password = `Another-${randomUUID()}`;
  await first!.locator('button.account').click();
  await first!.getByRole('menuitem', { name: 'Профиль' }).click();
  const fields = first!.locator('input[type=password]');
  await fields.nth(0).fill(owner.password);
  await fields.nth(1).fill(password);
  await Promise.all([
    first!.waitForResponse((it) => it.url().endsWith('/api/auth/login')),
    first!.getByRole('button', { name: 'Сменить пароль' }).click(),
  ]);
  await oneSocket();
  await customer.says('И снова я');
  await expect(row(third!, customer.conversation)).toContainText('И снова я');
  await expect(third!.getByRole('dialog')).toHaveCount(0);
});

test('somebody else signs in: the other tab begins anew as theirs', async ({ site }) => {
  const others = await Company.found(site.url, 'ТОО «Другие»');
  await signIn(desk, site.url, others.owner);
  await first!.reload();
  await expect(rows(third!)).toHaveCount(0);
  await expect(third!.getByText('Напишите себе как клиент')).toBeVisible();
});
