import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hueOf, initials } from './avatar';

const css = readFileSync('src/app.css', 'utf8');
const dark = css.slice(css.indexOf("[data-theme='dark']"));
const light = css.slice(0, css.indexOf("[data-theme='dark']"));
const token = (theme: string, name: string): [number, number] => {
  const found = new RegExp(`--${name}: ([\\d.]+) ([\\d.]+);`).exec(theme);
  return [Number(found?.[1]), Number(found?.[2])];
};

/** Relative luminance of an oklch colour, cut to what a screen has. */
function luminance(l: number, c: number, hue: number): number {
  const [a, b] = [c * Math.cos((hue * Math.PI) / 180), c * Math.sin((hue * Math.PI) / 180)];
  const x = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const y = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const z = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const cut = (it: number): number => Math.min(1, Math.max(0, it));
  return (
    0.2126 * cut(4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z) +
    0.7152 * cut(-1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z) +
    0.0722 * cut(-0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z)
  );
}

it.each([
  ['light', light],
  ['dark', dark],
])('can be read in every colour of the %s theme', (_, theme) => {
  for (let hue = 0; hue < 360; hue += 30) {
    const [one, two] = [luminance(...token(theme, 'avatar'), hue), luminance(...token(theme, 'avatar-fg'), hue)];
    expect((Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05), String(hue)).toBeGreaterThanOrEqual(4.5);
  }
});

it('gives a person one colour for ever, and neighbours different ones', () => {
  expect(hueOf(42)).toBe(hueOf('42'));
  const hues = Array.from({ length: 60 }, (_, id) => hueOf(id));
  expect(new Set(hues).size).toBe(12);
  expect(hues.filter((it, i) => it === hues[i + 1]).length).toBeLessThan(10);
});

it('takes the letters of first and last name, in any script', () => {
  expect(['Айгерим Нурланова', 'дана', 'ТОО «Альфа»', 'Клиент 42', '  Anna  Maria  Silva ', '…', ''].map(initials)).toEqual([
    'АН',
    'Д',
    'ТА',
    'К4',
    'AS',
    '',
    '',
  ]);
});
