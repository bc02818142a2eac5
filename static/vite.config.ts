import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { apiDocs } from './build/api-docs.ts';
import { bootScript } from './build/boot-script.ts';
import { icons } from './build/icons.ts';

// `npm run dev`: pages as they are written, everything else from a hub that runs (HUB=…, started with PUBLIC_URL of this server).
const hub = process.env.HUB ?? 'http://127.0.0.1:8000';
const proxy = {
  '^/(api|c|docs|redoc|health|metrics|(openapi|asyncapi).json)(/|\\?|$)': { target: hub },
  '/ws': { target: hub, ws: true },
};

/** Words are named by language and part (`kk-inbox`), as six files of the name "inbox" say little. */
function chunkFileNames({ facadeModuleId }: { facadeModuleId: string | null }): string {
  const [, language, part] = /\/i18n\/(\w+)\/(\w+)\.ts$/.exec(facadeModuleId ?? '') ?? [];
  return `assets/${language ? `${language}-${part}` : '[name]'}-[hash].js`;
}

// The operators' console. The hosted customer chat has its own config, so that its bundle stays tiny.
export default defineConfig({
  plugins: [tailwindcss(), icons(), svelte(), bootScript(), apiDocs()],
  server: { host: '127.0.0.1', proxy },
  preview: { host: '127.0.0.1', proxy },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's CSP allows data: for images only; a font or script must stay a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { output: { chunkFileNames } },
  },
});
