// What a page is narrowed to stands in its address: it survives a reload, can be sent to somebody, and the back button undoes it.

/** How one value stands in an address. What cannot be read there is as good as not there. */
export type Field<T> = { usual: T; parse: (text: string) => T | undefined; print: (value: T) => string };
export type QuerySpec<T> = { [K in keyof T]: Field<T[K]> };

export const oneOf = <T extends string>(values: readonly T[], usual: NoInfer<T>): Field<T> => ({
  usual,
  parse: (text) => values.find((it) => it === text),
  print: (value) => value,
});
export const words: Field<string> = { usual: '', parse: (text) => text, print: (value) => value };
/** A number, or one of some words. */
export const numberOr = <T extends string>(values: readonly T[], usual: NoInfer<T>): Field<T | number> => ({
  usual,
  parse: (text) => (/^\d{1,15}$/.test(text) ? Number(text) : values.find((it) => it === text)),
  print: String,
});

const fieldsOf = <T extends object>(spec: QuerySpec<T>): [keyof T & string, Field<T[keyof T]>][] =>
  Object.entries(spec) as [keyof T & string, Field<T[keyof T]>][];

export function parseQuery<T extends object>(spec: QuerySpec<T>, search: string): T {
  const given = new URLSearchParams(search);
  const read = ([name, field]: [string, Field<T[keyof T]>]): [string, unknown] => {
    const text = given.get(name);
    return [name, (text === null ? undefined : field.parse(text)) ?? field.usual];
  };
  return Object.fromEntries(fieldsOf(spec).map(read)) as T;
}

/** Whether an address says anything of this. */
export function saysAny<T extends object>(spec: QuerySpec<T>, search: string): boolean {
  const given = new URLSearchParams(search);
  return fieldsOf(spec).some(([name]) => given.has(name));
}

/** All as usual, and said so: the first of them in full. */
export function printUsual<T extends object>(spec: QuerySpec<T>): string {
  const [[name, field]] = fieldsOf(spec) as unknown as [[string, Field<T[keyof T]>]];
  return `?${new URLSearchParams({ [name]: field.print(field.usual) })}`;
}

/** '?status=new', or nothing: what is as usual is left out, and what this page does not know is not kept. */
export function printQuery<T extends object>(spec: QuerySpec<T>, values: Partial<T>): string {
  const query = new URLSearchParams();
  for (const [name, field] of fieldsOf(spec)) {
    const value = values[name];
    if (value !== undefined && value !== field.usual) query.set(name, field.print(value));
  }
  const text = query.toString();
  return text && `?${text}`;
}
