// Saved profiles: kept over a reload, found, changed, opened in sessions, seen by other tabs, and never with a secret.
import { expect, test } from '../support/test';
import { GREENHOUSE } from '../support/app';
import { fillProfile, fromMenu, library, profile, saveAs } from '../support/profiles';
import { leaksInStorage } from '../support/secrets';

test('a saved profile is there after a reload, fills the form, and connects with one click', async ({ app, broker }) => {
  await app.open();
  await expect(app.id('profiles-empty-import')).toBeVisible();
  await app.fillGeneric({ port: broker.webSocketPort, clientId: 'saved-1', keepAlive: 42, username: 'me', password: 'never-kept-9' });
  await saveAs(app, 'Boiler', { folder: 'plant/cellar', notes: 'warm', colour: 3 });
  await expect(app.page.locator('[data-folder="plant/cellar"]')).toBeVisible();
  expect(await leaksInStorage(app.page, 'never-kept-9')).toEqual([]);
  await app.page.reload();
  await expect(profile(app, 'Boiler')).toBeVisible();

  await app.id('new-device').click();
  await expect(app.id('keep-alive')).toHaveValue('300');
  await profile(app, 'Boiler').getByTestId('profile-open').click();
  await expect(app.id('client-id')).toHaveValue('saved-1');
  await expect(app.id('keep-alive')).toHaveValue('42');
  await expect(app.id('password')).toHaveValue('');
  await app.id('password').fill('typed-again');
  await profile(app, 'Boiler').getByTestId('profile-connect').click();
  await app.expectOnline();
  await broker.untilLogged(/as saved-1 \(p2, c1, k42/);
});

test('a profile takes the place of an untouched form, and never of what was typed', async ({ app }) => {
  await app.open();
  await app.choose('mode', 'generic');
  await app.id('host').fill('first.example');
  await saveAs(app, 'First');
  await app.id('new-device').click();
  await expect(app.id('session-tab')).toHaveCount(2);
  await app.choose('mode', 'generic');
  await app.id('host').fill('second.example');
  await saveAs(app, 'Second');

  // It is open in the first session: that one comes to the front.
  await profile(app, 'First').getByTestId('profile-open').click();
  await expect(app.id('host')).toHaveValue('first.example');
  await expect(app.id('session-tab')).toHaveCount(2);

  await app.id('new-device').click();
  await app.choose('mode', 'generic');
  await app.id('host').fill('typed.example');
  await fromMenu(app, 'First', 'profile-open-new');
  await expect(app.id('session-tab')).toHaveCount(4);
  await expect(app.id('host')).toHaveValue('first.example');
});

test('changes are marked, saved over the profile, and can be undone', async ({ app }) => {
  await app.open();
  await app.choose('mode', 'generic');
  await app.id('host').fill('one.example');
  await saveAs(app, 'Changing');
  await expect(app.id('profile-changed')).toHaveCount(0);
  await app.id('host').fill('two.example');
  await expect(app.id('profile-changed')).toBeVisible();
  await app.id('save-profile').click();
  await expect(app.id('profile-dialog')).toBeHidden();
  await expect(app.id('profile-changed')).toHaveCount(0);
  expect(await library(app)).toContain('two.example');
  await app.id('undo').last().click();
  await expect(app.id('profile-changed')).toBeVisible();
  expect(await library(app)).toContain('one.example');
});

test('search, edit, duplicate, delete and undo', async ({ app }) => {
  await app.open();
  await app.id('product-sn').fill(GREENHOUSE.product);
  await app.id('device-sn').fill('pump-1');
  await saveAs(app, 'Pump', { folder: 'plant' });
  await fromMenu(app, 'Pump', 'profile-duplicate');
  await expect(app.id('profile')).toHaveCount(2);
  await fromMenu(app, 'Copy of Pump', 'profile-edit');
  await expect(app.id('profile-folder')).toHaveValue('plant');
  await fillProfile(app, { name: 'Valve', folder: '', notes: 'leaks on Mondays' });
  await expect(profile(app, 'Valve')).toBeVisible();

  await app.id('profiles-search').fill('mondays');
  await expect(app.id('profile')).toHaveCount(1);
  await app.id('profiles-search').fill('pump-1 plant');
  await expect(profile(app, 'Pump')).toBeVisible();
  await expect(profile(app, 'Valve')).toHaveCount(0);
  await app.id('profiles-search').fill('nothing has this');
  await expect(app.id('profiles-none-found')).toBeVisible();
  await app.id('profiles-search').fill('');

  await fromMenu(app, 'Valve', 'profile-remove');
  await expect(profile(app, 'Valve')).toHaveCount(0);
  await app.id('undo').last().click();
  await expect(profile(app, 'Valve')).toBeVisible();
});

test('the menu works by keyboard and gives the focus back', async ({ app, page }) => {
  await app.open();
  await app.id('device-sn').fill('pump-1');
  await saveAs(app, 'Pump');
  await profile(app, 'Pump').getByTestId('profile-more').focus();
  await page.keyboard.press('Enter');
  await expect(app.id('profile-open-new')).toBeFocused();
  await page.keyboard.press('ArrowDown');
  await expect(app.id('profile-edit')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(app.id('profile-menu')).toBeHidden();
  await expect(profile(app, 'Pump').getByTestId('profile-more')).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(app.id('profile-name')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(app.id('profile-dialog')).toBeHidden();
});

test('the proposed name gives way to what is typed, and the dialog says what becomes of the secret', async ({ app, page }) => {
  await app.open();
  await app.id('device-sn').fill('pump-1');
  await app.id('save-profile').click();
  await expect(app.id('profile-name')).toHaveValue('pump-1');
  await expect(app.id('profile-name')).toBeFocused();
  await expect(app.id('save-secret-hint')).toBeVisible();
  await page.keyboard.type('Pump');
  await page.keyboard.press('Enter');
  await expect(profile(app, 'Pump')).toBeVisible();
});

test('another tab sees what is saved, and neither loses the other one', async ({ app, openTab }) => {
  await app.open();
  const other = await openTab();
  await app.id('device-sn').fill('here');
  await saveAs(app, 'Here');
  await expect(profile(other, 'Here')).toBeVisible();
  await other.id('device-sn').fill('there');
  await saveAs(other, 'There');
  await expect(profile(app, 'There')).toBeVisible();
  await fromMenu(other, 'Here', 'profile-remove');
  await expect(profile(app, 'Here')).toHaveCount(0);
  await expect(profile(app, 'There')).toBeVisible();
});

test('a new name takes nothing back that another tab saved meanwhile', async ({ app, openTab }) => {
  await app.open();
  await app.id('device-sn').fill('one');
  await saveAs(app, 'Here');
  const other = await openTab();
  await expect(other.id('device-sn')).toHaveValue('one');
  await fromMenu(app, 'Here', 'profile-edit');
  await other.id('device-sn').fill('two');
  await other.id('save-profile').click();
  await expect.poll(() => library(other)).toContain('"device_sn":"two"');
  await fillProfile(app, { name: 'Renamed' });
  await expect(profile(other, 'Renamed')).toBeVisible();
  expect(await library(app)).toContain('"device_sn":"two"');
});

test('profiles that another tab erased do not come back from here', async ({ app, openTab }) => {
  await app.open();
  const other = await openTab();
  await app.id('device-sn').fill('here');
  await saveAs(app, 'Here');
  await expect(profile(other, 'Here')).toBeVisible();
  await app.page.evaluate(() => localStorage.removeItem('uiot-testbench.library.1'));
  await expect(profile(other, 'Here')).toHaveCount(0);
  await other.id('device-sn').fill('there');
  await saveAs(other, 'There');
  expect(await library(other)).not.toContain('Here');
});

test('a damaged entry is set aside with its text, and the rest is kept', async ({ app, page }) => {
  await app.open();
  await app.id('device-sn').fill('sound-1');
  await saveAs(app, 'Sound');
  await page.evaluate(() => {
    const key = 'uiot-testbench.library.1';
    const document = JSON.parse(localStorage.getItem(key) ?? '{}');
    document.profiles.push({ id: 42, name: 'Broken', profile: '<img src=x onerror=alert(1)>' });
    localStorage.setItem(key, JSON.stringify(document));
  });
  await page.reload();
  await expect(profile(app, 'Sound')).toBeVisible();
  await app.id('damaged-profiles').locator('summary').click();
  await expect(app.id('damaged-profile')).toContainText('Broken');
  await expect(app.id('damaged-profile').locator('pre')).toContainText('<img src=x onerror=alert(1)>');
  await app.id('damaged-drop').click();
  await expect(app.id('damaged-profiles')).toHaveCount(0);
  await page.reload();
  await expect(profile(app, 'Sound')).toBeVisible();
  await expect(app.id('damaged-profiles')).toHaveCount(0);
});

test('a full storage is told, and the profile stays in the page', async ({ app, page }) => {
  await app.open();
  await page.evaluate(() => {
    let piece = 'x'.repeat(1 << 20);
    for (let count = 0; piece.length > 0; count++) {
      try {
        localStorage.setItem(`filler-${count}`, piece);
      } catch {
        piece = piece.slice(0, piece.length >> 1);
      }
    }
  });
  await app.id('device-sn').fill('no-room');
  await saveAs(app, 'No room');
  await expect(app.id('profiles-unsaved')).toBeVisible();
  await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith('filler-')).forEach((key) => localStorage.removeItem(key)));
  await fromMenu(app, 'No room', 'profile-duplicate');
  await expect(app.id('profiles-unsaved')).toHaveCount(0);
  await page.reload();
  await expect(profile(app, 'No room')).toBeVisible();
});

test('what was connected without being saved is offered to be saved', async ({ app, broker }) => {
  await app.connect({ port: broker.webSocketPort, clientId: 'offered' });
  await app.id('save-offer').click();
  await fillProfile(app, { name: 'Offered' });
  await expect(app.id('save-offer')).toHaveCount(0);
  await app.id('nav-connect').click();
  await expect(profile(app, 'Offered')).toBeVisible();
  await app.page.setViewportSize({ width: 390, height: 844 });
  await expect(profile(app, 'Offered')).toBeHidden();
  await app.id('profiles-toggle').click();
  await expect(profile(app, 'Offered')).toBeVisible();
});
