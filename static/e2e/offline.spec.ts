// What is done without a link, or when the server does not agree: nobody loses it.
import { openThread, pickFromMenu, row, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const field = (page: Page, name: string) => page.locator('aside').getByLabel(name, { exact: true });
async function rewrite(page: Page, name: string, value: string): Promise<void> {
  await pickFromMenu(page, 'Добавить', name);
  await field(page, name).fill(value);
  await field(page, name).press('Enter');
}

test('what is done without a link is shown, and told when the link is back', async ({ operator, visitor, company }) => {
  const customer = await visitor();
  await customer.says('Связь пропадёт');
  await openThread(operator, customer.conversation);
  await expect(operator.locator('aside').getByRole('button', { name: 'Добавить' })).toBeVisible();
  await operator.context().setOffline(true);
  await rewrite(operator, 'Имя', 'Без Связи');
  await expect(operator.getByText('Сохранено · отправится, когда появится связь')).toBeVisible();
  await expect(row(operator, customer.conversation)).toContainText('Без Связи');
  await operator.getByRole('button', { name: 'Закрыть диалог' }).click();
  await expect(operator.getByText('Диалог закрыт · отправится, когда появится связь')).toBeVisible();
  await shot(operator, 'offline-waits');
  await operator.context().setOffline(false);
  type Row = { status: string; customer: { name: string } };
  const there = async (): Promise<unknown[]> => {
    const it = await company.api.ask<Row>('GET', `/api/conversations/${customer.conversation}`);
    return [it.status, it.customer.name];
  };
  await expect.poll(there).toEqual(['closed', 'Без Связи']);
});

test('Ctrl+Z takes back what was done last, and the sheet of keys says so', async ({ operator, visitor }) => {
  const customer = await visitor();
  await customer.says('Закроют по ошибке');
  await openThread(operator, customer.conversation);
  await operator.locator('h2').first().click();
  await operator.keyboard.press('a');
  await expect(operator.getByText('Ответственный:').first()).toBeVisible();
  await operator.getByRole('button', { name: 'Закрыть диалог' }).click();
  await expect(operator.getByRole('button', { name: 'Открыть снова' })).toBeVisible();
  await operator.keyboard.press('Control+z');
  await expect(operator.getByText('Отменено: Диалог закрыт')).toBeVisible();
  await expect(operator.getByRole('button', { name: 'Закрыть диалог' })).toBeVisible();
  await operator.keyboard.press('Control+z');
  await expect(operator.getByRole('button', { name: 'Ответственный: Никто' })).toBeVisible();
  await operator.keyboard.press('Shift+Slash');
  await expect(operator.getByRole('dialog').getByText('Отменить последнее действие с диалогом')).toBeVisible();
  await shot(operator, 'undo-sheet');
  await operator.keyboard.press('Escape');
});

test('a close from the day before yesterday is told only when somebody says so', async ({ operator, visitor, company }) => {
  const customer = await visitor();
  await customer.says('Закрывали позавчера');
  await openThread(operator, customer.conversation);
  const created_at = new Date(Date.now() - 48 * 3600_000).toISOString();
  const what = { conversation_id: customer.conversation, kind: 'status', body: { status: 'closed' }, show: { status: 'closed' } };
  await operator.evaluate(
    ([key, kept]) => localStorage.setItem(key!, kept!),
    [`sb.changes.${company.owner.id}.old`, JSON.stringify({ id: 'old', tab: 't', v: 0, tries: 0, created_at, ...what })],
  );
  await operator.reload();
  const stuck = operator.getByRole('alert').filter({ hasText: 'Не сохранено: Закрыть диалог' });
  await expect(stuck).toContainText('Прошло больше суток');
  await expect(row(operator, customer.conversation)).toContainText('Не отправлено');
  await shot(operator, 'stuck');
  await stuck.getByRole('button', { name: 'Повторить' }).click();
  await expect(stuck).toBeHidden();
  await expect(operator.getByRole('button', { name: 'Открыть снова' })).toBeVisible();
});
