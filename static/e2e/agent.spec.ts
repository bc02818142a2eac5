// The agent at work before the stand-in hub, whose agent follows a script: drafts, suggestions, leads, hand-overs.
import { Company } from './support/company.ts';
import { giveKey, setAgent } from './support/agent.ts';
import { axe, box, bubble, fitsTheWidth, log, openThread, pickFromMenu, reply, row, say, shot } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';
import { Visitor } from './support/visitor.ts';

type Talk = { company: Company; page: Page; guest: Visitor; chat: { id: number; key: string } };
const open = async (site: { url: string }, browserOf: (who: Company['owner']) => Promise<{ newPage(): Promise<Page> }>) => {
  const company = await Company.found(site.url, 'СтройКомпания Алматы', 'owner');
  await giveKey(company);
  const chat = { id: company.channel, key: company.key };
  const guest = await Visitor.come(site.url, chat.key);
  return { company, chat, guest, page: await (await browserOf(company.owner)).newPage() };
};
const it = test.extend<{ talk: Talk; drafts: Talk }>({
  /** The agent answers by itself and has done so once. */
  talk: async ({ site, browserOf }, use) => {
    const talk = await open(site, browserOf);
    await setAgent(talk.company, talk.chat.id);
    await talk.guest.says('Здравствуйте');
    await openThread(talk.page, talk.guest.conversation);
    await expect(bubble(talk.page, 'есть ли уже участок').and(talk.page.locator(':not([data-draft])'))).toBeVisible();
    await use(talk);
    talk.guest.leaves();
  },
  /** It suggests, a person sends. */
  drafts: async ({ site, browserOf }, use) => {
    const talk = await open(site, browserOf);
    await setAgent(talk.company, talk.chat.id, { answers_first: 'drafts' });
    await talk.guest.says('Что нужно от меня?');
    await openThread(talk.page, talk.guest.conversation);
    await expect(suggestion(talk.page)).toBeVisible();
    await use(talk);
    talk.guest.leaves();
  },
});
const draft = (page: Page) => page.locator('article[data-draft]');
const suggestion = (page: Page) => page.locator('[data-suggestion]');
const contextLeads = (page: Page) => page.locator('aside').getByRole('region', { name: 'Заявки' });

test('the web chat says that an AI answers, and calls a person on request', async ({ site, browserOf }) => {
  const { company, chat, guest } = await open(site, browserOf);
  guest.leaves();
  await setAgent(company, chat.id);
  const client = await (await browserOf(null, { locale: 'kk-KZ', viewport: { width: 390, height: 760 } })).newPage();
  await client.goto(`/c/${chat.key}`);
  await expect(client.locator('header')).toContainText('ЖИ-көмекші жауап береді · Айша');
  await expect(client.getByText('Расскажите, что хотите построить')).toBeVisible();
  await say(client, 'Сәлем');
  await expect(client.getByText('Жазып жатыр…')).toBeVisible();
  await expect(bubble(client, 'Айша · ЖИ')).toBeVisible();
  await axe(client);
  await shot(client, 'chat-agent');
  await client.getByRole('button', { name: 'Адамды шақыру' }).click();
  await expect(bubble(client, 'Зову сотрудника')).toBeVisible();
  await axe(client);
});

it('its draft grows on the operator’s screen and becomes a message', async ({ talk: { page, guest } }) => {
  await guest.says('А какие сроки?');
  await expect(draft(page).filter({ hasText: 'фундамент' })).toBeVisible();
  await shot(page, 'draft');
  await expect(bubble(page, 'в конце отделка').and(page.locator(':not([data-draft])'))).toBeVisible({ timeout: 40_000 });
  await expect(draft(page)).toHaveCount(0);
  await expect.poll(() => guest.told.some((text) => text?.includes('в конце отделка'))).toBe(true);
  await expect(row(page, guest.conversation)).toContainText('ИИ');
  await axe(page);
});

it('one click tells why the agent said it', async ({ talk: { page } }) => {
  await page.locator('article').getByRole('button', { name: 'Почему так?' }).last().click();
  const why = page.getByRole('dialog');
  await expect(why.getByText('gpt-4o')).toBeVisible();
  await why.locator('summary', { hasText: 'Запрос к модели' }).click();
  await expect(why.getByText('<<<data')).toBeVisible();
  await axe(page);
  await shot(page, 'why');
  await page.keyboard.press('Escape');
  await expect(why).toBeHidden();
});

