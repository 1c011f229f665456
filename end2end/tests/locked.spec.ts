// The page's policy from within: whatever got in, were there a way in, could load, run or make nothing. The rules stand in
// delivery/src/headers.rs, the one policy of Trusted Types in the first script of index.html.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from '../support/test';

// The browser says on the console what it refused.
test.use({ consoleAllowed: [/Content Security Policy|'Trusted|Trusted ?Type|Markup was refused|Failed to load resource|Refused to/i] });

declare global {
  interface Window {
    ran?: number;
  }
}

/**
 * Runs `act` as a script of the page would, from a timer: what Playwright runs itself is exempt from the policy. Says
 * `allowed`, or the name of what was thrown.
 */
async function tried(page: Page, act: () => unknown): Promise<string> {
  return page.evaluate(
    (source) =>
      new Promise<string>((done) => {
        // Made here, where it is allowed, and run later, where it is not.
        const act = (0, eval)(`(${source})`) as () => unknown;
        setTimeout(() => {
          try {
            Promise.resolve(act()).then(
              () => done('allowed'),
              (error: Error) => done(error.name),
            );
          } catch (error) {
            done((error as Error).name);
          }
        }, 0);
      }),
    act.toString(),
  );
}

const REFUSED: [string, () => unknown][] = [
  ['eval', () => (0, eval)('window.ran = 1')],
  ['a function made from text', () => new Function('window.ran = 1')()],
  ['a script with an address', () => (document.createElement('script').src = 'https://127.0.0.1/x.js')],
  ['a script with a text', () => (document.createElement('script').text = 'window.ran = 1')],
  ['a worker from data', () => new Worker('data:text/javascript,1')],
  ['a worker from a file', () => new Worker(new URL('other.js', location.href))],
  ['another service worker', () => navigator.serviceWorker.register('other.js')],
  ['a handler as an attribute', () => document.body.setAttribute('onclick', 'window.ran = 1')],
  ['a policy of its own', () => (window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => void } }).trustedTypes.createPolicy('own', {})],
];

for (const [name, act] of REFUSED) {
  test(`refused: ${name}`, async ({ app, page }) => {
    await app.open();
    const outcome = await tried(page, act);
    expect(outcome).not.toBe('allowed');
    expect(await page.evaluate(() => window.ran)).toBeUndefined();
  });
}

test('markup with more than plain tags becomes text, in every place', async ({ app, page }) => {
  await app.open();
  const attacks = [
    '<img src=x onerror="window.ran=1">',
    '<b onclick="window.ran=1">x</b>',
    '<a href="javascript:window.ran=1">x</a>',
    '<svg><script>window.ran=1</script></svg>',
    '<svg><use href="data:image/svg+xml,x#y"></use></svg>',
    '<style>*{display:none}</style>',
    '<p style="position:fixed">x</p>',
    '<form action="https://127.0.0.1/"><button>x</button></form>',
    '<b class="x" / onclick=window.ran=1>x</b>',
    '<!--><img src=x onerror=window.ran=1>',
    '<b title="a"onclick="window.ran=1">x</b>',
    '<iframe srcdoc="x"></iframe><meta http-equiv="refresh" content="0;url=https://127.0.0.1/"><base href="https://127.0.0.1/">',
  ];
  const left = await page.evaluate((attacks) => {
    const place = document.createElement('div');
    document.body.append(place);
    return attacks.map((attack) => {
      place.innerHTML = attack;
      return [place.childElementCount, place.textContent] as const;
    });
  }, attacks);
  expect(left).toEqual(attacks.map((attack) => [0, attack]));
  const kept = await page.evaluate(() => {
    const place = document.createElement('div');
    place.innerHTML = '<span class="a" aria-hidden="true">1 &lt; 2</span><a href="#/wire">x</a><svg viewBox="0 0 1 1"><path d="M0 0" stroke-width="2"/></svg>';
    return [place.querySelectorAll('*').length, place.textContent] as const;
  });
  expect(kept).toEqual([4, '1 < 2x']);
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
});

test('an address that is a script does nothing when it is followed', async ({ app, page }) => {
  await app.open();
  await page.evaluate(() => {
    const link = document.createElement('a');
    link.href = 'javascript:void (window.ran = 1)';
    document.body.append(link);
    link.click();
  });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
});

test('nothing of another host is asked for, whatever stands in the page', async ({ app, page }) => {
  const asked: string[] = [];
  const other = createServer((request, answer) => {
    asked.push(request.url ?? '');
    answer.end();
  });
  await new Promise<void>((done) => other.listen(0, '127.0.0.1', done));
  try {
    await app.open();
    await page.evaluate(async (host) => {
      const put = (tag: string, attributes: Record<string, string>, text = ''): void => {
        const element = document.createElement(tag);
        element.textContent = text;
        // Some of them are refused as soon as they are set.
        for (const [name, value] of Object.entries(attributes)) {
          try {
            element.setAttribute(name, value);
          } catch {
            element.setAttribute('title', value);
          }
        }
        document.body.append(element);
      };
      put('img', { src: `${host}/x.png` });
      put('link', { rel: 'stylesheet', href: `${host}/x.css` });
      // Not a prefetch: browsers judge it by the widest directive, and brokers may be anywhere. The policy for markup keeps links out.
      put('iframe', { src: `${host}/` });
      put('object', { data: `${host}/` });
      put('embed', { src: `${host}/` });
      put('video', { src: `${host}/x.mp4` });
      put('style', {}, `@import url(${host}/y.css); body { background: url(${host}/y.png) }`);
      document.body.setAttribute('style', `background: url(${host}/z.png)`);
      await new Promise((done) => setTimeout(done, 300));
    }, `http://127.0.0.1:${(other.address() as AddressInfo).port}`);
    expect(asked).toEqual([]);
  } finally {
    other.closeAllConnections();
    other.close();
  }
});

test('a frame with a page written into it runs nothing', async ({ app, page }) => {
  await app.open();
  await page.evaluate(async () => {
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script>parent.ran = 1</script>';
    document.body.append(frame);
    await new Promise((done) => setTimeout(done, 200));
  });
  expect(await page.evaluate(() => window.ran)).toBeUndefined();
});

test('the page carries its policy itself, and nothing inline', async ({ site }) => {
  const page = await (await fetch(site.url)).text();
  expect(page).toMatch(/<meta http-equiv="?content-security-policy"? content="default-src 'none'; /i);
  expect(page).not.toMatch(/\sstyle=|\son[a-z]+=|<script>|<script [^>]*>[^<]|<style/i);
});
