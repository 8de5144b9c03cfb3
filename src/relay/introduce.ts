import { setTimeout as wait } from 'node:timers/promises';
import { isPreauError, PreauError } from '../domain/errors';
import { fromText } from '../exchange';
import type { Random } from '../main/capability';
import type { Discovery } from '../main/postes/discovery';
import { writeIdentity } from '../main/postes/identity';
import { meet } from '../main/postes/join';
import type { LanAddress } from '../main/postes/peer-probe';
import type { FileKeyring } from '../store/keyring';

/** Between two knocks at doors that are closed, in milliseconds: a person is opening one of them. */
const KNOCK_EVERY_MS = 3_000;

/**
 * The relay meets its school once: it knocks at the given address, or at every poste of the network, until a head has opened
 * the door for a relay, and shows six digits that are typed there. It receives the key of `parc` and no other.
 * @returns false when it was told to stop first
 */
export async function introduceRelay(deps: {
  readonly folder: string;
  readonly keyring: Pick<FileKeyring, 'add' | 'dataKey'>;
  readonly random: Random;
  readonly discovery: Pick<Discovery, 'find'>;
  readonly address: LanAddress | undefined;
  readonly showDigits: (digits: string, at: LanAddress) => void;
  readonly refused: (code: string) => void;
  readonly stop: AbortSignal;
}): Promise<boolean> {
  while (!deps.stop.aborted) {
    for (const address of deps.address ? [deps.address] : await deps.discovery.find()) {
      const shown = { digits: false };
      try {
        await introduceAt(address, deps, shown);
        return true;
      } catch (error) {
        // A door that is not open for a relay, or nobody there: the next one. After digits, a person has to know.
        if (!isPreauError(error)) throw error;
        if (shown.digits) deps.refused(error.code);
      }
    }
    await wait(KNOCK_EVERY_MS, undefined, { signal: deps.stop }).catch(() => undefined);
  }
  return false;
}

async function introduceAt(
  address: LanAddress,
  deps: Parameters<typeof introduceRelay>[0],
  shown: { digits: boolean },
): Promise<void> {
  const showDigits = (digits: string): void => {
    shown.digits = true;
    deps.showDigits(digits, address);
  };
  const { welcome, identity } = await meet({ random: deps.random, showDigits }, address, 'relay');
  const key = welcome.keys.find(({ audience }) => audience === 'parc');
  // A poste that hands a relay more than the fleet's key is none of this version's.
  if (!key || welcome.keys.some(({ audience }) => audience !== 'parc'))
    throw new PreauError('INTRODUCTION_WRONG');
  await deps.keyring.add('parc', fromText(key.key), key.generation);
  const { anchors, grants } = welcome;
  // Last: a folder with an identity is a relay of the school.
  await writeIdentity(deps.folder, deps.keyring.dataKey('parc'), { ...identity, anchors, grants });
}
