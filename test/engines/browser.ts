import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';
import type { Availability } from './postgres';

const PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** A browser that talks to the page's server, and to nobody else on its own account. */
const FLAGS = `--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
  --disable-component-update --disable-sync`.split(/\s+/);

function findBrowser(): string | undefined {
  return [process.env['CHROMIUM'] ?? '', ...PATHS].find((path) => path !== '' && existsSync(path));
}

export function browserAvailability(): Availability {
  if (findBrowser() !== undefined) return { isAvailable: true };
  return {
    isAvailable: false,
    reason: 'there is no chromium; on Debian: apt-get install --no-install-recommends chromium; or set CHROMIUM',
  };
}

/** `describe`, or a skipped one whose name says why it cannot run; with `REQUIRE_ENGINES=1` that is a failure. */
export function describeWithBrowser(name: string, body: () => void): void {
  const availability = browserAvailability();
  if (availability.isAvailable) describe(name, body);
  else if (process.env['REQUIRE_ENGINES'] === '1') {
    test(name, () => {
      throw new Error(`No browser: ${availability.reason}`);
    });
  } else {
    // oxlint-disable-next-line jest/no-disabled-tests -- an engine that is not to be had here, with the reason in its name
    describe.skip(`${name} (not run: ${availability.reason})`, body);
  }
}

export function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no browser');
  return chromium.launch({ executablePath, args: FLAGS });
}
