// Two people of one company at the same conversations, a customer in the web chat: what each sees of what the others do.
import { Company, signedIn, type Account, type Api } from './support/company.ts';
import { Link } from './support/link.ts';
import { axe, box, bubble, log, note, openThread, pickFromMenu, reply, row, say, shot } from './support/page.ts';
import { expect, test as base, type Page } from './support/test.ts';
import type { Visitor } from './support/visitor.ts';

type Person = { who: Account; page: Page; link: Link };
type Conversation = { id: number; unread: number; assignee: { id: number } | null };
type Listed = { conversations: Conversation[]; waiting: Record<'mine' | 'unassigned' | 'all', number> };

const test = base.extend<{
  personOf: (who: Account) => Promise<Person>;
  dana: Person;
  erlan: Person;
  olga: Person;
  waiting: Visitor;
}>({
  personOf: async ({ browserOf }, use) =>
    use(async (who) => {
      const page = await (await browserOf(who)).newPage();
      return { who, page, link: await Link.of(page) };
    }),
  dana: async ({ company, personOf }, use) => use(await personOf(await hired(company, 'Дана'))),
  erlan: async ({ company, personOf }, use) => use(await personOf(await hired(company, 'Ерлан'))),
  /** She owns the company and sees everything. */
  olga: async ({ company, personOf }, use) => use(await personOf(company.owner)),
  /** A customer whom nobody has answered. */
  waiting: async ({ visitor }, use) => {
    const it = await visitor();
    await it.says('Здравствуйте');
    await use(it);
  },
});

const staff = new Map<string, Promise<Account>>();
/** Hired once for all tests of a company. */
function hired(company: Company, name: string): Promise<Account> {
  const key = `${company.url} ${company.owner.id} ${name}`;
  if (!staff.has(key)) staff.set(key, company.hire(name));
  return staff.get(key)!;
}
const assign = (api: Api, conversation: number, to: Account | null) =>
  api.ask('POST', `/api/conversations/${conversation}/assign`, { assignee_id: to?.id ?? null });
const send = (api: Api, conversation: number, text: string) =>
  api.ask('POST', `/api/conversations/${conversation}/messages`, { text });
const holder = (page: Page, name: string) => page.getByRole('button', { name: `Ответственный: ${name}` });
const toast = (page: Page, text: string | RegExp) => page.getByText(text).first();

