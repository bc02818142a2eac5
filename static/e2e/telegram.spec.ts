// A Telegram bot as a company meets it, before a real hub whose Telegram is our double.
import { Company } from './support/company.ts';
import { box, bubble, reply, rows } from './support/page.ts';
import { expect, test } from './support/test.ts';
import { Customer, hasWebhook, sent, TOKEN } from './support/telegram.mjs';

test('a wrong token is told, a good one connects; what is written there is answered here', async ({ site, browserOf }) => {
  test.skip(!site.telegram, 'this hub asks another Telegram');
  const company = await Company.found(site.url);
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto('/channels');
  await page.getByRole('button', { name: 'Telegram' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Токен бота').fill('4343:AAwrongTokenThatNobodyEverHad-abcdef');
  await dialog.getByLabel('Вебхук').check();
  await dialog.getByRole('button', { name: 'Подключить' }).click();
  await expect(dialog.getByRole('alert').or(page.getByText('Токен не принят')).first()).toBeVisible();
  await company.api.ask('POST', '/api/channels', { kind: 'telegram', name: 'Магазин', token: TOKEN, mode: 'webhook' });
  await expect.poll(hasWebhook).toBe(true);
  const customer = new Customer(7001);
  await customer.says();
  await page.goto('/inbox');
  await expect(rows(page)).toContainText(customer.name);
  await rows(page).click();
  await expect(bubble(page, customer.text(1))).toBeVisible();
  await reply(page, 'Завтра до обеда');
  await expect.poll(() => sent.some((it) => it.chat_id === '7001' && it.text === 'Завтра до обеда')).toBe(true);
  await expect(bubble(page, 'Завтра до обеда')).toContainText('Отправлено');
  await expect(box(page)).toHaveValue('');
});
