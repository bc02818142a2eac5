import { beforeEach, describe, expect, it, vi } from 'vitest';

/** The modules as in a page just opened: nothing asked for but the core. */
async function fresh() {
  vi.resetModules();
  const [parts, i18n] = [await import('./parts'), await import('./i18n.svelte')];
  return { ...parts, ...i18n };
}
let here: Awaited<ReturnType<typeof fresh>>;
beforeEach(async () => {
  localStorage.clear();
  here = await fresh();
});

describe('words in parts', () => {
  it('come with the page that says them', async () => {
    const { t, useLocale, withWords } = here;
    await useLocale('en', false);
    expect([t('nav.inbox'), t('team.revoke')]).toEqual(['Inbox', 'team.revoke']);
    const page = withWords(() => Promise.resolve('the page'), 'team');
    expect(t('team.revoke')).toBe('team.revoke');
    expect(await page()).toBe('the page');
    expect(t('team.revoke')).toBe('Revoke');
  });

  it('change language all at once, whatever has been loaded', async () => {
    const { t, locale, useLocale, withWords } = here;
    await useLocale('en', false);
    await withWords(() => Promise.resolve(), 'team')();
    const seen = new Set<string>();
    const look = (): unknown => seen.add(`${locale()} ${t('nav.team')} ${t('team.revoke')}`);
    const done = useLocale('kk', false);
    const watch = setInterval(look);
    await done;
    clearInterval(watch);
    look();
    expect([...seen].filter((it) => it !== 'en Team Revoke')).toEqual(['kk Команда Кері алу']);
    expect(document.documentElement.lang).toBe('kk');
  });

  it('of a page opened while the language changes are in the language chosen last', async () => {
    const { t, locale, useLocale, withWords } = here;
    await useLocale('en', false);
    await Promise.all([useLocale('kk', false), withWords(() => Promise.resolve(), 'team')(), useLocale('ru', false)]);
    expect([locale(), t('team.revoke')]).toEqual(['ru', 'Отозвать']);
  });

  it('that did not come are no reason for the next page not to come', async () => {
    const { FILES, t, useLocale, withWords } = here;
    await useLocale('en', false);
    const file = './en/team.ts';
    const real = FILES[file]!;
    FILES[file] = () => Promise.reject(new TypeError('offline'));
    const team = withWords(() => Promise.resolve('team'), 'team');
    await expect(team()).rejects.toThrow('offline');
    expect(await withWords(() => Promise.resolve('search'), 'search')()).toBe('search');
    FILES[file] = real;
    expect([await team(), t('team.revoke')]).toEqual(['team', 'Revoke']);
  });

  it('of two pages that want the same, the one that fails leaves the other its words', async () => {
    const { t, useLocale, withWords } = here;
    await useLocale('en', false);
    const lost = withWords(() => Promise.reject(new TypeError('offline')), 'team')();
    const page = withWords(() => Promise.resolve('page'), 'team')();
    await expect(lost).rejects.toThrow('offline');
    expect([await page, t('team.revoke')]).toEqual(['page', 'Revoke']);
    // In another language too.
    await useLocale('ru', false);
    expect(t('team.revoke')).toBe('Отозвать');
  });

  it('are asked for again after a request that failed', async () => {
    const { FILES, words } = here;
    const file = './en/team.ts';
    const real = FILES[file]!;
    FILES[file] = () => Promise.reject(new TypeError('offline'));
    await expect(words('en', 'team')).rejects.toThrow('offline');
    FILES[file] = real;
    expect(await words('en', 'team')).toHaveProperty('team.revoke', 'Revoke');
  });
});
