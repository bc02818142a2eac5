import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { apiDocs } from './build/api-docs.ts';
import { bootScript } from './build/boot-script.ts';
import { chunkFileNames, shared } from './build/chunks.ts';
import { icons } from './build/icons.ts';

// `npm run dev`: pages as they are written, everything else from a hub that runs (HUB=…, started with PUBLIC_URL of this server).
const hub = process.env.HUB ?? 'http://127.0.0.1:8000';
const proxy = {
  '^/(api|c|docs|redoc|health|metrics|(openapi|asyncapi).json)(/|\\?|$)': { target: hub },
  '/ws': { target: hub, ws: true },
};

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
    // A page's own styles are a few lines: one file has them all.
    cssCodeSplit: false,
    rollupOptions: {
      output: {
        chunkFileNames,
        codeSplitting: {
          groups: [
            { name: 'core', tags: ['$initial'] },
            { name: shared, debugName: 'shared', minShareCount: 2 },
            // What three of the other pages share.
            { name: 'pages', test: /\/src\/(?!i18n)/, minShareCount: 3 },
          ],
        },
      },
    },
  },
});
