import { defineConfig } from '@playwright/test';
import { launchOptions } from './e2e/support/chromium.mjs';

// Real browsers before a real hub (HUB_BIN or BASE_URL) or the stand-in. Nothing here is judged by a clock: the limits end what hangs.
export default defineConfig({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'node_modules/.cache/e2e',
  workers: Number(process.env.WORKERS ?? 1),
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  reportSlowTests: { max: 5, threshold: 60_000 },
  use: {
    launchOptions,
    locale: 'ru-RU',
    viewport: { width: 1366, height: 820 },
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
  },
});
