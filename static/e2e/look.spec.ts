// The instruments of screens.spec.ts find what they are for: each is shown a page that has it, and one that only looks as if.
import { expect, test } from '@playwright/test';
import { foreignOf, foreignWords, overlaps, textTroubles } from './support/look.ts';

const at = (left: number, top: number, rest = ''): string =>
  `position: absolute; left: ${left}px; top: ${top}px; width: 80px; height: 40px; ${rest}`;
const button = (name: string, style: string): string => `<button style="${style}">${name}</button>`;

test('controls on one another are found, also where one of them is not seen, stays, or stands out of its frame', async ({
  page,
}) => {
  const on = async (html: string): Promise<string[]> => {
    await page.setContent(`<body style="margin: 0">${html}</body>`);
    return overlaps(page);
  };
  const pair = ['A / B'];
  expect(await on(button('A', at(0, 0)) + button('B', at(60, 10)))).toEqual(pair);
  expect(await on(button('A', at(0, 0)) + button('B', at(100, 0)))).toEqual([]);
  // The whole of one under another of its size.
  expect(await on(button('A', at(0, 0)) + button('B', at(2, 1)))).toEqual(pair);
  expect(await on(button('A', at(0, 0)) + button('B', at(60, 10, 'opacity: 0')))).toEqual(pair);
  expect(await on(button('A', at(0, 0)) + button('B', at(60, 10, 'pointer-events: none')))).toEqual([]);
  expect(
    await on(`<header style="position: sticky; top: 0">${button('A', at(0, 0))}${button('B', at(60, 10))}</header>`),
  ).toEqual(pair);
  expect(await on(`<header style="position: fixed">${button('A', at(0, 0))}</header>${button('B', at(60, 10))}`)).toEqual([]);
  // Cut by a frame, and not cut by one that it is not placed in.
  const framed = (inner: string, position: string): string =>
    `<div style="position: ${position}; overflow: hidden; width: 50px; height: 40px">${inner}</div>`;
  expect(await on(framed(button('A', 'width: 80px; height: 40px'), 'static') + button('B', at(60, 0)))).toEqual([]);
  expect(await on(framed(button('A', at(0, 0)), 'static') + button('B', at(60, 0)))).toEqual(pair);
  expect(await on(framed(button('A', at(0, 0)), 'relative') + button('B', at(60, 0)))).toEqual([]);
});

test('a button within a field is meant, unless the field lies above it', async ({ page }) => {
  const field = (style: string): string => `<input aria-label="A" style="${at(0, 0, `width: 300px; ${style}`)}">`;
  const within = button('B', at(220, 0, 'box-sizing: border-box'));
  for (const [style, found] of [
    ['', []],
    ['z-index: 1', ['A / B']],
  ] as const) {
    await page.setContent(`<body style="margin: 0">${field(style)}${within}</body>`);
    expect(await overlaps(page)).toEqual(found);
  }
});

test('covered words are found, under a sign too, and within what stays', async ({ page }) => {
  const on = async (html: string): Promise<string[]> => {
    await page.setContent(`<body style="margin: 0">${html}</body>`);
    return (await textTroubles(page, [])).map((it) => it.replace(/ by .*/s, ''));
  };
  const words = '<p style="margin: 0; width: 100px">Words of ours, that are longer than one line</p>';
  const over = (style: string): string => `<div style="${at(0, 0, `width: 100px; ${style}`)}">x</div>`;
  const found = ['covered: Words of ours, that are longer than one line'];
  expect(await on(words)).toEqual([]);
  expect(await on(words + over('background: #fff'))).toEqual(found);
  // Its second line alone.
  expect(await on(words + over('top: 20px; height: 18px; background: #fff'))).toEqual(found);
  expect(await on(`${words}<svg style="${at(0, 0, 'width: 100px')}"><path d="M0 0H100V40H0z"/></svg>`)).toEqual(found);
  expect(await on(`<div style="position: sticky; top: 0">${words}${over('background: #fff')}</div>`)).toEqual(found);
  expect(await on(words + over('position: fixed; background: #fff'))).toEqual([]);
});

test('a word of another language is found within a sentence, and in what is only read out', async ({ page }) => {
  const catalogues = {
    ru: { one: 'Отложено до {time}', many: { one: '{n} заявка', other: '{n} заявки' }, model: 'Модель' },
    kk: { one: '{time} дейін кейінге қалдырылды', many: { other: '{n} өтінім' }, model: 'Модель' },
    en: { one: 'Snoozed until {time}', many: { one: '{n} lead', other: '{n} leads' }, model: 'Model' },
  };
  const on = async (language: keyof typeof catalogues, html: string): Promise<string[]> => {
    const { [language]: own, ...others } = catalogues;
    await page.setContent(html);
    return foreignWords(page, foreignOf(own, Object.values(others)), language !== 'en', ['Дана']);
  };
  expect(await on('ru', '<p>Отложено until 18:00</p>')).toEqual(['until: Отложено until 18:00']);
  expect(await on('ru', '<p>3 өтінім</p>')).toEqual(['өтінім: 3 өтінім']);
  expect(await on('kk', '<p>3 заявки</p>')).toEqual(['заявки: 3 заявки']);
  expect(await on('kk', '<button title="Модель: заявка"></button>')).toEqual(['title=заявка: Модель: заявка']);
  expect(await on('en', '<p>2 Модели</p>')).toEqual(['2 Модели']);
  expect(await on('en', '<p>Дана <b lang="ru">Модель</b> <i dir="auto">заявка</i> until/leads a@leads.kz</p>')).toEqual([]);
  expect(await on('kk', '<p>Модель</p><select><option lang="en">leads</option></select>')).toEqual([]);
});
