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
      // What scrolls goes under what stays.
      const layer = (at: Element | null): Element | null =>
        !at || /sticky|fixed/.test(getComputedStyle(at).position) ? at : layer(at.parentElement);
      // A part that is scrolled away or cut with an ellipsis is not there.
      const clipped = (at: Element | null, x: number, y: number): boolean => {
        if (!at || at === document.body) return false;
        const edge = at.getBoundingClientRect();
        const hides = getComputedStyle(at).overflow !== 'visible';
        return (hides && (x < edge.left || x > edge.right || y < edge.top || y > edge.bottom)) || clipped(at.parentElement, x, y);
      };
      for (const box of range.getClientRects()) {
        if (box.width < 2) continue;
        const edge = holder.getBoundingClientRect();
        const x = style.display === 'inline' ? box.left + box.width / 2 : box.left + Math.min(box.width, edge.width) / 2;
        const y = box.top + box.height / 2;
        const top = document.elementFromPoint(x, y);
        if (!top || top.contains(holder) || holder.contains(top)) continue;
        // A pane of glass over a card makes all of it one button. A sign is no glass.
        const isGlass =
          /, 0\)$|transparent/.test(getComputedStyle(top).backgroundColor) && !top.closest('svg, img, canvas, video');
        if (!top.textContent?.trim() && isGlass) continue;
        if (layer(top) && layer(top) !== layer(holder)) continue;
        if (!clipped(holder, x, y) && !top.closest('label')?.contains(holder))
          found.push(`covered: ${words.slice(0, 60)} by ${top.outerHTML.slice(0, 80)}`);
      }
    }
    for (const name of ['title', 'aria-label', 'placeholder'])
      for (const it of document.querySelectorAll(`[${name}]`))
        if (isKey.has(it.getAttribute(name) ?? '')) found.push(`not translated: ${name}=${it.getAttribute(name)}`);
    return [...new Set(found)];
  }, keys);

/**
 * Controls that lie on one another by a part: whoever aims at one hits the other. One that is not seen is hit all the same. What stays
 * while the rest scrolls is a layer of its own, held against itself.
 */
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
    const isOnTop = (it: Element): boolean => it.matches(':modal, :popover-open');
    /** What is placed within it, absolute or fixed, though it stands nowhere itself. */
    const frames = (it: CSSStyleDeclaration): boolean => it.transform !== 'none' || it.filter !== 'none' || it.contain !== 'none';
    /** What can be hit of it: no more than its frames let be seen. What is placed elsewhere is cut by that place alone. */
    const seen = (node: Element): Box[] => {
      let boxes: Box[] = [...node.getClientRects()];
      let at: Element = node;
      for (let up = node.parentElement; up && up !== document.body && !isOnTop(at); up = up.parentElement) {
        const [own, style] = [getComputedStyle(at).position, getComputedStyle(up)];
        if (own === 'fixed' && !frames(style)) continue;
        if (own === 'absolute' && style.position === 'static' && !frames(style)) continue;
        const edge = up.getBoundingClientRect();
        if (style.overflow !== 'visible') boxes = boxes.map((it) => common(it, edge));
        at = up;
      }
      const sight = { left: 0, top: 0, right: innerWidth, bottom: innerHeight };
      return boxes.map((it) => common(it, sight)).filter((it) => area(it) > 16);
    };
    const layer = (at: Element | null): Element | null =>
      !at || isOnTop(at) || /sticky|fixed/.test(getComputedStyle(at).position) ? at : layer(at.parentElement);
    const KINDS = 'a[href], button, select, textarea, input:not([type=hidden]), summary, [role=button], [role=option]';
    const controls = [...document.querySelectorAll(KINDS)]
      .filter((it) => it.checkVisibility({ visibilityProperty: true }) && getComputedStyle(it).pointerEvents !== 'none')
      .map((it) => ({ it, boxes: seen(it), layer: layer(it) }));
    /** A link as large as its card, or a button within a field: the small one is whole, lies above, and leaves room to hit the large one. */
    const isMeant = (a: { it: Element; box: Box }, b: { it: Element; box: Box }): boolean => {
      const [small, large] = area(a.box) < area(b.box) ? [a, b] : [b, a];
      if (area(common(small.box, large.box)) < 0.9 * area(small.box) || area(large.box) < 2 * area(small.box)) return false;
      const { left, top, right, bottom } = small.box;
      const hit = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
      return !!hit && (small.it.contains(hit) || hit.contains(small.it));
    };
    return controls.flatMap((a, i) =>
      controls.slice(i + 1).flatMap((b) => {
        if (a.layer !== b.layer || a.it.contains(b.it) || b.it.contains(a.it)) return [];
        const pairs = a.boxes.flatMap((box) => b.boxes.map((other) => [box, other] as const));
        const bad = ([box, other]: readonly [Box, Box]): boolean =>
          area(common(box, other)) > 16 && !isMeant({ it: a.it, box }, { it: b.it, box: other });
        return pairs.some(bad) ? [`${name(a.it)} / ${name(b.it)}`] : [];
      }),
    );
  });

