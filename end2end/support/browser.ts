// How Chromium is started: the system's own, in a container, as any user, without traffic of its own.
import { findProgram } from './programs';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];

/** A browser with windows, which can be hidden. */
export const chromium = (): string => findProgram(BROWSERS, 'CHROMIUM');

/** The quickest browser that there is: the shell without windows opens a page in a third of the time. */
export function quickest(): string {
  try {
    return findProgram(['chromium-headless-shell', 'chrome-headless-shell'], 'CHROMIUM_SHELL');
  } catch {
    return chromium();
  }
}

export const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Whatever a test or a page tries: no name leaves this machine. Addresses of the loopback stay.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]',
];
