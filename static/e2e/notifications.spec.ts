// What is for one person in particular reaches them: the bell, a toast, a mention in a note, the desktop.
import { signedIn } from './support/company.ts';
import { axe, box, bubble, openThread, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const bell = (page: Page, name: string | RegExp = /уведомлени/i) => page.getByRole('navigation').getByRole('button', { name });

test('whoever a conversation is given to finds it in the bell, and reading the thread reads it', async ({
  visitor,
  company,
  browserOf,
}) => {
  const dana = await company.hire('Дана Оспанова');
  const customer = await visitor();
  await customer.says('Есть ли доставка?');
  const context = await browserOf(dana);
  const page = await context.newPage();
  await page.goto('/team');
  // Nothing was told yet: nothing is asked for, and the list says what will stand here.
  await bell(page).click();
  await expect(page.getByText('Пока тихо')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Показывать на рабочем столе' })).toBeHidden();
  await page.keyboard.press('Escape');
  await company.api.ask('POST', `/api/conversations/${customer.conversation}/assign`, { assignee_id: dana.id });
  await expect(page.getByRole('status').filter({ hasText: 'Вам передан диалог' })).toBeVisible();
  await bell(page, '1 непрочитанное уведомление').click();
  const list = page.getByRole('dialog', { name: 'Уведомления' });
  await expect(list.getByText('Ольга', { exact: true })).toBeVisible();
  await expect(list.getByText('новое')).toBeAttached();
  await axe(page);
  await shot(page, 'bell');
  const told = page.waitForResponse((it) => it.url().endsWith('/read') && it.request().method() === 'POST' && it.ok());
  await list.getByRole('link', { name: /Вам передан диалог/ }).click();
  await expect(bubble(page, 'Есть ли доставка?')).toBeVisible();
  await told;
  await expect(bell(page, 'Уведомления')).toBeVisible();
  const hers = await signedIn(company.url, dana);
  await expect
    .poll(async () => (await hers.ask<{ unread: number }>('GET', '/api/notifications')).unread, { timeout: 10_000 })
    .toBe(0);
});

test('all are read at once, in every tab', async ({ visitor, company, browserOf }) => {
  const dana = await company.hire('Дана Серик');
  for (const text of ['Раз', 'Два']) {
    const customer = await visitor();
    await customer.says(text);
    await company.api.ask('POST', `/api/conversations/${customer.conversation}/assign`, { assignee_id: dana.id });
  }
  const context = await browserOf(dana);
  const first = await context.newPage();
  await first.goto('/team');
  await expect(bell(first, '2 непрочитанных уведомления')).toBeVisible();
  const second = await context.newPage();
  await second.goto('/leads');
  await bell(second, '2 непрочитанных уведомления').click();
  await second.getByRole('button', { name: 'Прочитать все' }).click();
  await expect(bell(second, 'Уведомления')).toBeVisible();
  await expect(bell(first, 'Уведомления')).toBeVisible();
});

test('the desktop is told once it was allowed, and the notification leads to the thread', async ({
  visitor,
  company,
  browserOf,
}) => {
  const dana = await company.hire('Дана Ким');
  const context = await browserOf(dana);
  await context.grantPermissions(['notifications']);
  // What the browser would show is kept for the test; whether the page has the focus is the test's to say.
  await context.addInitScript(() => {
    const shown: { title: string; closed: boolean; onclick?: () => void }[] = [];
    class Shown {
      static permission = 'granted';
      static requestPermission = () => Promise.resolve('granted');
      closed = false;
      constructor(readonly title: string) {
        shown.push(this);
      }
      close() {
        this.closed = true;
      }
    }
    Object.assign(window, { Notification: Shown, shown, away: false });
    const focus = document.hasFocus.bind(document);
    document.hasFocus = () => !(window as unknown as { away: boolean }).away && focus();
  });
  const page = await context.newPage();
  await page.goto('/me#alerts');
  await page.getByRole('checkbox', { name: 'Показывать на рабочем столе' }).check();
  await page.getByRole('checkbox', { name: /в это время/ }).check();
  await expect(page.getByLabel('До', { exact: true })).toHaveValue('08:00');
  await page.getByRole('checkbox', { name: /в это время/ }).uncheck();
  await shot(page, 'alerts');
  await page.evaluate(() => Object.assign(window, { away: true }));
  const customer = await visitor();
  await customer.says('Где мой заказ?');
  await company.api.ask('POST', `/api/conversations/${customer.conversation}/assign`, { assignee_id: dana.id });
  type Shown = { shown: { title: string; closed: boolean; onclick: () => void }[] };
  const shown = () => page.evaluate(() => (window as unknown as Shown).shown.map((it) => [it.title.split(':')[0], it.closed]));
  await expect.poll(shown).toEqual([['Вам передан диалог', false]]);
  await page.evaluate(() => {
    Object.assign(window, { away: false });
    (window as unknown as Shown).shown[0]!.onclick();
  });
  await expect(bubble(page, 'Где мой заказ?')).toBeVisible();
  await expect.poll(shown).toEqual([['Вам передан диалог', true]]);
});

test('a note names a colleague by the keyboard; she finds it among her mentions', async ({
  operator,
  visitor,
  company,
  browserOf,
}) => {
  const dana = await company.hire('Жанар Абай');
  const customer = await visitor();
  await customer.says('Будет ли скидка?');
  await openThread(operator, customer.conversation);
  await operator.getByRole('tab', { name: 'Заметка' }).click();
  await box(operator).pressSequentially('@жан');
  await expect(operator.getByRole('option', { name: /Жанар Абай/ })).toBeVisible();
  await axe(operator);
  await shot(operator, 'mention');
  await box(operator).press('Enter');
  await expect(box(operator)).toHaveValue('@Жанар Абай ');
  await box(operator).pressSequentially('сколько можем?');
  await box(operator).press('Enter');
  await expect(bubble(operator, 'сколько можем?').locator('strong')).toHaveText('@Жанар Абай');
  const context = await browserOf(dana, { viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto('/inbox/mentions');
  await expect(page.getByRole('navigation').getByRole('button', { name: '1 непрочитанное уведомление' })).toBeVisible();
  const mentions = page.getByRole('link', { name: /Упоминания/ });
  await expect(mentions).toContainText('1');
  await shot(page, 'mentions-phone');
  await page.locator(`a.row[href$="/${customer.conversation}"]`).click();
  await expect(bubble(page, 'сколько можем?')).toBeVisible();
  await page.goto('/inbox/mentions');
  await expect(page.getByRole('navigation').getByRole('button', { name: 'Уведомления' })).toBeVisible();
});
