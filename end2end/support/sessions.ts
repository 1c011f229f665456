// Several sessions in one page: their tabs, and what is done with them.
import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { App } from './app';

export class Tabs {
  constructor(private readonly app: App) {}

  get all(): Locator {
    return this.app.id('session-tab');
  }

  /** The tab at this place, from 0 on. */
  at(place: number): Locator {
    return this.all.nth(place);
  }

  /** The tab in front. */
  get front(): Locator {
    return this.app.page.locator('[data-testid="session-tab"][aria-selected="true"]');
  }

  named(name: string): Locator {
    const exact = new RegExp(`^${name}$`);
    return this.all.filter({ has: this.app.page.getByTestId('session-name').filter({ hasText: exact }) });
  }

  async expectNames(...names: (string | RegExp)[]): Promise<void> {
    await expect(this.app.id('session-name')).toHaveText(names);
  }

  async expectState(tab: Locator, state: string): Promise<void> {
    await expect(tab.getByTestId('connection-state')).toHaveAttribute('data-state', state);
  }

  async expectUnread(tab: Locator, count: string | RegExp): Promise<void> {
    await expect(tab.getByTestId('session-unread').locator('[aria-hidden]')).toHaveText(count);
  }

  async open(tab: Locator): Promise<void> {
    await tab.click();
    await expect(tab).toHaveAttribute('aria-selected', 'true');
  }

  /** Opens a session and starts the simulator in it. */
  async simulator(): Promise<void> {
    await this.app.id('new-device').click();
    await this.startSimulator();
  }

  /** Starts the simulator in the session in front. */
  async startSimulator(): Promise<void> {
    await this.app.id('try-simulator').click();
    await this.expectState(this.front, 'online');
    await expect(this.app.id('message-log')).toBeVisible();
  }

  /** Chooses from a tab's menu. */
  async choose(tab: Locator, item: 'rename' | 'duplicate' | 'left' | 'right' | 'close-others' | 'close-this'): Promise<void> {
    await tab.click({ button: 'right' });
    await this.app.id(`session-${item}`).click();
    if (item !== 'rename') await expect(this.app.id('session-menu')).toBeHidden();
  }

  async rename(tab: Locator, name: string): Promise<void> {
    await this.choose(tab, 'rename');
    await this.app.id('session-title').fill(name);
    await this.app.page.keyboard.press('Enter');
    await expect(this.app.id('session-title')).toBeHidden();
  }
}
