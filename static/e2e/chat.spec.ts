// A customer's chat page and the operator's inbox, each seen by the other.
import { Company } from './support/company.ts';
import { axe, box, bubble, fitsTheWidth, note, openThread, reply, row, rows, say } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';

const PNG = 'iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFklEQVR4nGNkYPhPEmAZ1TCqYQRrAACW/wEfT6NwIAAAAABJRU5ErkJggg==';

type Chat = { chat: Page; conversation: number };
const it = test.extend<{ opened: (first: string) => Promise<Chat> }>({
  /** A customer's page who has written, and the thread open at the operator's. */
  opened: async ({ company, operator, browserOf }, use) => {
    await use(async (first) => {
      const { id, key } = await company.openChat();
      const chat = await (await browserOf()).newPage();
      await chat.goto(`/c/${key}`);
      await say(chat, first);
      await expect(bubble(chat, first)).toBeVisible();
      const found = async () =>
        (
          await company.api.ask<{ conversations: { id: number; channel_id: number }[] }>('GET', '/api/conversations?view=all')
        ).conversations.find((one) => one.channel_id === id)?.id ?? 0;
      await expect.poll(found).toBeGreaterThan(0);
      const conversation = await found();
      await openThread(operator, conversation);
      await expect(bubble(operator, first)).toBeVisible();
      return { chat, conversation };
    });
  },
});

