// '/leads/:id(int)?', the path of a route, as a type and as a way to read and write addresses. Nothing here knows a page.
type Segment<S extends string> = S extends `:${infer N}(int)?`
  ? { [K in N]?: number }
  : S extends `:${infer N}(int)`
    ? { [K in N]: number }
    : S extends `:${infer N}?`
      ? { [K in N]?: string }
      : S extends `:${infer N}`
        ? { [K in N]: string }
        : unknown;
/** What stands in a path: `:name` is small letters, `:name(int)` a number, `?` behind it = may be missing with all that follows. */
export type ParamsOf<P extends string> = P extends `${infer Head}/${infer Rest}` ? Segment<Head> & ParamsOf<Rest> : Segment<P>;
export type AnyParams = Record<string, string | number | undefined>;

type Part = { text: string } | { name: string; int: boolean; optional: boolean };
export type Pattern = { parts: Part[]; test: RegExp; names: { name: string; int: boolean }[] };

export function compile(path: string): Pattern {
  const parts = path
    .split('/')
    .filter(Boolean)
    .map((it): Part => {
      const found = /^:(\w+)(\(int\))?(\?)?$/.exec(it);
      return found ? { name: found[1]!, int: !!found[2], optional: !!found[3] } : { text: it };
    });
  const source = parts.reduceRight((rest, it) => {
    if ('text' in it) return `/${it.text}${rest}`;
    const own = `/(${it.int ? '\\d+' : '[a-z]+'})${rest}`;
    return it.optional ? `(?:${own})?` : own;
  }, '');
  return { parts, test: new RegExp(`^${source}/?$`), names: parts.filter((it) => 'name' in it) };
}

export function read(pattern: Pattern, path: string): AnyParams | null {
  const found = pattern.test.exec(path);
  if (!found) return null;
  const params: AnyParams = {};
  pattern.names.forEach(({ name, int }, i) => {
    const text = found[i + 1];
    if (text !== undefined) params[name] = int ? Number(text) : text;
  });
  return params;
}

export function write(pattern: Pattern, params: AnyParams = {}): string {
  let path = '';
  for (const it of pattern.parts) {
    if ('text' in it) path += `/${it.text}`;
    else if (params[it.name] === undefined) break;
    else path += `/${params[it.name]}`;
  }
  return path || '/';
}
