// What every journey begins with: a site, a company, signed-in people, pages that report their own errors.
import { test as base, expect, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test';
import { isComplaint } from './chromium.mjs';
import { Company, type Account } from './company.ts';
import { openSite, type Site } from './site.ts';
import { Visitor } from './visitor.ts';

type Worker = {
  /** Which server the file's tests run before. */
  server: 'hub' | 'stand-in';
  site: Site;
  complaints: string[];
  /** Shared by the file's tests, which each bring their own customers; whoever counts or sets something founds their own. */
  company: Company;
  /** The owner's browser, signed in; each test has pages of its own in it. */
  desk: BrowserContext;
};
type Test = {
  quiet: void;
  /** A browser of its own, signed in as `who` unless nobody is named. */
  browserOf: (who?: Account | null, options?: BrowserContextOptions) => Promise<BrowserContext>;
  /** The owner's page, on its way nowhere yet. */
  operator: Page;
  /** A customer who has said nothing yet. */
  visitor: (key?: string) => Promise<Visitor>;
};

/** Script errors and CSP violations of its pages count as failures. */
export function watch(context: BrowserContext, complaints: string[]): void {
  context.setDefaultTimeout(20_000);
  if (process.env.SLOW)
    context.on('page', async (page) => {
      const debug = await context.newCDPSession(page);
      await debug.send('Emulation.setCPUThrottlingRate', { rate: Number(process.env.SLOW) });
    });
  context.on('weberror', (it) => complaints.push(`${it.page()?.url()}: ${it.error().message}`));
  context.on('console', (it) => {
    if (it.type() === 'error' && isComplaint(it.text()))
      complaints.push(`${it.page()?.url()}: ${it.text()} ${it.location().url}`);
  });
}

const DESK = { locale: 'ru-RU', viewport: { width: 1366, height: 820 } };
export async function signIn(context: BrowserContext, url: string, who: Account): Promise<void> {
  const answer = await context.request.post(`${url}/api/auth/login`, { form: { username: who.email, password: who.password } });
  expect(answer.ok(), await answer.text()).toBe(true);
}
async function signedInContext(browser: Browser, url: string, who: Account | null, options: BrowserContextOptions) {
  const context = await browser.newContext({ ...DESK, baseURL: url, ...options });
  if (who) await signIn(context, url, who);
  return context;
}

export const test = base.extend<Test, Worker>({
  server: ['hub', { option: true, scope: 'worker' }],
  site: [
    async ({ server }, use) => {
      const site = await openSite(server);
      await use(site);
      await site.stop();
    },
    { scope: 'worker' },
  ],
  complaints: [async ({}, use) => use([]), { scope: 'worker' }],
  company: [async ({ site }, use) => use(await Company.found(site.url)), { scope: 'worker' }],
  desk: [
    async ({ browser, site, company, complaints }, use) => {
      const context = await signedInContext(browser, site.url, company.owner, { acceptDownloads: true });
      watch(context, complaints);
      await use(context);
      await context.close();
    },
    { scope: 'worker' },
  ],
  quiet: [
    async ({ complaints, site }, use, info) => {
      complaints.length = 0;
      await use();
      if (info.status !== info.expectedStatus) console.log(site.log());
      expect(complaints.splice(0), 'no script error, no CSP violation').toEqual([]);
    },
    { auto: true },
  ],
  browserOf: async ({ browser, site, complaints }, use) => {
    const opened: BrowserContext[] = [];
    await use(async (who = null, options = {}) => {
      const context = await signedInContext(browser, site.url, who, options);
      watch(context, complaints);
      opened.push(context);
      return context;
    });
    for (const it of opened) await it.close();
  },
  operator: async ({ desk }, use) => {
    const page = await desk.newPage();
    await use(page);
    for (const it of desk.pages()) await it.close();
  },
  visitor: async ({ site, company }, use) => {
    const came: Visitor[] = [];
    await use(async (key = company.key) => {
      const it = await Visitor.come(site.url, key);
      came.push(it);
      return it;
    });
    for (const it of came) it.leaves();
  },
});
export { expect, type Page };