it('what a customer writes is in the inbox at once, unread, and read when it is opened', async ({ site, browserOf }) => {
  const company = await Company.found(site.url);
  const desk = await browserOf(company.owner);
  const operator = await desk.newPage();
  await operator.goto('/inbox');
  const chat = await desk.newPage();
  await chat.goto(`/c/${company.key}`);
  await say(chat, 'Здравствуйте, где мой заказ?');
  await expect(rows(operator)).toContainText('где мой заказ');
  await expect(operator).toHaveTitle(/^\(1\)/);
  await operator.bringToFront();
  await rows(operator).click();
  await expect(bubble(operator, 'где мой заказ')).toBeVisible();
  await expect(operator).not.toHaveTitle(/^\(/);
  await axe(operator);
});

it('a reply is on the screen before the server has it, and reaches the customer', async ({ operator, opened }) => {
  let held: (() => void)[] | null = null;
  await operator.routeWebSocket(/\/ws$/, (page) => {
    const hub = page.connectToServer();
    page.onMessage((frame) => {
      if (held && String(frame).includes('"send"')) held.push(() => hub.send(frame));
      else hub.send(frame);
    });
  });
  const { chat } = await opened('Где заказ?');
  held = [];
  await reply(operator, 'Проверяю, минуту');
  await expect(bubble(operator, 'Проверяю, минуту')).toBeVisible();
  await expect.poll(() => held?.length).toBe(1);
  await expect(bubble(chat, 'Проверяю')).toHaveCount(0);
  held[0]!();
  await expect(bubble(chat, 'Проверяю, минуту')).toBeVisible();
});

it('ticks go to read when the customer sees it', async ({ operator, opened }) => {
  const { chat } = await opened('Где заказ?');
  await reply(operator, 'В пути');
  await chat.bringToFront();
  await expect(bubble(operator, 'В пути')).toContainText('Прочитано');
});

it('typing is seen on both sides', async ({ operator, opened }) => {
  const { chat } = await opened('Где заказ?');
  await chat.locator('textarea').pressSequentially('есть');
  await expect(operator.getByText('Клиент печатает')).toBeVisible();
  await box(operator).pressSequentially('да');
  await expect(chat.getByText('Печатает…')).toBeVisible();
});

it('a note is unmistakable and never reaches the customer', async ({ operator, opened }) => {
  const { chat } = await opened('Где заказ?');
  await note(operator, 'клиент нервничает');
  await expect(bubble(operator, 'клиент нервничает')).toContainText('Заметка');
  await reply(operator, 'Заказ в пути');
  await expect(bubble(chat, 'Заказ в пути')).toBeVisible();
  await expect(bubble(chat, 'нервничает')).toHaveCount(0);
});

it('a picture goes to the customer', async ({ operator, opened }) => {
  const { chat } = await opened('Покажите');
  await operator.setInputFiles('input[type=file]', {
    name: 'foto.png',
    mimeType: 'image/png',
    buffer: Buffer.from(PNG, 'base64'),
  });
  await operator.getByRole('button', { name: 'Отправить', exact: true }).click();
  await expect(operator.locator('article img')).toBeVisible();
  await expect(chat.locator('article img, article .file').first()).toBeVisible();
});

it('a customer’s first word may be spoken; the operator plays it, then the customer', async ({
  operator,
  company,
  browserOf,
}) => {
  const { key } = await company.openChat('Голос');
  const chat = await (await browserOf()).newPage();
  const sounds = (page: Page) =>
    expect
      .poll(() => page.locator('audio').evaluateAll((all) => all.some((one) => (one as HTMLAudioElement).readyState > 0)))
      .toBe(true);
  await chat.goto(`/c/${key}`);
  await chat.locator('button.mic').click();
  await expect(chat.locator('.dot')).toBeVisible();
  // What is recorded has to last.
  await chat.waitForTimeout(1200);
  await axe(chat);
  await chat.locator('button.send').click();
  await expect(chat.locator('article.own .file')).toBeVisible();
  await operator.goto('/inbox/all');
  await rows(operator).filter({ hasText: 'Голосовое' }).click();
  await bubble(operator, 'Голосовое').locator('button:has(svg)').first().click();
  await sounds(operator);
  await chat.locator('article.own .file').click();
  await sounds(chat);
});

it('without a link messages wait, then go in order, once; a reload keeps everything', async ({
  site,
  operator,
  desk,
  opened,
}) => {
  const { chat } = await opened('где мой заказ');
  await desk.setOffline(true);
  try {
    if (site.restart) await site.restart();
    else await operator.evaluate(() => dispatchEvent(new Event('offline')));
    for (const text of ['раз', 'два', 'три']) await reply(operator, `офлайн ${text}`);
    await expect(bubble(operator, 'офлайн три')).toHaveCount(1);
    await expect(operator.locator('article[data-client-id]')).toHaveCount(3);
    await expect(operator.getByText(/когда связь вернётся: 3/)).toBeVisible();
  } finally {
    await desk.setOffline(false);
  }
  await expect(bubble(chat, 'офлайн три')).toBeVisible({ timeout: 40_000 });
  await expect(bubble(chat, 'офлайн')).toContainText(['раз', 'два', 'три']);
  await expect(bubble(chat, 'офлайн')).toHaveCount(3);
  await expect(operator.locator('article[data-client-id]')).toHaveCount(0);
  await expect(bubble(operator, 'офлайн')).toHaveCount(3);
  await Promise.all([operator.reload(), chat.reload()]);
  for (const page of [operator, chat]) {
    await expect(bubble(page, 'где мой заказ')).toBeVisible();
    await expect(bubble(page, 'офлайн')).toContainText(['раз', 'два', 'три']);
  }
});

it('a phone shows one pane at a time, with room for fingers', async ({ company, browserOf, visitor }) => {
  const customer = await visitor();
  await customer.says('С телефона?');
  const phone = await (await browserOf(company.owner, { viewport: { width: 390, height: 844 } })).newPage();
  await phone.goto('/inbox');
  await row(phone, customer.conversation).click();
  await expect(box(phone)).toBeVisible();
  await expect(row(phone, customer.conversation)).toBeHidden();
  const send = await phone.getByRole('button', { name: 'Отправить', exact: true }).boundingBox();
  expect(send?.height).toBeGreaterThanOrEqual(44);
  expect(send?.width).toBeGreaterThanOrEqual(40);
  await fitsTheWidth(phone);
  await axe(phone);
  await phone.goto(`/c/${company.key}`);
  await say(phone, 'и отсюда');
  await expect(bubble(phone, 'и отсюда')).toBeVisible();
  await fitsTheWidth(phone);
  await axe(phone);
});
