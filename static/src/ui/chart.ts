// What a chart says in words and signs, without a canvas.

export type Series = { name: string; values: readonly (number | null)[] };

/** A second sign beside the colour, for whoever cannot tell the colours apart. */
export const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 4, 2, 4], [1, 3], [12, 4]];
export const MARKERS = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross'] as const;
export const HUES = 6;

export type Extent = { min: number; max: number; last: number };
export function extentOf(values: Series['values']): Extent | null {
  const told = values.filter((it): it is number => it !== null);
  const last = told.at(-1);
  return last === undefined ? null : { min: Math.min(...told), max: Math.max(...told), last };
}

/** A line through values in a box of that size; a hole in the values is a hole in the line. */
export function sparkPath(values: Series['values'], width: number, height: number): string {
  const extent = extentOf(values);
  if (!extent) return '';
  const { min, max } = extent;
  const x = (i: number): number => (values.length < 2 ? width / 2 : (i / (values.length - 1)) * width);
  const y = (value: number): number => (max === min ? height / 2 : height - ((value - min) / (max - min)) * height);
  let open = false;
  return values
    .map((value, i) => {
      if (value === null) return ((open = false), '');
      const to = `${open ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}`;
      open = true;
      return to;
    })
    .join('');
}
