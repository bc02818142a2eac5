import { flushSync } from 'svelte';
import { expect, it } from 'vitest';
import { t, useLocale, withWords } from './i18n.svelte';

it('says the words on the screen again when others have come, and only then', async () => {
  await useLocale('en', false);
  let said = 0;
  const end = $effect.root(() => {
    $effect(() => {
      void t('close');
      said++;
    });
  });
  const after = async (deed: () => Promise<unknown>): Promise<number> => {
    flushSync();
    said = 0;
    await deed();
    flushSync();
    return said;
  };
  const dialog = withWords(async () => 'a dialog', 'actions');
  await dialog();
  expect(await after(dialog)).toBe(0);
  expect(await after(() => useLocale('kk', false))).toBe(1);
  expect(await after(dialog)).toBe(0);
  end();
});
