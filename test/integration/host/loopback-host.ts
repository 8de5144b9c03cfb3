import { randomBytes } from 'node:crypto';
import { systemTimers, type Timers } from '../../../src/main/cart/timers';
import { createBinaryDoor, type BinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { createHost, type Host, type HostOptions } from '../../../src/main/host';
import { knownAddresses } from '../../../src/main/postes/discovery';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { QUICK } from '../password-cost';

export interface LoopbackOptions {
  readonly folder: string;
  /** 32 bytes of a keychain; undefined for a computer without one. */
  readonly secret: Buffer | undefined;
  /** Passwords cost what they cost in the product: for tests of what is behind a password. */
  readonly trueCost?: boolean | undefined;
  readonly clock?: () => number;
  readonly timers?: Timers;
  /** Where the school's other postes and its relay answer. */
  readonly near?: () => readonly LanAddress[];
  readonly binary?: BinaryDoor;
  /** The built pupil app, where a browser comes in. */
  readonly pupilFolder?: string | undefined;
}

/** A whole host on loopback, its ports the system's choice; nothing is announced, and it exchanges when it is asked. */
export function openLoopbackHost(options: LoopbackOptions): Promise<Host> {
  const { folder, secret } = options;
  const keys: HostOptions['keys'] = {
    machineSecret: secret,
    stretch: options.trueCost ? undefined : QUICK,
  };
  return createHost({
    dataFolder: folder,
    keys,
    keychain: secret ? 'os' : 'absent',
    demonstration: false,
    clock: options.clock ?? Date.now,
    random: randomBytes,
    binary: options.binary ?? createBinaryDoor(randomBytes),
    outside: {
      timers: options.timers ?? systemTimers,
      pupilFolder: options.pupilFolder ?? folder,
      lan: { host: '127.0.0.1', securePort: 0, plainPort: 0, addresses: () => ['127.0.0.1'] },
      postes: {
        discovery: () => knownAddresses(options.near ?? (() => [])),
        listen: { host: '127.0.0.1', port: 0 },
      },
    },
  });
}