test.describe('who has it', () => {
  test('both take it at once: who was slower is told who has it', async ({ dana, erlan, waiting }) => {
    for (const { page } of [dana, erlan]) {
      await openThread(page, waiting.conversation);
      await expect(bubble(page, 'Здравствуйте')).toBeVisible();
      // Nothing that was asked before is still to be answered.
      await page.waitForLoadState('networkidle');
    }
    // On its way while the other one's arrives: neither has seen the other take it.
    let go = (): void => {};
    const first = new Promise<void>((done) => (go = done));
    await erlan.page.route('**/assign', async (request) => (await first, request.continue()));
    erlan.link.hold((frame) => String(frame.type).startsWith('conversation.'));
    await erlan.page.keyboard.press('a');
    await expect(holder(erlan.page, 'Ерлан')).toBeVisible();
    await dana.page.keyboard.press('a');
    await expect(toast(dana.page, 'Ответственный: Дана')).toBeVisible();
    go();
    await expect(toast(erlan.page, 'Диалог уже у оператора Дана')).toBeVisible();
    erlan.link.release();
    for (const { page } of [dana, erlan]) await expect(holder(page, 'Дана')).toBeVisible();
  });

  test('who is given a conversation has it; among the free ones it is gone', async ({ olga, dana, erlan, waiting }) => {
    await dana.page.goto('/inbox/mine');
    await erlan.page.goto('/inbox/unassigned');
    await expect(row(erlan.page, waiting.conversation)).toBeVisible();
    await openThread(olga.page, waiting.conversation);
    // Other files have hired people of that first name.
    await pickFromMenu(olga.page, /^Ответственный:/, /^Дана(?! \p{Lu})/u);
    await expect(holder(olga.page, 'Дана')).toBeVisible();
    await expect(row(erlan.page, waiting.conversation)).toHaveCount(0);
    await expect(row(dana.page, waiting.conversation)).toBeVisible();
    await pickFromMenu(olga.page, /^Ответственный:/, 'Никто');
    await expect(row(dana.page, waiting.conversation)).toHaveCount(0);
    await expect(row(erlan.page, waiting.conversation)).toBeVisible();
  });

  test('a note goes along with what is handed over', async ({ olga, dana, waiting }) => {
    await openThread(olga.page, waiting.conversation);
    await pickFromMenu(olga.page, /^Ответственный:/, 'Передать с заметкой');
    const dialog = olga.page.getByRole('dialog', { name: 'Передать с заметкой' });
    await dialog.getByLabel('Ответственный').selectOption(String(dana.who.id));
    await dialog.getByLabel('Внутренняя заметка').fill('Ждёт смету');
    await axe(olga.page);
    await shot(olga.page, 'hand-over');
    await dialog.getByRole('button', { name: 'Передать', exact: true }).click();
    await expect(holder(olga.page, 'Дана')).toBeVisible();
    await openThread(dana.page, waiting.conversation);
    await expect(bubble(dana.page, 'Ждёт смету')).toBeVisible();
  });

  test('who may no longer manage loses its pages, who may no longer come in is out', async ({ company, personOf, waiting }) => {
    const marat = await personOf(await company.hire('Марат', 'manager'));
    await openThread(marat.page, waiting.conversation);
    const settings = marat.page.getByRole('link', { name: 'Настройки' });
    await expect(settings.first()).toBeVisible();
    await company.api.ask('PATCH', `/api/operators/${marat.who.id}`, { role: 'operator' });
    await marat.page.reload();
    await expect(box(marat.page)).toBeVisible();
    await expect(settings).toHaveCount(0);
    await company.api.ask('PATCH', `/api/operators/${marat.who.id}`, { is_active: false });
    await expect(marat.page.getByRole('dialog', { name: 'Сессия закончилась' })).toBeVisible();
  });
});

