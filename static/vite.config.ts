import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { apiDocs } from './build/api-docs.ts';
import { bootScript } from './build/boot-script.ts';

// The operators' console. The hosted customer chat has its own config, so that its bundle stays tiny.
export default defineConfig({
  plugins: [tailwindcss(), svelte(), bootScript(), apiDocs()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // The page's CSP allows data: for images only; a font or script must stay a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
