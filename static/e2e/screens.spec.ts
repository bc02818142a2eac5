// Every page in every language, both themes, on a desk and on a phone, before the stand-in hub. Pictures are for people (SHOTS);
// what is asserted holds with any machine's fonts.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Company } from './support/company.ts';
import { giveKey, seedLeads, setAgent } from './support/agent.ts';
import {
  cutHints,
  focusIsSeen,
  foreignOf,
  foreignWords,
  overlaps,
  smallTargets,
  textTroubles,
  type Foreign,
} from './support/look.ts';
import { axe, fitsTheWidth } from './support/page.ts';
import { expect, test, type Page } from './support/test.ts';
import { Visitor } from './support/visitor.ts';

/** Names and what is made of them, languages by their own names, and others' words. */
const THEIRS = [
  'Ольга Ахметова-Жумабаева',
  'Дана Сериккызы',
  'СтройКомпания Алматы',
  'ОА',
  'ДС',
  'Русский',
  'Қазақша',
  // What a provider has said of a notice.
  'Forbidden: bot was kicked from the group chat',
];
const LOCALES = { ru: 'ru-RU', kk: 'kk-KZ', en: 'en-US' };
const SIZES = { desk: { width: 1440, height: 900 }, small: { width: 1024, height: 768 }, phone: { width: 390, height: 844 } };

const catalogue = join(dirname(fileURLToPath(import.meta.url)), '../src/i18n');
type Catalogue = Record<string, unknown>;
async function wordsOf(language: string): Promise<Catalogue> {
  const files = readdirSync(join(catalogue, language), { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.ts'));
  const modules = await Promise.all(files.map((it) => import(join(catalogue, language, it)) as Promise<Record<string, object>>));
  return Object.assign({}, ...modules.flatMap((it) => Object.values(it))) as Catalogue;
}
/** "loading" or "close" may be somebody's word; "nav.inbox" is nobody's. */
const allKeys = async (): Promise<string[]> => Object.keys(await wordsOf('ru')).filter((it) => it.includes('.'));
async function foreignTo(language: string): Promise<Foreign> {
  const others = Object.keys(LOCALES).filter((it) => it !== language);
  return foreignOf(await wordsOf(language), await Promise.all(others.map(wordsOf)));
}

type Place = { name: string; path: string; ready: (page: Page) => Promise<unknown> };
const seen = (selector: string) => (page: Page) => page.locator(selector).first().waitFor();

/** One company with something on every page. */
async function furnish(url: string): Promise<{ company: Company; places: Place[]; open: Place[]; guest: Visitor }> {
  const company = await Company.found(url, 'СтройКомпания Алматы', 'Ольга Ахметова-Жумабаева');
  await company.hire('Дана Сериккызы');
  const guest = await Visitor.come(url, company.key);
  await guest.says('Здравствуйте! Хочу построить дом в Алматы, участок есть. Когда можно начать?');
  await seedLeads(company, 9);
  await giveKey(company);
  await setAgent(company, company.channel);
  const { leads } = await company.api.ask<{ leads: { id: number }[] }>('GET', '/api/leads');
  const places = [
    { name: 'inbox', path: '/inbox/all', ready: seen('a.row') },
    { name: 'thread', path: `/inbox/all/${guest.conversation}`, ready: seen('#composer-box') },
    { name: 'search', path: '/search', ready: seen('input[type=search]') },
    { name: 'leads', path: '/leads', ready: seen('.lead') },
    { name: 'lead', path: `/leads/${leads[0]!.id}`, ready: seen('aside, dialog, [role=dialog]') },
    { name: 'channels', path: '/channels', ready: seen('article') },
    { name: 'agent', path: `/channels/${company.channel}/agent`, ready: seen('form') },
    { name: 'team', path: '/team', ready: seen('h1') },
    { name: 'ai', path: '/settings/ai', ready: seen('#card') },
    { name: 'notices', path: '/settings/notices', ready: seen('section') },
    { name: 'me', path: '/me', ready: seen('form') },
  ];
  const open = [
    { name: 'login', path: '/login', ready: seen('input[name=email]') },
    { name: 'register', path: '/register', ready: seen('input[name=company]') },
    { name: 'nowhere', path: '/no/such/page', ready: seen('h1') },
    { name: 'chat', path: `/c/${company.key}`, ready: seen('textarea') },
  ];
  return { company, places, open, guest };
}

for (const [language, locale] of Object.entries(LOCALES))
  for (const [size, viewport] of Object.entries(SIZES))
    test(`${language}, ${size}`, async ({ site, browserOf }) => {
      test.setTimeout(300_000);
      const keys = await allKeys();
      const foreign = await foreignTo(language);
      for (const known of [keys, foreign.sentences, foreign.words]) expect(known.length).toBeGreaterThan(100);
      const { company, places, open, guest } = await furnish(site.url);
      await company.api.ask('PATCH', '/api/auth/me', { locale: language });
      const how = { locale, viewport, reducedMotion: 'reduce' as const, hasTouch: size === 'phone' };
      const [inside, outside] = [await browserOf(company.owner, how), await browserOf(null, how)];
      const titles = new Map<string, string>();
      for (const [context, all] of [
        [inside, places],
        [outside, open],
      ] as const)
        for (const place of all) {
          const page = await context.newPage();
          // Hours and "2 minutes ago" stand still.
          await page.clock.setFixedTime(new Date());
          await page.goto(place.path);
          await place.ready(page);
          await page.waitForLoadState('networkidle');
          const at = `${place.name}, ${language}, ${size}`;
          await expect.soft(page.locator('html'), at).toHaveAttribute('lang', language);
          for (const theme of ['light', 'dark'] as const) {
            await page.emulateMedia({ colorScheme: theme });
            await fitsTheWidth(page);
            if (process.env.SHOTS)
              await page.screenshot({ path: `${process.env.SHOTS}/${place.name}-${language}-${size}-${theme}.png` });
            await test.step(`${at}, ${theme}`, () => axe(page));
          }
          expect.soft(await textTroubles(page, keys), `words: ${at}`).toEqual([]);
          const strange = await foreignWords(page, foreign, language !== 'en', THEIRS);
          expect.soft(strange, `words of another language: ${at}`).toEqual([]);
          expect.soft(await overlaps(page), `controls on one another: ${at}`).toEqual([]);
          expect.soft(await cutHints(page), `hints: ${at}`).toEqual([]);
          if (size === 'phone') expect.soft(await smallTargets(page), `targets: ${at}`).toEqual([]);
          else expect.soft(await focusIsSeen(page), `focus: ${at}`).toEqual([]);
          titles.set(place.name, await page.title());
          await page.close();
        }
      guest.leaves();
      for (const [name, title] of titles)
        expect.soft(title.replace(/^\(\d+\) /, ''), `title of ${name}`).not.toMatch(/^(Switchboard)?$/);
    });
