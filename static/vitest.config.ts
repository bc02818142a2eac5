import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';
import { icons } from './build/icons.ts';

export default defineConfig({
  plugins: [icons(), svelte(), svelteTesting()],
  test: {
    environment: 'jsdom',
    setupFiles: ['src/i18n/all-words.ts', 'src/ui/patience.ts'],
    testTimeout: 30_000,
    include: ['src/**/*.test.ts'],
  },
});
