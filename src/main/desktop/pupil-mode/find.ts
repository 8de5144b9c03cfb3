import { setTimeout as wait } from 'node:timers/promises';
import { Bonjour, type Service } from 'bonjour-service';
import * as v from 'valibot';
import type { DoorAddress } from './door-visit';
import { isDoorHost } from './trust';

/** The answers of a school's network are here within this, ms (reference/real-peers.md 6). */
const ANSWER = 1_500;
const FOUND_MAX = 40;
/** Where the door is unless its port was taken (docs/lan-door.md). */
const PORT = 8443;

export type Look = () => Promise<readonly DoorAddress[]>;

/** Every door that announces itself on this network now; `PREAU_DOORS` in its place rehearses several on one computer. */
export function lookAround(env: NodeJS.ProcessEnv): Look {
  const said = env['PREAU_DOORS'];
  if (said === undefined) return announced;
  const fixed = v.parse(v.array(v.string()), JSON.parse(said)).flatMap((one) => readAddress(one) ?? []);
  return () => Promise.resolve(fixed);
}

async function announced(): Promise<readonly DoorAddress[]> {
  const found = new Map<string, DoorAddress>();
  // A computer without a network: nobody is found, which is what is said.
  const bonjour = new Bonjour(undefined, () => undefined);
  try {
    const browser = bonjour.find({ type: 'preau', protocol: 'tcp' });
    browser.on('up', (service: Service) => {
      const host = service.addresses?.find((address) => isDoorHost(address)) ?? service.referer?.address;
      if (host && isDoorHost(host) && found.size < FOUND_MAX)
        found.set(service.fqdn, { host, port: service.port });
    });
    await wait(ANSWER);
    browser.stop();
  } finally {
    bonjour.destroy();
  }
  return [...found.values()];
}

/**
 * What an adult types, or reads from the teacher's screen: `192.168.1.20`, with or without port, as an address of the web or not.
 *
 * @returns undefined for anything that cannot be a teacher's computer
 */
export function readAddress(typed: string): DoorAddress | undefined {
  const url = URL.parse(`https://${typed.trim().replace(/^https?:\/\//i, '')}`);
  if (!url || url.username || url.password || !isDoorHost(url.hostname)) return undefined;
  const said = /^[^/?#]*:(\d{1,5})(?:[/?#]|$)/.exec(typed.trim().replace(/^https?:\/\//i, ''))?.[1];
  const port = said === undefined ? PORT : Number(said);
  return port >= 1 && port <= 65_535 ? { host: url.hostname, port } : undefined;
}
