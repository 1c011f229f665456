// What of a screen does not fit: texts that are cut, spill over their control or lie outside of the window, and
// controls too small for a finger.
import type { Page } from '@playwright/test';
import { expect } from '@playwright/test';
import { DATA } from './wording';

/**
 * The texts that cannot be read whole. One that is shortened with an ellipsis and tells the rest in a tooltip can.
 *
 * `strict: false` is for text spacing of a person's own: there a text may stand a little over its control, as long as
 * nothing cuts it, and a cell of a row may be shortened, because the row shows all of it when it is opened.
 */
export async function cutTexts(page: Page, { strict = true } = {}): Promise<string[]> {
  return page.evaluate(([data, strictly]) => {
    const found = new Set<string>();
    const SLACK = 1.5;
    const name = (element: Element): string => {
      const named = element.closest<HTMLElement>('[data-testid]');
      const own = element.tagName.toLowerCase() + (element.classList.length ? `.${[...element.classList].join('.')}` : '');
      return named ? `${own} in ${named.dataset['testid']}` : own;
    };
    const short = (text: string): string => text.replace(/\s+/g, ' ').trim().slice(0, 60);
    const forReadersAlone = (element: Element): boolean => {
      for (let at: Element | null = element; at; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.clipPath === 'inset(50%)' || style.opacity === '0') return true;
      }
      return false;
    };
    const told = (element: Element): boolean =>
      element.closest(data) !== null || (!strictly && element.closest('[role="row"]') !== null) || element.closest('[title]') !== null || element.querySelector('[title]') !== null;
    /** Why this box, in which a text lies, cuts it. */
    const judge = (element: Element, box: DOMRect): string | undefined => {
      let across = true;
      let down = true;
      let shortened = false;
      for (let at: Element | null = element; at && at !== document.documentElement; at = at.parentElement) {
        const style = getComputedStyle(at);
        if (style.display === 'inline' || style.display === 'contents') continue;
        if (style.textOverflow === 'ellipsis' && style.overflowX !== 'visible') {
          shortened = true;
          if (at.scrollWidth > at.clientWidth + 1 && !told(at)) return `is shortened by ${name(at)} without a tooltip`;
        }
        const frame = at.getBoundingClientRect();
        if (across && !shortened && /hidden|clip/.test(style.overflowX) && (box.right > frame.right + SLACK || box.left < frame.left - SLACK)) {
          return `is cut by ${name(at)} (${Math.round(box.left)}–${Math.round(box.right)} in ${Math.round(frame.left)}–${Math.round(frame.right)})`;
        }
        if (down && /hidden|clip/.test(style.overflowY) && (box.bottom > frame.bottom + 3 || box.top < frame.top - 3) && !told(element)) {
          return `is cut in height by ${name(at)} (${Math.round(box.top)}–${Math.round(box.bottom)} in ${Math.round(frame.top)}–${Math.round(frame.bottom)})`;
        }
        // From here on a person can scroll to it.
        if (/auto|scroll/.test(style.overflowX)) across = false;
        if (/auto|scroll/.test(style.overflowY)) down = false;
        if (style.position === 'fixed') break;
      }
      if (across && !shortened && (box.right > innerWidth + SLACK || box.left < -SLACK)) return 'lies outside of the window';
      return undefined;
    };
    // It would hold all keys and clicks, and nobody could close it.
    for (const dialog of document.querySelectorAll('dialog[open]')) {
      if (!dialog.checkVisibility()) found.add(`${name(dialog)} is open and cannot be seen`);
    }
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement;
      const text = node.nodeValue ?? '';
      if (!parent || text.trim() === '' || /^(OPTION|TEXTAREA|SCRIPT|STYLE)$/.test(parent.tagName)) continue;
      if (!parent.checkVisibility({ visibilityProperty: true }) || forReadersAlone(parent)) continue;
      range.selectNodeContents(node);
      const control = parent.closest('button, a, summary, label, [role="tab"], [role="button"], [role="menuitem"], [role="option"], [role="radio"], .btn, .chip, .badge, th');
      for (const box of range.getClientRects()) {
        if (box.width === 0) continue;
        const reason = judge(parent, box);
        if (reason) {
          found.add(`“${short(text)}” (${name(parent)}) ${reason}`);
          break;
        }
        const frame = control?.getBoundingClientRect();
        const style = control && getComputedStyle(control);
        const inside = [...(function* () { for (let at: Element | null = parent; at && at !== control?.parentElement; at = at.parentElement) yield getComputedStyle(at).textOverflow; })()].includes('ellipsis');
        if (strictly && frame && style?.display !== 'inline' && !inside && (box.right > frame.right + SLACK || box.left < frame.left - SLACK || box.bottom > frame.bottom + 3 || box.top < frame.top - 3)) {
          found.add(`“${short(text)}” (${name(parent)}) spills over ${name(control as Element)}`);
          break;
        }
      }
    }
    // The words inside of native controls have no boxes; they are measured.
    const pen = document.createElement('canvas').getContext('2d');
    for (const field of document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('input[placeholder], select')) {
      if (!pen || !field.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const style = getComputedStyle(field);
      if (style.opacity === '0') continue;
      const text = field instanceof HTMLSelectElement ? (field.selectedOptions[0]?.text ?? '') : field.value === '' ? field.placeholder : '';
      pen.font = style.font;
      const wanted = pen.measureText(text.trim()).width + (parseFloat(style.letterSpacing) || 0) * text.length;
      const room = field.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
      if (wanted > room + 2 && !told(field)) found.add(`“${short(text)}” needs ${Math.round(wanted)} px of ${Math.round(room)} in ${name(field)}`);
    }
    return [...found];
  }, [DATA, strict] as const);
}

