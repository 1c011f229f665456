import { defineConfig } from '@playwright/test';
import { chromium, flags } from './support/browser';

export default defineConfig({
  testDir: './tests',
  outputDir: './results/artefacts',
  // Most tests wait for most of their time. Each has its own page, broker and ports; more than two at a time would
  // disturb those that measure, on a machine of two cores.
  workers: 2,
  fullyParallel: false,
  retries: 0,
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
    launchOptions: { executablePath: chromium(), args: flags },
  },
});
