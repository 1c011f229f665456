// The saved profiles of the connect page, for the files that test them.
import { expect } from '@playwright/test';
import type { Locator } from '@playwright/test';
import type { App } from './app';

export const profile = (app: App, name: string): Locator =>
  app.page.locator(`[data-testid="profile"][data-name=${JSON.stringify(name)}]`);

/** Saves the form under a name. */
export async function saveAs(app: App, name: string, fields: { folder?: string; notes?: string; colour?: number } = {}): Promise<void> {
  await app.id('save-profile').click();
  await fillProfile(app, { name, ...fields });
  await expect(profile(app, name)).toBeVisible();
}

/** Fills the dialog that names a profile, and saves it. */
export async function fillProfile(app: App, fields: { name?: string; folder?: string; notes?: string; colour?: number }): Promise<void> {
  await expect(app.id('profile-name')).toBeVisible();
  if (fields.name !== undefined) await app.id('profile-name').fill(fields.name);
  if (fields.folder !== undefined) await app.id('profile-folder').fill(fields.folder);
  if (fields.notes !== undefined) await app.id('profile-notes').fill(fields.notes);
  if (fields.colour !== undefined) await app.id('profile-colour').locator(`[data-option="${fields.colour}"] input`).check();
  await app.id('profile-save').click();
  await expect(app.id('profile-dialog')).toBeHidden();
}

/** Chooses something in the menu of a profile. */
export async function fromMenu(app: App, name: string, item: string): Promise<void> {
  await profile(app, name).getByTestId('profile-more').click();
  await app.id(item).click();
}

/** Opens the dialog that imports, and gives it a text. */
export async function importText(app: App, text: string): Promise<void> {
  await app.id('profiles-import').click();
  await app.paste('import-text', text);
  await app.id('import-start').click();
}

export const library = (app: App): Promise<string> =>
  app.page.evaluate(() => localStorage.getItem('uiot-testbench.library.1') ?? '');
