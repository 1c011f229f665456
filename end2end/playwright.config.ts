import { defineConfig } from '@playwright/test';
import { flags, quickest } from './support/browser';

export default defineConfig({
  testDir: './tests',
  outputDir: './results/artefacts',
  // Each test has its own page, broker and ports. On two cores three at a time take a sixth less than two; those that
  // measure have room for that in their limits.
  workers: 3,
  fullyParallel: false,
  // A machine that stands still for seconds is no fault of the page. What passed only at the second try is named at the end.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: Boolean(process.env.CI),
  timeout: 30_000,
  expect: { timeout: 7_000 },
  reporter: [['list'], ['./support/summary.ts'], ['json', { outputFile: './results/report.json' }]],
  use: {
    browserName: 'chromium',
    headless: true,
    locale: 'en-US',
    timezoneId: 'Asia/Shanghai',
    colorScheme: 'light',
    viewport: { width: 1440, height: 900 },
    actionTimeout: 7_000,
    navigationTimeout: 15_000,
    screenshot: 'only-on-failure',
    trace: process.env.TRACE ? 'retain-on-failure' : 'off',
    launchOptions: { executablePath: quickest(), args: flags },
  },
});
