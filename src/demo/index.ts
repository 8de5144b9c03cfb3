import type { Host, HostOptions } from '../main/host';
import { createHost } from '../main/host';

export interface DemonstrationOptions extends Pick<
  HostOptions,
  'clock' | 'random' | 'binary' | 'dataFolder'
> {
  readonly pupilFolder: string;
}

/** Invented people only, so the key that opens them needs no keychain. */
const SECRET = Buffer.from('demonstration, nobody is real!!!');

/** The demonstration school with its simulators. They speak the product's own protocols, on loopback only. */
export async function openDemonstration(options: DemonstrationOptions): Promise<Host> {
  const host = await createHost({
    ...options,
    machineSecret: SECRET,
    keychain: 'os',
    demonstration: true,
    outside: { pupilFolder: options.pupilFolder },
  });
  return host;
}
