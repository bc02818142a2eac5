// What stands still under hand and eyes: the list while rows move; and what waits for a link.
import { Company } from './support/company.ts';
import { box, openThread, row, rows, shot } from './support/page.ts';
import { expect, signIn, test, type Page } from './support/test.ts';
import { Visitor } from './support/visitor.ts';

const names = (page: Page): Promise<string[]> =>
  rows(page).evaluateAll((all) =>
    all
      .map((it) => ({ href: it.getAttribute('href')!, top: it.getBoundingClientRect().top }))
      .sort((a, b) => a.top - b.top)
      .map((it) => it.href.split('/').at(-1)!),
  );
const focusedRow = (page: Page): Promise<string | undefined> =>
  page.evaluate(() => document.activeElement?.closest('a.row')?.getAttribute('href')?.split('/').at(-1));

/** A company of its own with as many conversations, the newest last. */
async function desk(url: string, count: number): Promise<{ company: Company; came: Visitor[] }> {
  const company = await Company.found(url);
  const came: Visitor[] = [];
  for (let n = 0; n < count; n++) {
    const it = await Visitor.come(url, company.key);
    await it.says(`Вопрос ${n}`);
    came.push(it);
  }
  return { company, came };
}

test('rows hold still under the pointer; what is new is counted and comes when asked for', async ({ site, browserOf }) => {
  const { company, came } = await desk(site.url, 5);
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto('/inbox/all');
  await expect(rows(page)).toHaveCount(5);
  const before = await names(page);
  const stood = (await rows(page).evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top))).toSorted(
    (a, b) => a - b,
  );
  await row(page, came[2]!.conversation).hover();
  await came[0]!.says('Ещё вопрос');
  await came[1]!.says('И у меня');
  const late = await Visitor.come(site.url, company.key);
  await late.says('Я новый');
  const pill = page.getByRole('button', { name: '3 новых' });
  await expect(pill).toBeVisible();
  expect(await names(page)).toEqual(before);
  const places = await rows(page).evaluateAll((all) => all.map((it) => it.getBoundingClientRect().top));
  expect(places.toSorted((a, b) => a - b)).toEqual(stood);
  await expect(row(page, came[0]!.conversation)).toContainText('Ещё вопрос');
  await shot(page, 'held-rows');
  await pill.click();
  await expect(pill).toBeHidden();
  expect((await names(page)).slice(0, 3)).toEqual([late, came[1]!, came[0]!].map((it) => String(it.conversation)));
  for (const it of [...came, late]) it.leaves();
});

test('the list is one stop of Tab: arrows move, Enter opens, Esc comes back to the row', async ({ site, browserOf }) => {
  const { company, came } = await desk(site.url, 4);
  const ids = came.map((it) => String(it.conversation)).reverse();
  const page = await (await browserOf(company.owner)).newPage();
  await page.goto('/inbox/all');
  await expect(rows(page)).toHaveCount(4);
  expect(await page.locator('a.row[tabindex="0"]').count()).toBe(1);
  await page.locator('a.row[tabindex="0"]').focus();
  expect(await focusedRow(page)).toBe(ids[0]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await expect.poll(() => focusedRow(page)).toBe(ids[2]);
  await page.keyboard.press('ArrowUp');
  await expect.poll(() => focusedRow(page)).toBe(ids[1]);
  expect(page.url()).toMatch(/\/inbox\/all$/);
  // A row that changes and would move keeps the focus.
  await came[0]!.says('Ещё вопрос');
  await came[2]!.says('И ещё');
  await expect(row(page, came[2]!.conversation)).toContainText('И ещё');
  expect(await focusedRow(page)).toBe(ids[1]);
  await page.keyboard.press('Tab');
  expect(await focusedRow(page)).toBeUndefined();
  await page.keyboard.press('Shift+Tab');
  expect(await focusedRow(page)).toBe(ids[1]);
  await page.keyboard.press('Enter');
  await expect(box(page)).toBeVisible();
  await box(page).focus();
  await page.keyboard.press('Escape');
  await expect.poll(() => focusedRow(page)).toBe(ids[1]);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/\/inbox\/all$/);
  await expect.poll(() => focusedRow(page)).toBe(ids[1]);
  for (const it of came) it.leaves();
});

test('what is done without a link is kept through a reload, shown, and told when the link is back', async ({
  site,
  browserOf,
}) => {
  const { company, came } = await desk(site.url, 2);
  const context = await browserOf();
  await signIn(context, site.url, company.owner);
  const page = await context.newPage();
  const [, customer] = came;
  const id = customer!.conversation;
  await openThread(page, id);
  const about = (): Promise<{ status: string; assignee: { id: number } | null }> =>
    company.api.ask('GET', `/api/conversations/${id}`);
  // The server is away for changes alone: the page itself can be loaded.
  await context.route(/\/api\/conversations\/\d+\/(status|assign)$/, (it) => it.abort('connectionrefused'));
  await page.locator('body').click({ position: { x: 5, y: 5 } });
  await page.keyboard.press('a');
  await expect(page.getByText(/отправится, когда появится связь/)).toBeVisible();
  await expect(row(page, id)).toContainText('Изменение ждёт связи');
  await shot(page, 'change-waits');
  expect((await about()).assignee).toBeNull();
  await page.reload();
  await expect(row(page, id)).toContainText('Изменение ждёт связи');
  await expect(row(page, id)).toContainText('Вы');
  await context.unroute(/\/api\/conversations\/\d+\/(status|assign)$/);
  await expect(row(page, id)).not.toContainText('Изменение ждёт связи');
  expect((await about()).assignee?.id).toBe(company.owner.id);
  for (const it of came) it.leaves();
});
