import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';
import { bootScript } from './build/boot-script.ts';

// The hosted customer chat (/c/{key}). Built after the console into the same folder.
export default defineConfig({
  plugins: [svelte(), bootScript()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: 'chat.html' },
  },
});
