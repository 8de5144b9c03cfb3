import { request, type IncomingMessage } from 'node:http';
import type { Page } from 'playwright-core';
import type { PupilOptions } from '../harness';

const IPAD =
  'Mozilla/5.0 (iPad; CPU OS 15_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1';

/** What a device is before anybody looked. */
export const NOTHING = { capture: false, battery: false, touch: true, camera: false, keys: true };

export function optionsOf(label: string, authority: string): PupilOptions {
  if (label.startsWith('Ordinateur'))
    return { kind: 'desktop', authority, args: ['--auto-accept-this-tab-capture'] };
  return { kind: 'tablet', authority, ...(label.startsWith('iPad') && { args: [`--user-agent=${IPAD}`] }) };
}
/** The browser's dialog has no buttons for a test to press: this is somebody who takes « this tab » in it. */
export async function takesThisTab(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getDisplayMedia = (options) =>
      ask({ ...options, preferCurrentTab: true } as DisplayMediaStreamOptions);
  });
}

/** Asks for an address through the filter at `address:port`. @returns the status */
export function askThrough(proxy: string, url: string): Promise<number> {
  const [host, port] = proxy.split(':');
  return new Promise((resolve, reject) => {
    const { protocol, hostname } = new URL(url);
    const way = protocol === 'https:' ? { method: 'CONNECT', path: `${hostname}:443` } : { path: url };
    // As a browser says it: the filter believes no other name than the one it is asked for.
    const asked = request({ host, port, ...way, headers: { host: hostname } });
    const tell = ({ statusCode = 0 }: IncomingMessage): void => {
      asked.destroy();
      resolve(statusCode);
    };
    asked.on('connect', tell).on('response', tell).on('error', reject).end();
  });
}
