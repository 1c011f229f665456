// What moves on a screen: transitions, animations, smooth scrolling.
import type { Page } from '@playwright/test';

/** Everything that moves, or would on the next change, for longer than `longest` milliseconds. */
export const moving = (page: Page, longest: number): Promise<string[]> =>
  page.evaluate((limit) => {
    const milliseconds = (list: string): number => Math.max(0, ...list.split(',').map((part) => parseFloat(part) * (part.includes('ms') ? 1 : 1_000)));
    const found = new Set<string>();
    for (const element of document.querySelectorAll('body, body *')) {
      for (const pseudo of [null, '::before', '::after']) {
        const style = getComputedStyle(element, pseudo);
        const name = `${element.tagName.toLowerCase()}.${[...element.classList].join('.')}${pseudo ?? ''}`;
        if (milliseconds(style.transitionDuration) + milliseconds(style.transitionDelay) > limit) found.add(`${name} fades for ${style.transitionDuration}`);
        if (limit === 0 && style.animationName !== 'none') found.add(`${name} runs ${style.animationName}`);
        if (limit === 0 && style.scrollBehavior === 'smooth') found.add(`${name} scrolls smoothly`);
      }
    }
    if (limit === 0) for (const animation of document.getAnimations()) found.add(`an animation is ${animation.playState}`);
    return [...found];
  }, longest);
