// Several conversations of the list at once.
import { axe, row, rows, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const bar = (page: Page) => page.getByRole('group', { name: 'Действия с выбранными диалогами' });
const status = async (company: { api: { ask: <T>(method: string, path: string) => Promise<T> } }, id: number) =>
  (await company.api.ask<{ status: string }>('GET', `/api/conversations/${id}`)).status;

/** The list, and what comes with the first sign of a hand. */
async function openList(page: Page): Promise<void> {
  const ready = page.waitForResponse(/assets\/ru-select-/);
  await page.goto('/inbox/all');
  await expect(rows(page).first()).toBeVisible();
  await page.mouse.move(4, 4);
  await ready;
  await expect(page.locator('[role=checkbox]').first()).toBeAttached();
}

test('x and Shift+J choose, E closes them all, and one Undo opens them again', async ({ operator, visitor, company }) => {
  const people = [await visitor(), await visitor(), await visitor()];
  for (const [n, it] of people.entries()) await it.says(`Вопрос ${n + 1}`);
  const ids = people.map((it) => it.conversation).reverse();
  await openList(operator);
  await expect(row(operator, ids[0]!)).toBeVisible();
  await row(operator, ids[0]!).focus();
  await operator.keyboard.press('x');
  await expect(bar(operator)).toContainText('Выбрана 1 строка');
  await operator.keyboard.press('Shift+J');
  await operator.keyboard.press('Shift+J');
  await expect(bar(operator)).toContainText('Выбрано 3 строки');
  await expect(row(operator, ids[2]!)).toBeFocused();
  await shot(operator, 'select');
  await axe(operator);
  await operator.keyboard.press('e');
  await expect(operator.getByText('Закрыто 3 диалога')).toBeVisible();
  await expect(bar(operator)).toBeHidden();
  for (const id of ids) await expect(row(operator, id)).toBeHidden();
  for (const id of ids) await expect.poll(() => status(company, id)).toBe('closed');
  await operator.getByRole('button', { name: 'Отменить' }).last().click();
  for (const id of ids) await expect(row(operator, id)).toBeVisible();
  for (const id of ids) await expect.poll(() => status(company, id)).toBe('open');
});

test('the box, Shift and a click choose; all are read and unread together', async ({ operator, visitor }) => {
  const people = [await visitor(), await visitor()];
  for (const it of people) await it.says('Вопрос');
  const [older, newer] = people.map((it) => it.conversation) as [number, number];
  await openList(operator);
  await row(operator, newer).hover();
  await operator.getByRole('checkbox').first().click();
  await expect(operator.getByRole('checkbox').first()).toBeChecked();
  await row(operator, older).click({ modifiers: ['Shift'] });
  await expect(bar(operator)).toContainText('Выбрано 2 строки');
  await expect(operator).toHaveURL(/\/inbox\/all$/);
  await bar(operator).getByRole('button', { name: 'Прочитано' }).click();
  for (const id of [older, newer]) await expect(row(operator, id)).not.toContainText('Непрочитано');
  await operator.getByRole('button', { name: 'Отменить' }).last().click();
  for (const id of [older, newer]) await expect(row(operator, id)).toContainText(/Непрочитано:\s*1/);
});

test('on a phone a long press begins it, taps go on, and the cross ends it', async ({ browserOf, company, visitor }) => {
  const people = [await visitor(), await visitor()];
  for (const it of people) await it.says('С телефона');
  const [older, newer] = people.map((it) => it.conversation) as [number, number];
  const context = await browserOf(company.owner, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await openList(page);
  const at = (await row(page, newer).boundingBox())!;
  const debug = await context.newCDPSession(page);
  const finger = { x: at.x + at.width / 2, y: at.y + at.height / 2 };
  await debug.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [finger] });
  await expect(bar(page)).toBeVisible();
  await debug.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await expect(page).toHaveURL(/\/inbox\/all$/);
  await row(page, older).tap();
  await expect(bar(page)).toContainText('Выбрано 2 строки');
  await shot(page, 'select-phone');
  await bar(page).getByRole('button', { name: 'Снять выбор' }).tap();
  await expect(bar(page)).toBeHidden();
  await expect(rows(page).first()).toBeVisible();
});
