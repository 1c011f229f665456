// Looks for a secret wherever it could leak: the DOM, the address, the browser's storage, requests and the console.
import type { Page } from '@playwright/test';

const forms = (secret: string): string[] => {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  return [
    secret,
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, ''),
    hex,
    hex.toUpperCase(),
    hex.replace(/..(?=.)/g, '$& '),
  ];
};

/** Where the page shows `secret`, in clear or encoded. The live value of an input is not looked at: it has to be there. */
export async function leaksInPage(page: Page, secret: string): Promise<string[]> {
  return page.evaluate((needles) => {
    const found: string[] = [];
    const look = (where: string, text: string | null): void => {
      if (text && needles.some((needle) => text.includes(needle))) found.push(where);
    };
    const walk = (root: ParentNode): void => {
      for (const element of root.querySelectorAll('*')) {
        const name = element.getAttribute('data-testid') ?? element.tagName.toLowerCase();
        for (const attribute of element.attributes) look(`attribute ${attribute.name} of ${name}`, attribute.value);
        for (const child of element.childNodes) if (child.nodeType !== Node.ELEMENT_NODE) look(`text of ${name}`, child.nodeValue);
        if (element.shadowRoot) walk(element.shadowRoot);
        if (element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && element.type !== 'password')) {
          look(`value of ${name}`, element.value);
        }
      }
    };
    walk(document);
    // Bytes that are split over elements are still bytes on the screen.
    look('text of the page', document.body.innerText);
    look('address', location.href);
    look('title', document.title);
    return [...new Set(found)];
  }, forms(secret));
}

/** The keys of the browser's storage whose value holds `secret`, in clear or encoded. */
export async function leaksInStorage(page: Page, secret: string): Promise<string[]> {
  return page.evaluate(async (needles) => {
    const found: string[] = [];
    for (const [name, storage] of [
      ['localStorage', localStorage],
      ['sessionStorage', sessionStorage],
    ] as const) {
      for (const [key, value] of Object.entries(storage)) {
        if (needles.some((needle) => key.includes(needle) || String(value).includes(needle))) found.push(`${name} ${key}`);
      }
    }
    if (needles.some((needle) => document.cookie.includes(needle))) found.push('cookie');
    for (const database of await indexedDB.databases()) found.push(`an unexpected database ${database.name ?? ''}`);
    for (const name of await caches.keys()) {
      // The service worker keeps the files of the site there, and nothing else.
      if (!name.startsWith('uiot-testbench / ')) found.push(`an unexpected cache ${name}`);
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const body = /\.wasm$/.test(request.url) ? '' : await (await cache.match(request))?.text();
        if (needles.some((needle) => request.url.includes(needle) || body?.includes(needle))) found.push(`cache ${name}: ${request.url}`);
      }
    }
    return found;
  }, forms(secret));
}
