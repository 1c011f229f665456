// Lighthouse on the built site: each page at desk and at phone, on a fresh visit. Accessibility and best practices must
// be 100; the other scores are told. `script/audit` says how to call it.
import { createServer } from 'node:net';
import { chromium } from '@playwright/test';
import lighthouse, { desktopConfig } from 'lighthouse';
import { builtOrFail, dist, headersOf, host } from '../support/host.mjs';

const PAGES = process.argv.length > 2 ? process.argv.slice(2) : ['connect', 'messages', 'wire', 'settings'];
const FORMS = { desktop: desktopConfig, phone: undefined };
const MUST_BE_WHOLE = ['accessibility', 'best-practices'];

/** A port that is free now. */
const freePort = () =>
  new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail).listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });

/** What an audit says of an element, in one line. */
function where(item) {
  const node = item.node ?? item.subItems?.items?.[0]?.relatedNode;
  if (node) return `${node.selector} — ${(node.explanation ?? node.snippet ?? '').replace(/\s+/g, ' ').slice(0, 200)}`;
  return JSON.stringify(item).slice(0, 240);
}

/** The audits of a category that took points, with what they name. */
function faults(report, category) {
  return category.auditRefs
    .map(({ id, weight }) => ({ id, weight, audit: report.audits[id] }))
    .filter(({ weight, audit }) => weight > 0 && audit.score !== null && audit.score < 1)
    .map(({ id, audit }) => {
      const items = (audit.details?.items ?? []).slice(0, 8).map((item) => `        ${where(item)}`);
      return [`      ${id}: ${audit.title}${audit.displayValue ? ` (${audit.displayValue})` : ''}`, ...items].join('\n');
    });
}

const site = await serve(process.env.SITE_DIST);
const port = await freePort();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-background-networking', `--remote-debugging-port=${port}`],
});
const short = [];
try {
  for (const page of PAGES) {
    for (const [form, config] of Object.entries(FORMS)) {
      const url = `${site.url}#/${page}`;
      const result = await lighthouse(url, { port, logLevel: 'error', output: 'json' }, config);
      const report = result?.lhr;
      if (!report || report.runtimeError) throw new Error(`${url}: ${report?.runtimeError?.message ?? 'no report'}`);
      const categories = Object.values(report.categories);
      const scores = categories.map(({ title, score }) => `${title} ${score === null ? '—' : Math.round(score * 100)}`);
      console.log(`#/${page}, ${form}: ${scores.join(', ')}`);
      for (const category of categories) {
        const found = faults(report, category);
        if (found.length > 0) console.log([`   ${category.title}`, ...found].join('\n'));
        if (MUST_BE_WHOLE.includes(category.id) && category.score !== 1) short.push(`#/${page}, ${form}: ${category.title}`);
      }
    }
  }
} finally {
  await browser.close();
  await site.stop();
}
if (short.length > 0) {
  console.error(`below 100: ${short.join('; ')}`);
  process.exitCode = 1;
} else {
  console.log(`accessibility and best practices are 100 on ${PAGES.length} pages, at desk and at phone`);
}
