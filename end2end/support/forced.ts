// What a person whose system forces its own colours cannot tell apart.
import type { Page } from '@playwright/test';

/** What is chosen, on or coloured, and looks like its neighbours. */
export const undistinguished = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found = new Set<string>();
    const shown = (element: Element): boolean => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) && element.getBoundingClientRect().width > 0;
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${[...element.classList].join('.')} ${element.closest<HTMLElement>('[data-testid]')?.dataset['testid'] ?? ''}`;
    /** What can still be seen of an element when colours are forced. */
    const look = (element: Element): string => {
      const own = (style: CSSStyleDeclaration): string =>
        [style.outlineStyle === 'none' ? '' : `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}`, style.borderTopWidth, style.borderTopStyle, style.borderBottomWidth, style.borderTopColor, style.borderBottomColor, style.backgroundColor, style.color, style.textDecorationLine, style.fontWeight].join('|');
      return [own(getComputedStyle(element)), ...['::before', '::after'].map((pseudo) => {
        const style = getComputedStyle(element, pseudo);
        return style.content === 'none' ? '' : `${own(style)} ${style.width} ${style.left}`;
      })].join('||');
    };
    // Of each group, the chosen one against one that is not.
    for (const group of document.querySelectorAll('.seg, [role="tablist"], .rail, .tabs-s, [role="grid"], [role="tree"], [role="listbox"], [role="radiogroup"]')) {
      if (!shown(group)) continue;
      const chosen = '[aria-selected="true"], [aria-checked="true"], [aria-current], .on, .sel';
      const members = [...group.querySelectorAll('[role="tab"], [role="radio"], [role="row"], [role="treeitem"], [role="option"], [data-option], a, .tab-s')].filter(shown);
      const on = members.find((member) => member.matches(chosen));
      const off = members.find((member) => !member.matches(chosen) && on && member.tagName === on.tagName);
      if (on && off && look(on) === look(off)) found.add(`${name(on)} is chosen and looks like ${name(off)}`);
    }
    // Marks that are nothing but a colour.
    const canvas = (() => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.cssText = 'background: Canvas; position: absolute';
      const colour = getComputedStyle(probe).backgroundColor;
      probe.remove();
      return colour;
    })();
    for (const mark of document.querySelectorAll('.dot, .cbar[class*=" s"], .sw, .prog > *')) {
      if (!shown(mark)) continue;
      const style = getComputedStyle(mark);
      const filled = style.backgroundColor !== canvas && style.backgroundColor !== 'rgba(0, 0, 0, 0)';
      const drawn = parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none';
      if (!filled && !drawn) found.add(`${name(mark)} cannot be seen`);
    }
    // Buttons and fields without an edge of their own are text among text.
    for (const control of document.querySelectorAll('.btn:not(.gho, .lnk), .inp, .seg, .sw, dialog[open], [popover]:popover-open')) {
      if (!shown(control)) continue;
      const style = getComputedStyle(control);
      const edge = (parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none') || style.outlineStyle !== 'none';
      if (!edge) found.add(`${name(control)} has no edge`);
    }
    return [...found];
  });