test.describe('at the same time', () => {
  test('each sees who looks and who writes, and nothing of those who left', async ({ dana, erlan, waiting }) => {
    await openThread(dana.page, waiting.conversation);
    await openThread(erlan.page, waiting.conversation);
    await expect(dana.page.getByText('Ерлан смотрит')).toBeVisible();
    await expect(erlan.page.getByText('Дана смотрит')).toBeVisible();
    await box(erlan.page).pressSequentially('я отвечу');
    await expect(dana.page.getByText('Ерлан пишет')).toBeVisible();
    waiting.typing(true);
    for (const it of [dana, erlan]) await expect(it.page.getByText('Клиент печатает').first()).toBeVisible();
    await erlan.page.goto('/team');
    await expect(dana.page.getByText(/Ерлан (смотрит|пишет)/)).toHaveCount(0);
  });

  test('who answers after a colleague is asked first; the customer hears both once', async ({ dana, erlan, waiting }) => {
    await openThread(dana.page, waiting.conversation);
    await openThread(erlan.page, waiting.conversation);
    await box(erlan.page).pressSequentially('и я');
    await reply(dana.page, 'я отвечу');
    await expect(bubble(erlan.page, 'я отвечу')).toBeVisible();
    await box(erlan.page).press('Enter');
    await expect(erlan.page.getByText(/Ответ уже есть \(Дана/)).toBeVisible();
    expect(waiting.told).not.toContain('и я');
    await erlan.page.getByRole('alert').getByRole('button', { name: 'Отправить' }).click();
    await waiting.sees('и я');
    await expect(bubble(dana.page, 'и я')).toBeVisible();
    expect(waiting.told).toEqual(['я отвечу', 'и я']);
  });

  test('an answer that crosses another on its way stops, says why, and goes when it is told to', async ({
    dana,
    erlan,
    waiting,
  }) => {
    await openThread(dana.page, waiting.conversation);
    await openThread(erlan.page, waiting.conversation);
    await expect(bubble(erlan.page, 'Здравствуйте')).toBeVisible();
    erlan.link.hold((frame) => frame.type === 'message.created');
    await reply(dana.page, 'Заказ завтра');
    await waiting.sees('Заказ завтра');
    await reply(erlan.page, 'Заказ сегодня');
    await expect.poll(() => erlan.link.holding).toBeGreaterThan(1);
    erlan.link.release();
    const stopped = bubble(erlan.page, 'Заказ сегодня');
    await expect(stopped.getByRole('alert')).toContainText(/Ответ уже есть \(Дана|появилось новое/);
    expect(waiting.told).toEqual(['Заказ завтра']);
    // Other conversations are not held up by it.
    await stopped.getByRole('button', { name: 'Отправить', exact: true }).click();
    await waiting.sees('Заказ сегодня');
    await expect(stopped).toHaveCount(1);
    await expect(stopped.getByRole('alert')).toHaveCount(0);
    await expect(bubble(dana.page, 'Заказ сегодня')).toBeVisible();
  });

  test('whoever writes when, all see the same order', async ({ company, dana, erlan, waiting, browserOf }) => {
    // So high that a virtual list draws all of it.
    for (const { page } of [dana, erlan]) {
      await page.setViewportSize({ width: 1366, height: 3000 });
      await openThread(page, waiting.conversation);
    }
    const [a, b] = await Promise.all([signedIn(company.url, dana.who), signedIn(company.url, erlan.who)]);
    const ROUNDS = 5;
    for (let n = 1; n <= ROUNDS; n++)
      await Promise.all([
        waiting.says(`клиент ${n}`),
        send(a, waiting.conversation, `Дана ${n}`),
        send(b, waiting.conversation, `Ерлан ${n}`),
      ]);
    const { messages } = await company.api.ask<{ messages: { text: string; direction: string }[] }>(
      'GET',
      `/api/conversations/${waiting.conversation}/messages`,
    );
    const stored = messages
      .filter((it) => it.direction !== 'event')
      .map((it) => it.text)
      .reverse();
    expect(stored).toHaveLength(3 * ROUNDS + 1);
    for (const { page } of [dana, erlan]) {
      await expect(log(page).locator('article')).toHaveCount(stored.length);
      await expect(log(page).locator('article')).toContainText(stored);
    }
    expect(waiting.told).toEqual(stored.filter((it) => !/клиент|Здрав/.test(it)));
    const late = await (await browserOf(dana.who)).newPage();
    await late.setViewportSize({ width: 1366, height: 3000 });
    await openThread(late, waiting.conversation);
    await expect(log(late).locator('article')).toContainText(stored);
  });

  test('a note is the colleagues’ alone', async ({ company, dana, erlan, browserOf }) => {
    const { key } = await company.openChat();
    const chat = await (await browserOf()).newPage();
    await chat.goto(`/c/${key}`);
    await say(chat, 'Это надолго?');
    await erlan.page.goto('/inbox/all');
    const mine = erlan.page.locator('a.row', { hasText: 'Это надолго?' });
    await mine.click();
    const conversation = Number(/\d+$/.exec(new URL(erlan.page.url()).pathname)?.[0]);
    await openThread(dana.page, conversation);
    await note(dana.page, 'скидку не обещать');
    await expect(bubble(erlan.page, 'скидку не обещать')).toContainText('Дана');
    await reply(dana.page, 'Один день');
    await expect(bubble(chat, 'Один день')).toBeVisible();
    await chat.reload();
    await expect(bubble(chat, 'Один день')).toBeVisible();
    await expect(bubble(chat, 'скидку')).toHaveCount(0);
  });
});

test.describe('in the lists', () => {
  test('"Вы:" stands before one’s own words only', async ({ dana, erlan, olga, waiting }) => {
    await Promise.all([dana, erlan, olga].map((it) => it.page.goto('/inbox/all')));
    await openThread(dana.page, waiting.conversation);
    await reply(dana.page, 'Слушаю вас');
    await expect(row(dana.page, waiting.conversation)).toContainText('Вы: Слушаю вас');
    for (const it of [erlan, olga]) await expect(row(it.page, waiting.conversation)).toContainText('Дана: Слушаю вас');
    await waiting.says('Спасибо');
    for (const it of [dana, erlan, olga]) {
      await expect(row(it.page, waiting.conversation)).toContainText('Спасибо');
      await expect(row(it.page, waiting.conversation)).not.toContainText(/(Вы|Дана): /);
    }
  });

  test('what is read is each one’s own, on all their devices; counts are the server’s', async ({ site, personOf, browserOf }) => {
    const company = await Company.found(site.url);
    const [first, second] = [await company.hire('Дана'), await company.hire('Ерлан')];
    const dana = await personOf(first);
    const erlan = await personOf(second);
    const phone = await (await browserOf(first)).newPage();
    const { Visitor } = await import('./support/visitor.ts');
    const customers = await Promise.all(Array.from({ length: 3 }, () => Visitor.come(site.url, company.key)));
    for (const [n, it] of customers.entries()) {
      await it.says(`вопрос ${n}`);
      await it.says(`ещё ${n}`);
    }
    const [one, , three] = customers as [Visitor, Visitor, Visitor];
    for (const page of [dana.page, erlan.page, phone]) {
      await page.goto('/inbox/all');
      await expect(row(page, one.conversation)).toContainText('2');
    }
    await row(dana.page, one.conversation).click();
    await expect(bubble(dana.page, 'вопрос 0')).toBeVisible();
    await assign(company.api, three.conversation, first);
    const unread = (page: Page, conversation: number) => row(page, conversation).getByText(/^Непрочитано: *\d/);
    for (const page of [dana.page, phone]) await expect(unread(page, one.conversation)).toHaveCount(0);
    await expect(unread(erlan.page, one.conversation)).toHaveText(/2/);

    const shown = (page: Page) =>
      page
        .getByRole('navigation', { name: 'Виды' })
        .getByRole('link')
        .evaluateAll((all) =>
          // The last is one's mentions, which nobody waits in.
          all.slice(0, 3).map((it) => Number(/\d+/.exec(it.querySelector('[aria-hidden]')?.textContent ?? '')?.[0] ?? 0)),
        );
    for (const [page, who] of [
      [dana.page, first],
      [phone, first],
      [erlan.page, second],
    ] as const) {
      const api = await signedIn(site.url, who);
      const told = async () => {
        const { waiting } = await api.ask<Listed>('GET', '/api/conversations?view=all');
        return [waiting.mine, waiting.unassigned, waiting.all];
      };
      await expect(async () => expect(await shown(page)).toEqual(await told())).toPass({ timeout: 20_000 });
    }
    for (const it of customers) it.leaves();
  });
});

for (const how of ['resumes', 'begins anew'] as const)
  test(`after the link was lost, the feed ${how}: nothing is missing and nothing that is gone stays`, async ({
    company,
    dana,
    erlan,
    waiting,
    visitor,
  }) => {
    const gone = await visitor();
    await gone.says('меня возьмёт Дана');
    await openThread(erlan.page, waiting.conversation, 'unassigned');
    await expect(row(erlan.page, gone.conversation)).toBeVisible();
    await erlan.link.cut();
    if (how === 'begins anew')
      erlan.link.rewrite = (frame) => (frame.type === 'auth' && frame.epoch ? { ...frame, epoch: 'another' } : frame);
    await expect(erlan.page.getByText(/Нет связи/).first()).toBeVisible();
    await assign(company.api, gone.conversation, dana.who);
    const fresh = await visitor();
    await fresh.says('пока вас не было');
    await waiting.says('вы пропали?');
    const api = await signedIn(company.url, dana.who);
    await send(api, waiting.conversation, 'мы здесь');
    await reply(erlan.page, 'я тоже');
    erlan.link.mend();
    await expect(erlan.page.getByText(/Нет связи/)).toHaveCount(0, { timeout: 40_000 });
    await expect(row(erlan.page, gone.conversation)).toHaveCount(0);
    await expect(row(erlan.page, fresh.conversation)).toContainText('пока вас не было');
    await expect(bubble(erlan.page, 'вы пропали?')).toHaveCount(1);
    await expect(bubble(erlan.page, 'мы здесь')).toHaveCount(1);
    // What crossed a colleague's answer asks before it goes.
    const mine = bubble(erlan.page, 'я тоже');
    await mine.getByRole('button', { name: 'Отправить', exact: true }).click();
    await waiting.sees('я тоже');
    await expect(mine).toHaveCount(1);
    await expect(erlan.page.locator('article[data-client-id]')).toHaveCount(0);
  });