/** Whether the page can be scrolled sideways, which no screen may. */
export async function sideways(page: Page): Promise<string[]> {
  const { scroll, client } = await page.evaluate(() => ({
    scroll: Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    client: document.documentElement.clientWidth,
  }));
  return scroll > client ? [`scrolls sideways: ${scroll} px in ${client}`] : [];
}

export async function expectNoSideways(page: Page, where: string): Promise<void> {
  expect(await sideways(page), where).toEqual([]);
}

/** Controls below the size that a finger needs (guide, section 2): 44 px in the bars, 36 px high elsewhere. */
export async function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate((data) => {
    const found = new Set<string>();
    for (const control of document.querySelectorAll<HTMLElement>('button, a[href], select, input, textarea, summary, [role="tab"], [role="switch"], [role="menuitem"]')) {
      if (!control.checkVisibility({ visibilityProperty: true })) continue;
      // The whole box round an input takes the touch, and so does the label of a check box.
      const target = control.closest('label, .inp') ?? control;
      if (getComputedStyle(control).clipPath === 'inset(50%)' && target === control) continue;
      // A link in a line of text (`.lnk` too), and a row of a list that is one line of data.
      if (getComputedStyle(target).display === 'inline' || control.matches('.lnk') || control.closest(data) !== null) continue;
      // What reaches over its own edge with a transparent `::before`.
      const reach = getComputedStyle(target, '::before');
      const more = reach.content !== 'none' && reach.position === 'absolute' && reach.backgroundColor === 'rgba(0, 0, 0, 0)';
      const own = target.getBoundingClientRect();
      const box = more && parseFloat(reach.height) > own.height ? new DOMRect(own.x, own.y, parseFloat(reach.width), parseFloat(reach.height)) : own;
      if (box.width === 0 || box.bottom < 0 || box.top > innerHeight) continue;
      const least = control.closest('.top, .rail') ? 44 : 36;
      if (box.height < least - 0.5 || (least === 44 && box.width < least - 0.5)) {
        const named = control.dataset['testid'] ?? control.getAttribute('aria-label') ?? control.innerText.trim().slice(0, 30);
        found.add(`${control.tagName.toLowerCase()}.${[...control.classList].join('.')} ${named}: ${Math.round(box.width)} × ${Math.round(box.height)}, wanted ${least}`);
      }
    }
    return [...found];
  }, DATA);
}
