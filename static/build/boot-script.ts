import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/**
 * The theme must be set before the first paint, and the page's CSP forbids inline scripts. A module script runs too late,
 * so this one is a plain file, hashed like every other asset, put first in <head>.
 */
export function bootScript(): Plugin {
  const file = fileURLToPath(new URL('../src/boot/theme.js', import.meta.url));
  let serving = false;
  let name = '';
  return {
    name: 'boot-script',
    configResolved(config) {
      serving = config.command === 'serve';
    },
    buildStart() {
      if (serving) return;
      const source = readFileSync(file, 'utf8');
      name = `assets/theme-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`;
      this.emitFile({ type: 'asset', fileName: name, source });
    },
    transformIndexHtml: {
      order: 'post',
      handler: () => [{ tag: 'script', attrs: { src: serving ? '/src/boot/theme.js' : `/${name}` }, injectTo: 'head-prepend' }],
    },
  };
}
