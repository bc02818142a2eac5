// What can be judged of a screen without an eye, and on any machine's fonts.
import type { Page } from '@playwright/test';

/** Words that are cut without a sign, that lie under something else, or that are a key nobody has translated. */
export const textTroubles = (page: Page, keys: string[]): Promise<string[]> =>
  page.evaluate((known) => {
    const isKey = new Set(known);
    const found: string[] = [];
    const shown = (node: Element): boolean => node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    const forReaders = (node: Element): boolean => {
      const box = node.getBoundingClientRect();
      return box.width <= 1 || box.height <= 1;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const words = node.textContent?.trim() ?? '';
      const holder = node.parentElement;
      if (!words || !holder || /^(SCRIPT|STYLE|NOSCRIPT|OPTION|TEXTAREA)$/.test(holder.tagName)) continue;
      if (isKey.has(words)) found.push(`not translated: ${words}`);
      if (!shown(holder) || forReaders(holder)) continue;
      const style = getComputedStyle(holder);
      const cuts = /hidden|clip/.test(style.overflowX) && style.textOverflow !== 'ellipsis';
      if (cuts && holder.scrollWidth > holder.clientWidth + 1) found.push(`cut: ${words.slice(0, 60)}`);
      const range = document.createRange();
      range.selectNodeContents(node);
      const [box] = range.getClientRects();
      if (!box || box.width < 2) continue;
      const [x, y] = [box.left + Math.min(box.width, holder.getBoundingClientRect().width) / 2, box.top + box.height / 2];
      const top = document.elementFromPoint(x, y);
      if (!top || top.contains(holder) || holder.contains(top)) continue;
      // A pane of glass over a card makes all of it one button.
      if (!top.textContent?.trim() && /, 0\)$|transparent/.test(getComputedStyle(top).backgroundColor)) continue;
      // What scrolls goes under what stays.
      const stays = (at: Element | null): boolean =>
        !!at && (/sticky|fixed/.test(getComputedStyle(at).position) || stays(at.parentElement));
      if (stays(top)) continue;
      // A part that is scrolled away or cut with an ellipsis is not there.
      const clipped = (at: Element | null): boolean => {
        if (!at || at === document.body) return false;
        const edge = at.getBoundingClientRect();
        const hides = getComputedStyle(at).overflow !== 'visible';
        return (hides && (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom)) || clipped(at.parentElement);
      };
      if (!clipped(holder) && !top.closest('label')?.contains(holder))
        found.push(`covered: ${words.slice(0, 60)} by ${top.outerHTML.slice(0, 80)}`);
    }
    for (const name of ['title', 'aria-label', 'placeholder'])
      for (const it of document.querySelectorAll(`[${name}]`))
        if (isKey.has(it.getAttribute(name) ?? '')) found.push(`not translated: ${name}=${it.getAttribute(name)}`);
    return [...new Set(found)];
  }, keys);

/** What a finger must hit and cannot well: controls under 44 px high, links within a sentence aside. */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'a[href], button, select, textarea, input:not([type=hidden]), summary',
    );
    return [...controls].flatMap((it) => {
      if (!it.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return [];
      // A box or a dot is hit by its words too.
      const target = /^(checkbox|radio)$/.test((it as HTMLInputElement).type ?? '') ? (it.closest('label') ?? it) : it;
      const box = target.getBoundingClientRect();
      if (box.width <= 1 || getComputedStyle(it).display === 'inline') return [];
      if (box.height >= 43.5) return [];
      return [
        `${Math.round(box.width)}×${Math.round(box.height)} ${(it.ariaLabel ?? it.textContent ?? '').trim().slice(0, 40)} <${it.className}>`,
      ];
    });
  });

/** Tab goes somewhere, and it shows where. */
export async function focusIsSeen(page: Page): Promise<string[]> {
  const unseen: string[] = [];
  for (let n = 0; n < 4; n++) {
    await page.keyboard.press('Tab');
    const at = await page.evaluate(() => {
      const it = document.activeElement;
      // Past the last one the browser's own bar has it.
      if (!it || it === document.body) return '';
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it);
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none' ? '' : it.outerHTML.slice(0, 120);
    });
    if (at) unseen.push(at);
  }
  return unseen;
}
