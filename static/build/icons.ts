import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

/**
 * `import inbox from 'icon:inbox'` is the outline of one Lucide icon as the `d` of a single path: an icon then costs its outline on the
 * wire and one element on the page, and what no page names is in no bundle. The package's own components draw each part as an element
 * of its own, with a wrapper around every icon.
 */
export function icons(): Plugin {
  const folder = join(dirname(createRequire(import.meta.url).resolve('@lucide/svelte/icons/x')), '.');
  return {
    name: 'icons',
    resolveId: (id) => (id.startsWith('icon:') ? `\0${id}` : undefined),
    load(id) {
      if (!id.startsWith('\0icon:')) return;
      const source = readFileSync(join(folder, `${id.slice('\0icon:'.length)}.svelte`), 'utf8');
      const nodes = /"node": (\[.*?\]\s*\])(?:,| \};)/s.exec(source)?.[1];
      if (!nodes) this.error(`no outline in ${id.slice(1)}`);
      return `export default ${JSON.stringify(outline(JSON.parse(nodes) as Part[]))};`;
    },
  };
}

export type Part = [tag: string, attributes: Record<string, string>];

/** All parts of an icon as one path. */
export const outline = (parts: Part[]): string => parts.map(([tag, it]) => asPath(tag, it)).join('');

function asPath(tag: string, it: Record<string, string>): string {
  const n = (name: string): number => Number(it[name] ?? 0);
  switch (tag) {
    case 'path':
      return standing(it.d ?? '');
    case 'line':
      return `M${n('x1')} ${n('y1')}L${n('x2')} ${n('y2')}`;
    case 'polyline':
      return `M${it.points}`;
    case 'polygon':
      return `M${it.points}z`;
    case 'circle':
      return round(n('cx'), n('cy'), n('r'), n('r'));
    case 'ellipse':
      return round(n('cx'), n('cy'), n('rx'), n('ry'));
    case 'rect':
      return box(n('x'), n('y'), n('width'), n('height'), Number(it.rx ?? it.ry ?? 0));
    default:
      throw new Error(`an icon made of <${tag}>`);
  }
}

/** A path that begins with a relative step means something else behind another one: its first step is made absolute. */
function standing(d: string): string {
  const begin = /^m\s*(-?[\d.]+)[\s,]*(-?(?:\d+\.?\d*|\.\d+))\s*/.exec(d);
  if (!begin) return d;
  const rest = d.slice(begin[0].length);
  return `M${begin[1]} ${begin[2]}${/^[-\d.]/.test(rest) ? 'l' : ''}${rest}`;
}

const round = (x: number, y: number, rx: number, ry: number): string =>
  `M${x - rx} ${y}a${rx} ${ry} 0 1 0 ${2 * rx} 0a${rx} ${ry} 0 1 0 ${-2 * rx} 0`;

function box(x: number, y: number, width: number, height: number, r: number): string {
  const corner = (dx: number, dy: number): string => (r ? `a${r} ${r} 0 0 1 ${dx} ${dy}` : '');
  const across = width - 2 * r;
  const down = height - 2 * r;
  return `M${x + r} ${y}h${across}${corner(r, r)}v${down}${corner(-r, r)}h${-across}${corner(-r, -r)}v${-down}${corner(r, -r)}z`;
}
