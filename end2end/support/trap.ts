// A trap for whatever hostile content may bring about: a script that runs, an element or an attribute made of it, a request, a
// navigation, a window, a dialog, a file, a changed prototype.
import { expect } from '@playwright/test';
import type { App } from './app';

interface Caught {
  caught: string[];
  armed: boolean;
}

/** Runs in the page before anything else. */
function lay(): void {
  const state: Caught = { caught: [], armed: false };
  const note = (what: string): void => {
    if (state.caught.length < 50) state.caught.push(what.slice(0, 300));
  };
  Object.defineProperty(window, '__trap', { value: state });
  // What the payloads of the corpus call.
  Object.defineProperty(window, '__pwned', {
    get: () => {
      note(`script: ${new Error().stack ?? ''}`);
      return () => undefined;
    },
    set: () => note('script: __pwned was set'),
  });
  for (const name of ['alert', 'confirm', 'prompt', 'print', 'open'] as const) {
    Object.defineProperty(window, name, { value: () => note(`window.${name}`) });
  }
  // Neither of these has a place in the page once it runs.
  const never = new Set(
    ('script iframe frame frameset object embed applet base meta link style img picture source video audio track marquee math ' +
      'portal foreignobject animate animatetransform set image feimage noscript textpath plaintext xmp').split(' '),
  );
  const address = /^[\s\u0000-\u0020]*(javascript|data|vbscript|file|https?):/i;
  const look = (element: Element): void => {
    const name = element.localName.toLowerCase();
    if (never.has(name)) note(`element: ${element.outerHTML}`);
    for (const attribute of element.attributes) {
      const key = attribute.localName.toLowerCase();
      if (/^on/.test(key) || ['srcdoc', 'formaction', 'srcset', 'ping'].includes(key)) note(`attribute: ${key}=${attribute.value}`);
      if (['href', 'src', 'action', 'data'].includes(key) && address.test(attribute.value)) {
        note(`address: ${element.localName} ${key}=${attribute.value}`);
      }
      if (key === 'style' && /url\(|expression|@import|fixed/i.test(attribute.value)) note(`style: ${attribute.value}`);
    }
  };
  const observer = new MutationObserver((changes) => {
    if (!state.armed) return;
    for (const change of changes) {
      if (change.type === 'attributes') look(change.target as Element);
      for (const node of change.addedNodes) {
        if (!(node instanceof Element)) continue;
        look(node);
        for (const inner of node.querySelectorAll('*')) look(inner);
      }
    }
  });
  observer.observe(document, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['href', 'src', 'srcdoc', 'style', 'action', 'formaction', 'onclick', 'onerror', 'onload', 'onfocus', 'data'],
  });
}

export class Trap {
  private readonly caught: string[] = [];
  private readonly files: string[] = [];
  private expectedFiles = 0;

  private constructor(private readonly app: App) {}

  /** Lays the trap, for all documents that the page loads from now on. */
  static async lay(app: App): Promise<Trap> {
    const trap = new Trap(app);
    const { page, site } = app;
    page.on('dialog', (dialog) => {
      trap.caught.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('popup', (popup) => trap.caught.push(`window: ${popup.url()}`));
    page.on('crash', () => trap.caught.push('the page crashed'));
    page.on('frameattached', () => trap.caught.push('a frame'));
    page.on('framenavigated', (frame) => {
      if (!frame.url().startsWith(site.url) && frame.url() !== 'about:blank') trap.caught.push(`navigation: ${frame.url()}`);
    });
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(site.url) && !url.startsWith('blob:')) trap.caught.push(`request: ${url}`);
    });
    page.on('download', (download) => trap.files.push(download.suggestedFilename()));
    // An element that loads something relative would ask our own server, in vain.
    page.on('response', (response) => {
      if (response.status() >= 400 && !response.url().endsWith('/favicon.ico')) trap.caught.push(`asked for ${response.url()}`);
    });
    await page.addInitScript(lay);
    return trap;
  }

  /** From now on elements are looked at: the page has its own. */
  async arm(): Promise<void> {
    await this.app.page.evaluate(() => ((window as unknown as { __trap: Caught }).__trap.armed = true));
  }

  /** A file that the test asked for. */
  expectFile(): void {
    this.expectedFiles += 1;
  }

  /** Nothing was caught so far. */
  async expectNothing(what: string): Promise<void> {
    const inPage = await this.app.page.evaluate(() => {
      const { caught } = (window as unknown as { __trap: Caught }).__trap;
      const found = [...caught];
      if ('polluted' in {} || 'polluted' in Object || 'polluted' in []) found.push('a prototype was changed');
      const strangers = Object.keys(Object.prototype);
      if (strangers.length > 0) found.push(`Object.prototype has ${strangers.join()}`);
      if (document.querySelector('base, iframe, object, embed, img, form[action]')) found.push('an element that the page does not have');
      return found;
    });
    expect([...this.caught, ...inPage], what).toEqual([]);
    expect(this.files.length, `files after ${what}: ${this.files.join()}`).toBe(this.expectedFiles);
    for (const name of this.files) expect(name, 'the name of a file').toMatch(/^[\p{L}\p{N}_-][\p{L}\p{N}_.-]{0,120}$/u);
  }
}
