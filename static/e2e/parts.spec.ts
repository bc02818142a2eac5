// The page of parts, as it is written: every part with its states, in both themes, without one finding of axe's.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test as base, type Page } from '@playwright/test';
import { createServer } from 'vite';
import { freePort } from './support/own-hub.mjs';
import { fitsTheWidth, shot } from './support/page.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const test = base.extend<{ parts: Page }, { vite: string }>({
  vite: [
    async ({}, use) => {
      const port = await freePort();
      // Nobody is behind it: the parts need no hub.
      process.env.HUB = 'http://127.0.0.1:9';
      const served = await createServer({ server: { port, strictPort: true }, logLevel: 'error' });
      await served.listen();
      await use(`http://127.0.0.1:${port}`);
      await served.close();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  parts: async ({ page, vite }, use) => {
    await page.goto(`${vite}/dev/ui`);
    await expect(page.getByRole('heading', { name: 'Parts of the console' })).toBeVisible({ timeout: 60_000 });
    await expect(page.locator('canvas').first()).toBeVisible();
    await use(page);
  },
});

/** All that axe finds, the moderate and the minor too. */
async function findings(page: Page): Promise<string[]> {
  // What still fades in is paler than it will be.
  await page.evaluate(() => {
    const ending = document.getAnimations().filter((it) => it.effect?.getComputedTiming().iterations !== Infinity);
    return Promise.allSettled(ending.map((it) => it.finished)).then(() => undefined);
  });
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    type Found = { violations: { id: string; nodes: { html: string }[] }[] };
    const { axe } = window as unknown as { axe: { run: (on: Document) => Promise<Found> } };
    return (await axe.run(document)).violations.map((it) => `${it.id}: ${it.nodes.map((node) => node.html.slice(0, 120))}`);
  });
}

for (const theme of ['Light', 'Dark'])
  test(`every part in the ${theme.toLowerCase()} theme is without fault`, async ({ parts }) => {
    await parts.getByRole('group', { name: 'Theme' }).getByRole('button', { name: theme }).click();
    expect(await findings(parts)).toEqual([]);
    for (const opened of ['Dialog', 'Confirm', 'Drawer']) {
      await parts.getByRole('button', { name: opened, exact: true }).click();
      await expect(parts.locator('dialog[open]')).toBeVisible();
      expect(await findings(parts), opened).toEqual([]);
      await parts.keyboard.press('Escape');
    }
    await parts.getByRole('button', { name: /^Day: / }).click();
    expect(await findings(parts), 'calendar').toEqual([]);
    await parts.keyboard.press('Escape');
    await parts.getByRole('combobox', { name: 'City' }).click();
    await expect(parts.getByRole('option', { name: 'Алматы' })).toBeVisible();
    expect(await findings(parts), 'combobox').toEqual([]);
    await shot(parts, 'parts');
  });

test('a phone shows every part in its width', async ({ parts }) => {
  await parts.setViewportSize({ width: 390, height: 844 });
  await fitsTheWidth(parts);
  expect(await findings(parts)).toEqual([]);
});

test('a table of a hundred thousand rows is gone through by keys, with few rows drawn', async ({ parts }) => {
  const table = parts.getByRole('grid', { name: 'Deals' });
  await expect(table).toHaveAttribute('aria-rowcount', '100001');
  await table.locator('tr[tabindex="0"]').focus();
  await parts.keyboard.press('End');
  await expect(parts.locator('tr:focus')).toHaveAttribute('aria-rowindex', '100001');
  expect(await table.locator('tbody tr').count()).toBeLessThan(60);
  await parts.keyboard.press('Home');
  await expect(parts.locator('tr:focus')).toHaveAttribute('aria-rowindex', '2');
});

test('a day is picked by keys alone, and the focus comes back', async ({ parts }) => {
  const button = parts.getByRole('button', { name: /^Day: 28/ });
  await button.focus();
  await parts.keyboard.press('Enter');
  await parts.keyboard.press('ArrowRight');
  await parts.keyboard.press('Enter');
  await expect(parts.getByRole('button', { name: /^Day: 29/ })).toBeFocused();
});

test('a card is dragged to another column, and moved back by its menu', async ({ parts }) => {
  const board = parts.getByRole('group', { name: 'Deals', exact: true });
  const card = board.getByRole('group', { name: 'Марат' });
  const paid = board.getByRole('region', { name: 'Paid' });
  // A browser that is slow to begin drops nothing the first time: a hand would try again, too.
  await expect(async () => {
    await card.dragTo(paid);
    await expect(paid.getByRole('group', { name: 'Марат' })).toBeVisible({ timeout: 2000 });
  }).toPass();
  await card.focus();
  await parts.keyboard.press('m');
  await parts.getByRole('menuitemradio', { name: 'New' }).click();
  await expect(board.getByRole('region', { name: 'New' }).getByRole('group', { name: 'Марат' })).toBeFocused();
});

test('what stands in a list is moved by keys', async ({ parts }) => {
  const list = parts.getByRole('list', { name: 'Fields' });
  await list.getByRole('button', { name: /Phone/ }).focus();
  await parts.keyboard.press('Alt+ArrowUp');
  await expect(list.getByRole('listitem').first()).toContainText('Phone');
  await expect(list.getByRole('button', { name: /Phone/ })).toBeFocused();
});
