import { numberLocale } from '../lib/numbers';

export type PluralText = { one?: string; few?: string; many?: string; other: string };
export type Text = string | PluralText;
/** The same words in another language. */
export type Like<T> = Record<keyof T, Text>;
export type Params = Record<string, string | number>;

const rules = new Map<string, Intl.PluralRules>();

/** Fills {name} places; a plural text is chosen by the parameter `n`. */
export function format(locale: string, text: Text, params: Params = {}): string {
  let chosen: string;
  if (typeof text === 'string') {
    chosen = text;
  } else {
    let rule = rules.get(locale);
    if (!rule) rules.set(locale, (rule = new Intl.PluralRules(locale)));
    const category = rule.select(Number(params.n ?? 0)) as keyof PluralText;
    chosen = text[category] ?? text.other;
  }
  return chosen.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    if (value === undefined) return place;
    return typeof value === 'number' ? new Intl.NumberFormat(numberLocale(locale)).format(value) : value;
  });
}
