import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { describeWithEngine } from './describe-with-engine';
import type { Availability } from './describe-with-engine';

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

/** See `describeWithEngine`. */
export function describeWithBrowser(name: string, body: () => void): void {
  describeWithEngine(browserAvailability(), 'No browser', name, body);
}

export function startBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('there is no browser');
  return chromium.launch({ executablePath, args: FLAGS });
}

/** Chromium's own throttle. @returns what sets the bytes a second that the page sends, 0 for no limit. */
export async function createThrottle(page: Page): Promise<(bytesPerSecond: number) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (bytesPerSecond) => {
    await session.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: bytesPerSecond || -1,
    });
  };
}
