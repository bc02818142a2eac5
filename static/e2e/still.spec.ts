// What stands still under hand and eyes: the list while rows move, a long thread while it is read far above its end.
import { Company } from './support/company.ts';
import { box, log, openThread, row, rows, shot } from './support/page.ts';
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

const LONG = 1400;
test('a long thread: no leap under the eyes, no hole and no double, up, down and to the newest', async ({ site, browserOf }) => {
  test.setTimeout(300_000);
  const { company, came } = await desk(site.url, 1);
  const [customer] = came;
  const id = customer!.conversation;
  const path = `/api/conversations/${id}/messages`;
  for (let n = 1; n < LONG; n++) {
    const text = `Сообщение ${n}${n % 7 === 0 ? ' со второй строкой, длиннее других, чтобы не все были одной высоты'.repeat(2) : ''}`;
    await company.api.ask('POST', path, { text, note: true });
  }
  // By their own numbers: what the server has, oldest first.
  const numberOf = (text: string): number => Number(/Сообщение (\d+)/.exec(text)?.[1] ?? (text.includes('Новое') ? LONG : 0));
  const all: number[] = [];
  for (let cursor: string | null = ''; cursor !== null;) {
    const got: { messages: { text: string | null }[]; next_cursor: string | null } = await company.api.ask(
      'GET',
      `${path}?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`,
    );
    all.unshift(...got.messages.map((it) => numberOf(it.text ?? '')).reverse());
    cursor = got.next_cursor;
  }
  expect(all).toEqual(Array.from({ length: LONG }, (_, n) => n));

  const page = await (await browserOf(company.owner)).newPage();
  await openThread(page, id);
  await expect(page.locator('article').last()).toBeVisible();
  const seen = new Set<number>();
  /** Ids on the screen, from above, each with where it stands. */
  const look = () =>
    log(page).evaluate((view) => {
      const { top, bottom } = view.getBoundingClientRect();
      return [...view.querySelectorAll('article')]
        .map((it) => ({ text: it.textContent ?? '', box: it.getBoundingClientRect() }))
        .map(({ text, box }) => ({
          id: Number(/Сообщение (\d+)/.exec(text)?.[1] ?? (text.includes('Новое') ? 1400 : 0)),
          top: Math.round(box.top),
          end: box.bottom,
        }))
        .filter((it) => it.end > top && it.top < bottom)
        .sort((a, b) => a.top - b.top);
    });
  const settled = async () => {
    let before = '';
    for (let n = 0; n < 40; n++) {
      const now = JSON.stringify(await look());
      if (now === before && now !== '[]') break;
      before = now;
      await page.waitForTimeout(60);
    }
    return look();
  };
  const leaps: string[] = [];
  const doubles: string[] = [];
  /** A turn of the wheel, and whether what was in the middle went just as far. */
  async function turn(by: number): Promise<number> {
    const before = await settled();
    await page.mouse.wheel(0, by);
    const after = await settled();
    const ids = after.map((it) => it.id);
    const from = all.indexOf(ids[0]!);
    if (JSON.stringify(ids) !== JSON.stringify(all.slice(from, from + ids.length))) doubles.push(JSON.stringify(ids));
    ids.forEach((it) => seen.add(it));
    const same = after.filter((it) => before.some((other) => other.id === it.id));
    const moved = same.map((it) => it.top - before.find((other) => other.id === it.id)!.top);
    if (moved.length && moved.some((it) => Math.abs(it + by) > 3 && Math.sign(it) !== -Math.sign(by)))
      leaps.push(`${by}: ${moved.map(Math.round).join(' ')}`);
    return moved[0] ?? 0;
  }
  await log(page).hover();
  for (let n = 0; n < 400 && !seen.has(all[0]!); n++) await turn(-400);
  expect(seen.size, 'all of it has been on the screen').toBe(LONG);
  expect([leaps, doubles]).toEqual([[], []]);
  await shot(page, 'long-thread-top');

  // Something new, and a hole in the feed, while one reads far above: nothing moves.
  const still = await settled();
  await customer!.says('Новое, пока читают наверху');
  all.push(LONG);
  await expect(page.getByRole('button', { name: /конец|новые|последн/i }).last()).toBeVisible();
  expect(await settled()).toEqual(still);

  seen.clear();
  for (let n = 0; n < 400 && !seen.has(all.at(-1)!); n++) await turn(400);
  expect(seen.size, 'all of it again').toBe(LONG + 1);
  expect([leaps, doubles]).toEqual([[], []]);
  for (const it of came) it.leaves();
});