/** What the other languages say and this one does not: whole sentences, and single words of theirs. */
export type Foreign = { sentences: readonly string[]; words: readonly string[] };
type Texts = Record<string, unknown>;

/** Of what this language says and of what the others say: texts, or their plural forms. */
export function foreignOf(own: Texts, others: readonly Texts[]): Foreign {
  const texts = (of: Texts): string[] =>
    Object.values(of).flatMap((it) => (typeof it === 'string' ? [it] : Object.values(it as Record<string, string>)));
  // The places for names are no words.
  const words = (all: string[]): string[] =>
    all.flatMap(
      (it) =>
        it
          .replace(/\{\w+\}/g, ' ')
          .toLowerCase()
          .match(/\p{L}{3,}/gu) ?? [],
    );
  const ours = texts(own);
  const theirs = others.flatMap(texts);
  const [known, said] = [new Set(words(ours)), new Set(ours)];
  return {
    sentences: [...new Set(theirs)].filter((it) => !said.has(it) && !/[{}]/.test(it) && it.length > 1),
    words: [...new Set(words(theirs))].filter((it) => !known.has(it)),
  };
}

/**
 * What is said in another of our languages, be it one word within a sentence, and Cyrillic letters in English; not where somebody's own
 * text stands (`dir="auto"`, names), nor what is marked as being in another language.
 */
export const foreignWords = (page: Page, foreign: Foreign, cyrillic: boolean, theirs: string[]): Promise<string[]> =>
  page.evaluate(
    ([foreign, cyrillic, theirs]) => {
      const [sentences, strange] = [new Set(foreign.sentences), new Set(foreign.words)];
      const found: string[] = [];
      // What people have written stands in fields and in elements that say so; what a control is called repeats it.
      const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea')].map((it) => it.value);
      const written = [...document.querySelectorAll('[dir=auto]')].map((it) => it.textContent?.trim() ?? '');
      const names = [...theirs, ...fields, ...written].filter((it) => it.length > 1).sort((a, b) => b.length - a.length);
      const ours = (words: string): string => names.reduce((rest, it) => rest.replaceAll(it, ' '), words);
      const elsewhere = '[lang]:not(html), textarea, script, style, noscript';
      const judge = (words: string, what: string, letters: boolean): void => {
        if (!words) return;
        if (sentences.has(words)) return void found.push(`${what}${words.slice(0, 60)}`);
        // Addresses, zones and files are in no language.
        const rest = ours(words).replace(/\S*[@/_.:]\S+/g, ' ');
        const one = rest.match(/\p{L}{3,}/gu)?.find((it) => strange.has(it.toLowerCase()));
        if (one) found.push(`${what}${one}: ${words.slice(0, 60)}`);
        else if (letters && !cyrillic && /\p{Script=Cyrillic}/u.test(rest)) found.push(`${what}${words.slice(0, 60)}`);
      };
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      for (let node = walker.nextNode(); node; node = walker.nextNode())
        if (!node.parentElement?.closest(`${elsewhere}, [dir=auto]`)) judge(node.textContent?.trim() ?? '', '', true);
      for (const name of ['title', 'aria-label', 'placeholder', 'alt'])
        for (const it of document.querySelectorAll(`[${name}]`))
          if (!it.closest(elsewhere)) judge(it.getAttribute(name) ?? '', `${name}=`, false);
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