it('a number makes a lead, beside the conversation and in its thread', async ({ talk: { page, guest } }) => {
  await guest.says('Ерлан, 8 701 234 56 78, дом в Алматы');
  await expect(log(page).getByText('Оформлена заявка: Ерлан')).toBeVisible();
  await expect(contextLeads(page).locator('a', { hasText: 'дом · 150 м² · Алматы' })).toBeVisible();
});

it('a hand-over is told in words, with its summary', async ({ talk: { page, guest } }) => {
  await guest.says('А сколько стоит?');
  await expect(log(page).getByText('Передано людям: ')).toBeVisible();
  await expect(log(page).getByText('Хочет дом 150 м² в Алматы, спросил цену.')).toBeVisible();
  await shot(page, 'handed-over');
});

it('the conversation is given back to the agent; whoever takes over stops it at once', async ({ talk: { page, guest } }) => {
  await guest.says('А сколько стоит?');
  await expect(log(page).getByText('Передано людям: ')).toBeVisible();
  await pickFromMenu(page, /^Ответственный:/, 'Вернуть ИИ-помощнику');
  const takeOver = page.locator('header').getByRole('button', { name: 'Взять себе' });
  await expect(takeOver).toBeVisible();
  await axe(page);
  await guest.says('Так какие же сроки?');
  await expect(draft(page)).toBeVisible();
  await takeOver.click();
  await expect(draft(page)).toHaveCount(0);
  // Its turn has ended, and what came after it has arrived: what was stopped would be there.
  await expect.poll(() => guest.seesTyping).toBe(false);
  await reply(page, 'О сроках скажу сам');
  await guest.sees('О сроках скажу сам');
  expect(guest.told.filter((text) => text?.includes('в конце отделка'))).toEqual([]);
});

it('agents’ conversations are found by who handles them', async ({ talk: { page, guest } }) => {
  await guest.says('А сколько стоит?');
  await expect(log(page).getByText('Передано людям: ')).toBeVisible();
  await pickFromMenu(page, 'Кто ведёт: Все', 'Ведёт ИИ-помощник');
  await expect(page.getByText('Среди загруженных диалогов таких нет')).toBeVisible();
  await axe(page);
  await pickFromMenu(page, 'Кто ведёт: Ведёт ИИ-помощник', 'Все');
  await expect(row(page, guest.conversation)).toBeVisible();
});

it('a suggestion waits in the composer, Esc puts it away, one’s own reply ends it', async ({ drafts: { page, guest } }) => {
  await axe(page);
  await shot(page, 'suggestion');
  await box(page).press('Escape');
  await expect(suggestion(page)).toHaveCount(0);
  await guest.says('Вы тут?');
  await expect(suggestion(page)).toBeVisible();
  await reply(page, 'Минуту, проверю');
  await expect(suggestion(page)).toHaveCount(0);
  await guest.sees('Минуту, проверю');
});

it('Tab takes a suggestion into the box, Ctrl+Enter sends one as it is', async ({ drafts: { page, guest } }) => {
  await box(page).press('Tab');
  await expect(box(page)).toHaveValue(/есть ли уже участок/);
  await page.keyboard.type(' Можно фото.');
  await page.keyboard.press('Enter');
  await expect.poll(() => guest.told.some((text) => text?.includes('Можно фото.'))).toBe(true);
  await expect(bubble(page, 'Можно фото.')).toContainText('по подсказке ИИ');
  await guest.says('Участок есть');
  await expect(suggestion(page)).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await expect(suggestion(page)).toHaveCount(0);
  await expect.poll(() => guest.told.at(-1)).toMatch(/есть ли уже участок\?$/);
  await shot(page, 'approved');
});

it('a phone shows the suggestion with room for fingers', async ({ drafts: { page } }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(suggestion(page)).toBeVisible();
  for (const name of [/^Отправить/, /^Взять/])
    expect((await suggestion(page).getByRole('button', { name }).boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await fitsTheWidth(page);
  await axe(page);
  await shot(page, 'suggestion-phone');
});
