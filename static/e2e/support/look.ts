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
      const cuts = (overflow: string): boolean => /hidden|clip/.test(overflow);
      const wide = holder.scrollWidth > holder.clientWidth + 1 && style.display !== 'inline';
      const high = holder.scrollHeight > holder.clientHeight + 1 && style.display !== 'inline';
      if (cuts(style.overflowX) && style.textOverflow !== 'ellipsis' && wide) found.push(`cut: ${words.slice(0, 60)}`);
      if (cuts(style.overflowY) && style.webkitLineClamp === 'none' && style.textOverflow !== 'ellipsis' && high)
        found.push(`cut below: ${words.slice(0, 60)}`);
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

/** Controls that lie on one another by a part: whoever aims at one hits the other. */
export const overlaps = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    type Box = { left: number; top: number; right: number; bottom: number };
    const common = (a: Box, b: Box): Box => ({
      left: Math.max(a.left, b.left),
      top: Math.max(a.top, b.top),
      right: Math.min(a.right, b.right),
      bottom: Math.min(a.bottom, b.bottom),
    });
    const area = (it: Box): number => Math.max(0, it.right - it.left) * Math.max(0, it.bottom - it.top);
    const name = (it: Element): string => (it.ariaLabel ?? it.textContent ?? '').trim().slice(0, 40) || it.tagName;
    /** What of it is in sight: what is scrolled away, or lies under what stays, cannot be hit. */
    const seen = (node: Element): Box => {
      let box: Box = node.getBoundingClientRect();
      for (let at = node.parentElement; at && at !== document.body; at = at.parentElement)
        if (getComputedStyle(at).overflow !== 'visible') box = common(box, at.getBoundingClientRect());
      return common(box, { left: 0, top: 0, right: innerWidth, bottom: innerHeight });
    };
    const stays = (at: Element | null): boolean =>
      !!at && (/sticky|fixed/.test(getComputedStyle(at).position) || stays(at.parentElement));
    const controls = [...document.querySelectorAll('a[href], button, select, textarea, input:not([type=hidden])')]
      .filter((it) => it.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && !stays(it))
      .map((it) => ({ it, box: seen(it) }))
      .filter(({ box }) => area(box) > 16);
    return controls.flatMap((a, i) =>
      controls.slice(i + 1).flatMap((b) => {
        const shared = area(common(a.box, b.box));
        // A link as large as its card, or a button within a field, is meant.
        const within = shared > 0.9 * Math.min(area(a.box), area(b.box));
        return shared > 16 && !within && !a.it.contains(b.it) ? [`${name(a.it)} / ${name(b.it)}`] : [];
      }),
    );
  });

/** Words that the console has in another language, and Cyrillic letters in English where nobody's own text stands (`dir="auto"`, names). */
export const foreignWords = (page: Page, foreign: string[], cyrillic: boolean, theirs: string[]): Promise<string[]> =>
  page.evaluate(
    ([foreign, cyrillic, theirs]) => {
      const others = new Set(foreign);
      const found: string[] = [];
      const ours = (words: string): string => theirs.reduce((rest, it) => rest.replaceAll(it, ''), words);
      const judge = (words: string, holder: Element, what: string): void => {
        // A language is called by its own name, and what people have written is theirs.
        if (!words || holder.closest('[lang]:not(html), option, textarea, script, style, noscript, [dir=auto]')) return;
        if (others.has(words) || (!cyrillic && /\p{Script=Cyrillic}/u.test(ours(words))))
          found.push(`${what}${words.slice(0, 60)}`);
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (node.parentElement) judge(node.textContent?.trim() ?? '', node.parentElement, '');
      for (const name of ['title', 'aria-label', 'placeholder'])
        for (const it of document.querySelectorAll(`[${name}]`))
          if (others.has(it.getAttribute(name) ?? '')) found.push(`${name}=${it.getAttribute(name)}`);
      return [...new Set(found)];
    },
    [foreign, cyrillic, theirs] as const,
  );

/** Fields whose hint would be cut without a sign. */
export const cutHints = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll<HTMLInputElement>('input[placeholder]:placeholder-shown')]
      .filter((it) => getComputedStyle(it).textOverflow !== 'ellipsis')
      .map((it) => it.placeholder),
  );

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
