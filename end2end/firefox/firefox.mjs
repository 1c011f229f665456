// The one file and the site in Firefox: the main job with the simulator, and what Firefox said and asked for meanwhile.
// `script/firefox` calls it. Driven by WebDriver BiDi, which Firefox brings along.
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import puppeteer from 'puppeteer-core';
import { builtOrFail, dist, headersOf, host } from '../support/host.mjs';

const PAGES = ['connect', 'messages', 'wire', 'shadow', 'model', 'ota', 'gateway', 'cloud', 'settings'];
const NAME = 'uiot-testbench.html';
const PATIENCE = 30_000;

const built = builtOrFail(dist());
const faults = [];

/** One opened page: what is done with it, and what it said. */
class Sight {
  said = [];
  asked = [];

  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => message.type() === 'error' && this.said.push(message.text()));
    page.on('pageerror', (error) => this.said.push(String(error?.message ?? error)));
    page.on('request', (request) => this.asked.push(request.url()));
  }

  id(name) {
    return `[data-testid="${name}"]`;
  }

  async click(name) {
    await this.page.locator(this.id(name)).click();
  }

  async there(selector, text = '') {
    const found = (selector, text) => [...document.querySelectorAll(selector)].some((each) => each.checkVisibility() && each.textContent.includes(text));
    try {
      await this.page.waitForFunction(found, { polling: 100 }, selector, text);
    } catch {
      throw new Error(`${selector}${text ? ` with '${text}'` : ''} did not come`);
    }
  }

  /** Chooses of a native select, or of a group of options. */
  async choose(name, value) {
    const isSelect = await this.page.$eval(this.id(name), (element) => element.tagName === 'SELECT');
    if (isSelect) await this.page.select(this.id(name), value);
    else await this.page.locator(`${this.id(name)} [data-option="${value}"]`).click();
  }
}

/** Runs before the page's scripts: of an error in the console the protocol tells only that it is one. */
function inWords() {
  const real = console.error;
  console.error = (...said) => real(...said.map((each) => (each instanceof Error || each instanceof DOMException ? `${each}` : each)));
}

const attribute = (sight, name) => sight.page.$eval('html', (element, name) => element.getAttribute(name), name);

/** Each thing that a person does, in order; each ends when the page shows what came of it. */
const JOB = [
  ['the form is there', async (sight) => {
    await sight.there(sight.id('connect'));
    return `${await attribute(sight, 'data-delivery')} ${await attribute(sight, 'data-version')}`;
  }],
  ['the simulator is online', async (sight) => {
    await sight.click('try-simulator');
    await sight.there('[data-testid="message-row"][data-direction="in"]', 'post_reply');
  }],
  ['a message is published and acknowledged', async (sight) => {
    await sight.click('demo-running');
    await sight.choose('publish-format', 'json');
    await sight.page.locator(sight.id('publish-topic')).fill('/$system/simproduct000001/sim-device-01/tmodel/property/post');
    await sight.page.locator(sight.id('publish-payload')).fill('{"RequestID":"firefox","Property":{"temperature":{"Value":23.5}}}');
    await sight.click('publish');
    await sight.click('content-as');
    await sight.there('[data-testid="message-row"][data-direction="in"]', '"RequestID":"firefox","RetCode":0');
  }],
  ['the shadow is reported', async (sight) => {
    await sight.click('nav-shadow');
    await sight.click('shadow-add');
    await sight.page.locator(sight.id('shadow-key')).fill('bay_3');
    await sight.page.locator(sight.id('shadow-value')).fill('30');
    await sight.click('shadow-report');
    await sight.there(sight.id('shadow-row'));
  }],
  ['the thing model is fetched', async (sight) => {
    await sight.click('nav-model');
    await sight.click('model-fetch');
    await sight.there(sight.id('model-property'));
  }],
  ['the wire is shown', async (sight) => {
    await sight.click('nav-wire');
    await sight.there(sight.id('wire-row'));
  }],
  ['every page opens', async (sight) => {
    for (const page of PAGES) {
      await sight.click(`nav-${page}`);
      await sight.there(`${sight.id(`nav-${page}`)}[aria-current="page"]`);
    }
  }],
  ['both languages, and the theme, outlast a reload', async (sight) => {
    await sight.click('nav-settings');
    await sight.choose('settings-language', 'zh');
    await sight.choose('settings-theme', 'dark');
    await sight.page.reload();
    await sight.there('html[lang="zh-CN"][data-theme="dark"]');
    await sight.there(sight.id('nav-messages'), '消息');
    await sight.choose('settings-language', 'en');
    await sight.there('html[lang="en"]');
  }],
];

/** After one visit the site is there without its server. */
const OFFLINE = ['it opens without its server', async (sight, site) => {
  await sight.page.waitForFunction(() => navigator.serviceWorker.controller !== null, { polling: 100 });
  await site.stop();
  await sight.page.reload();
  await sight.there(sight.id('try-simulator') + ', ' + sight.id('nav-connect'));
}];

/** Goes through the job in a browser of its own. What may be asked for begins with `own`. */
async function look(title, url, own, job, site) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: process.env.FIREFOX ?? 'firefox', headless: true, protocolTimeout: 60_000 });
  try {
    console.log(`${title}, in ${await browser.version()}:`);
    const page = await browser.newPage();
    await page.setViewport({ width: 1440, height: 900 });
    const sight = new Sight(page);
    await page.evaluateOnNewDocument(inWords);
    await page.goto(url);
    for (const [what, act] of job) {
      const began = performance.now();
      try {
        const more = await act(sight, site);
        console.log(`   ok      ${what}${more ? ` (${more})` : ''}, ${Math.round(performance.now() - began)} ms`);
      } catch (error) {
        faults.push(`${title}: ${what}`);
        console.log(`   FAILED  ${what}: ${String(error?.message ?? error).split('\n')[0]}`);
        break;
      }
    }
    const foreign = sight.asked.filter((address) => !/^(blob|data):/.test(address) && !address.startsWith(own));
    if (foreign.length > 0) faults.push(`${title}: asked for ${foreign.join(', ')}`);
    if (sight.said.length > 0) faults.push(`${title}: ${sight.said.length} errors in the console`);
    console.log(`   asked for ${sight.asked.length} addresses, ${foreign.length} of them not its own`);
    for (const line of sight.said) console.log(`   console: ${line.split('\n')[0]}`);
  } finally {
    await browser.close();
  }
}

const folder = mkdtempSync(join(tmpdir(), 'uiot firefox 测试 #'));
const site = await host({ at: { '/tools/test bench/': built }, packed: 'beside', headers: headersOf(built) });
try {
  if (!existsSync(join(built, NAME))) throw new Error(`${join(built, NAME)} is missing. Run script/build first.`);
  const file = join(folder, NAME);
  copyFileSync(join(built, NAME), file);
  const address = pathToFileURL(file).href;
  await look('The one file', address, address, JOB);
  await look('The site', `${site.url}tools/test%20bench/`, site.url, existsSync(join(built, 'sw.js')) ? [...JOB, OFFLINE] : JOB, site);
} finally {
  await site.stop();
  rmSync(folder, { recursive: true, force: true });
}
if (faults.length > 0) {
  console.error(`error: ${faults.join('; ')}`);
  process.exitCode = 1;
}
