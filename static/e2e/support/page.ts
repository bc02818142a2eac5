// What is looked for on the screens, in one place: by what it is called and what it is for.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Locator, Page } from '@playwright/test';
import { expect } from './test.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
type Violation = { id: string; impact: string; nodes: { html: string }[] };

/** Nothing serious or critical is wrong with the page for those who do not see it. */
export async function axe(page: Page): Promise<void> {
  // Through the debugger, not a script tag: the page's CSP stays as it is.
  await page.evaluate(AXE);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (on: Document, how: object) => Promise<{ violations: Violation[] }> } };
    return (await axe.run(document, { resultTypes: ['violations'] })).violations;
  });
  const grave = found.filter((it) => it.impact === 'serious' || it.impact === 'critical');
  expect(
    grave.map((it) => `${it.id}: ${it.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`),
    `axe on ${page.url()}`,
  ).toEqual([]);
}

/** For people to look at: with SHOTS=<folder> the page in both themes, else nothing. */
export async function shot(page: Page, name: string): Promise<void> {
  if (!process.env.SHOTS) return;
  const before = await page.evaluate(() => document.documentElement.dataset.theme);
  for (const theme of ['light', 'dark', before]) {
    await page.evaluate((it) => (document.documentElement.dataset.theme = it), theme);
    if (theme !== before || theme === 'light') await page.screenshot({ path: `${process.env.SHOTS}/${name}-${theme}.png` });
  }
}

/** Rows of the list of conversations; `conversation` names one of them. */
export const rows = (page: Page): Locator => page.locator('a[href^="/inbox/"][href*="/"].row');
export const row = (page: Page, conversation: number): Locator =>
  page.locator(`a[href^="/inbox/"][href$="/${conversation}"].row`);
export const bubble = (page: Page, text: string | RegExp): Locator => page.locator('article', { hasText: text });
export const log = (page: Page): Locator => page.getByRole('log');
export const box = (page: Page): Locator => page.locator('#composer-box');
export const header = (page: Page): Locator => page.locator('header', { has: page.locator('h2') }).first();
export const field = (page: Page, name: string): Locator => page.getByLabel(name, { exact: true });

export async function openThread(page: Page, conversation: number, view = 'all'): Promise<void> {
  await page.goto(`/inbox/${view}/${conversation}`);
  await expect(box(page)).toBeVisible();
}
export async function reply(page: Page, text: string): Promise<void> {
  await box(page).fill(text);
  await box(page).press('Enter');
}
export async function note(page: Page, text: string): Promise<void> {
  await page.getByRole('tab', { name: 'Заметка' }).click();
  await reply(page, text);
  await page.getByRole('tab', { name: 'Ответ' }).click();
}
/** The customer's chat page. */
export async function say(chat: Page, text: string): Promise<void> {
  await chat.locator('textarea').fill(text);
  await chat.locator('textarea').press('Enter');
}
export async function pickFromMenu(page: Page, button: string | RegExp, item: string | RegExp): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page
    .getByRole('menuitemradio', { name: item })
    .or(page.getByRole('menuitem', { name: item }))
    .click();
}

/** As wide as the window, never wider. */
export async function fitsTheWidth(page: Page): Promise<void> {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  expect(wide, `${page.url()} is ${wide} px wide`).toBeLessThanOrEqual(room!);
}
