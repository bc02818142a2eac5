import { defineConfig } from '@playwright/test';
import { launchOptions } from './e2e/support/chromium.mjs';

// Real browsers before a real hub (HUB_BIN or BASE_URL) or the stand-in. Nothing here is judged by a clock: the limits end what hangs.
const BEFORE_THE_STAND_IN = /(agent|agent-settings|leads|notices|screens)\.spec\.ts/;

export default defineConfig<object, { server: 'hub' | 'stand-in' }>({
  testDir: 'e2e',
  outputDir: 'node_modules/.cache/e2e',
  workers: Number(process.env.WORKERS ?? 1),
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  reportSlowTests: { max: 5, threshold: 60_000 },
  projects: [
    { name: 'stand-in', testMatch: BEFORE_THE_STAND_IN, use: { server: 'stand-in' } },
    { name: 'hub', testMatch: '*.spec.ts', testIgnore: BEFORE_THE_STAND_IN, use: { server: 'hub' } },
  ],
  use: {
    launchOptions,
    locale: 'ru-RU',
    viewport: { width: 1366, height: 820 },
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
  },
});
