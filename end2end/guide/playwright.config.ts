// Makes the pictures of the user guide: no tests, so they stand outside the suite. Called by script/guide-pictures.
import { defineConfig } from '@playwright/test';
import base from '../playwright.config';

export default defineConfig({
  ...base,
  testDir: '.',
  outputDir: '../results/guide',
  workers: 1,
  timeout: 90_000,
  reporter: [['list']],
  use: { ...base.use, viewport: { width: 1_200, height: 760 }, screenshot: 'off' },
  projects: [
    { name: 'zh', use: { locale: 'zh-CN' } },
    { name: 'en', use: { locale: 'en-US' } },
  ],
});
