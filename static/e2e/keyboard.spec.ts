// Work without a pointer, from signing in to saving settings. Wherever Tab goes it shows where, in sight and under nothing; what opens
// gives the focus back.
import { Company } from './support/company.ts';
import { box, bubble, field } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';
import type { Locator } from '@playwright/test';

/** What is wrong with the place where the focus is; past the last one the browser's own bar has it. */
const trouble = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const it = document.activeElement;
    if (!it || it === document.body) return '';
    const told = it.outerHTML.slice(0, 120);
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
    if ((outlineStyle === 'none' || parseFloat(outlineWidth) === 0) && boxShadow === 'none') return `not shown: ${told}`;
    const { left, top, width, height } = it.getBoundingClientRect();
    const hit = document.elementFromPoint(left + width / 2, top + height / 2);
    if (!hit) return `out of sight: ${told}`;
    return hit.contains(it) || it.contains(hit) ? '' : `covered: ${told} by ${hit.outerHTML.slice(0, 80)}`;
  });

/** Goes on by Tab until it is there; looks at every stop on the way. */
async function tabTo(page: Page, to: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let n = 0; n < 80; n++) {
    await page.keyboard.press(key);
    await expect.poll(() => trouble(page)).toBe('');
    if (await to.evaluate((it) => it === document.activeElement)) return;
  }
  throw new Error(`${key} does not come to ${to}`);
}

test('one signs in, answers, writes down a name, invites and saves settings by keys alone', async ({
  site,
  browserOf,
  visitor,
}) => {
  const company = await Company.found(site.url);
  const customer = await visitor(company.key);
  await customer.says('Есть кто-нибудь?');
  const page = await (await browserOf()).newPage();
  const keys = page.keyboard;
  await page.goto('/login');
  await expect(page.locator('input[name=email]')).toBeFocused();
  await keys.type(company.owner.email);
  await tabTo(page, page.locator('input[name=password]'));
  await keys.type(company.owner.password);
  await keys.press('Enter');

  const first = page.locator('a.row').first();
  await expect(first).toBeVisible();
  await tabTo(page, first);
  await keys.press('Enter');
  await expect(bubble(page, 'Есть кто-нибудь?')).toBeVisible();
  await tabTo(page, box(page));
  await keys.type('Да, здравствуйте!');
  await keys.press('Enter');
  await expect(bubble(page, 'Да, здравствуйте!')).toBeVisible();
  await expect(box(page)).toBeFocused();

  const name = page.getByRole('button', { name: /^Изменить: Имя|^Добавить$/ }).first();
  await tabTo(page, name);
  await keys.press('Enter');
  // Of what nobody knows yet a menu is offered.
  const offered = page.getByRole('menuitem', { name: 'Имя' });
  if (await offered.isVisible()) await keys.press('Enter');
  await expect(field(page, 'Имя')).toBeFocused();
  await keys.type('Марат');
  await keys.press('Enter');
  await expect(page.getByRole('button', { name: 'Изменить: Имя: Марат' })).toBeFocused();
  // And back the way it came.
  await tabTo(page, box(page), 'Shift+Tab');
  await keys.press('Escape');

  await keys.press('g');
  await keys.press('t');
  const invite = page.getByRole('button', { name: 'Пригласить' });
  await expect(invite).toBeVisible();
  await tabTo(page, invite);
  await keys.press('Enter');
  const dialog = page.getByRole('dialog');
  await tabTo(page, dialog.locator('input[type=email]'));
  await keys.press('Escape');
  await expect(dialog).toBeHidden();
  await expect(invite).toBeFocused();

  await keys.press('Control+k');
  await expect(page.getByRole('combobox')).toBeFocused();
  await keys.type('профиль');
  await expect(page.getByRole('option', { selected: true })).toHaveText(/Профиль/);
  await keys.press('Enter');
  await expect(field(page, 'Имя')).toBeVisible();
  await tabTo(page, field(page, 'Имя'));
  await keys.press('End');
  await keys.type(' Первая');
  await keys.press('Enter');
  // The customer's name has said so, too.
  await expect(page.getByText('Сохранено').last()).toBeVisible();
  await expect(page.getByRole('button', { name: /Ольга Первая/ })).toBeAttached();
});

test('a long form is gone through whole: nothing of it stays under its foot', async ({ site, browserOf }) => {
  const company = await Company.found(site.url);
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto(`/channels/${company.channel}/agent`);
  await expect(page.locator('form')).toBeVisible();
  await tabTo(page, page.locator('form textarea').last());
  await tabTo(page, page.locator('#main a, #main button').first(), 'Shift+Tab');
});
