// A field's key is for programs: Latin, made out of the words people see, until somebody writes their own.
const LETTERS: Record<string, string> = {
  а: 'a',
  ә: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ғ: 'g',
  д: 'd',
  е: 'e',
  ё: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  қ: 'q',
  л: 'l',
  м: 'm',
  н: 'n',
  ң: 'n',
  о: 'o',
  ө: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ұ: 'u',
  ү: 'u',
  ф: 'f',
  х: 'h',
  һ: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sch',
  ъ: '',
  ы: 'y',
  і: 'i',
  ь: '',
  э: 'e',
  ю: 'yu',
  я: 'ya',
};
/** What a lead has a place of its own for. */
const OWN: [RegExp, string][] = [
  [/город|қала|city/i, 'city'],
  [/площад|аудан|area/i, 'area'],
  [/объект|нысан|object/i, 'object_type'],
  [/телефон|phone/i, 'phone'],
  [/^(имя|аты|name)/i, 'name'],
];

export function keyFor(label: string, taken: readonly string[]): string {
  const own = OWN.find(([pattern, key]) => pattern.test(label) && !taken.includes(key))?.[1];
  if (own) return own;
  const latin = [...label.trim().toLowerCase()].map((it) => LETTERS[it] ?? it).join('');
  const base =
    latin
      .replace(/[^a-z0-9]+/g, '_')
      .replace(/^[^a-z]+|_+$/g, '')
      .slice(0, 36) || 'field';
  for (let n = 1; ; n++) {
    const key = n === 1 ? base : `${base}_${n}`;
    if (!taken.includes(key)) return key;
  }
}
