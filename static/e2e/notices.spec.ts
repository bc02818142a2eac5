// Chats that hear of leads, and one's own Telegram account, before the stand-in hub.
import { Company } from './support/company.ts';
import { axe, fitsTheWidth, shot } from './support/page.ts';
import { expect, test } from './support/test.ts';

test('the notices chat is connected by a code, and tested', async ({ site, browserOf }) => {
  const company = await Company.found(site.url);
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto('/settings/notices');
  await expect(page.getByText('Сначала подключите бота').first()).toBeVisible();
  await axe(page);
  await company.api.ask('POST', '/api/channels', { kind: 'telegram', name: 'Бот', token: '42:abc', mode: 'polling' });
  await page.reload();
  await page.getByRole('button', { name: 'Подключить чат' }).click();
  await expect(page.locator('code', { hasText: 'K7M2QX' }).first()).toBeVisible();
  await axe(page);
  await shot(page, 'notices-code');
  await expect(page.getByText('Подключён чат «Отдел продаж»')).toBeVisible();
  await page.getByRole('button', { name: 'Проверить' }).click();
  await expect(page.getByText('Проверочное уведомление отправлено в чат')).toBeVisible();
  await axe(page);
  await shot(page, 'notices');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(page.getByText('Подключён чат «Отдел продаж»')).toBeVisible();
  await fitsTheWidth(page);
  await axe(page);
  await shot(page, 'notices-phone');
});

test('one’s own Telegram is linked in the profile', async ({ site, browserOf }) => {
  const company = await Company.found(site.url);
  await company.api.ask('POST', '/api/channels', { kind: 'telegram', name: 'Бот', token: '42:abc', mode: 'polling' });
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto('/me');
  await page.getByRole('button', { name: 'Связать' }).click();
  await expect(page.getByText('Связан: @owner')).toBeVisible();
  await axe(page);
});
