import { join } from 'node:path';
import { FileKeyring } from '../../src/store/keyring';
import type { Figure } from './bench';

/** Checks of a right and of a wrong password, each as often. */
const ROUNDS = 5;
const PERSON = 'staff_aaaaaaaaaaaaa';

/**
 * What one try costs whoever signs in, or guesses: the keyring as the poste opens it, with its own parameters (Argon2id, 64 MiB,
 * three passes). Slow on purpose: 150 to 600 ms. The worker's thread is part of it, as it is at the door.
 */
export async function measurePasswordCheck(folder: string): Promise<Figure[]> {
  const keyring = await FileKeyring.open({ path: join(folder, 'password-check-keys.json') });
  const audience = 'ecole_2026';
  await keyring.createSheet();
  await keyring.create(audience);
  await keyring.wrapFor(PERSON, 'ardoise-mirabelle-7', [audience]);
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [password, right] of [
      ['ardoise-mirabelle-7', true],
      [`ardoise-mirabelle-${round}${round}`, false],
    ] as const) {
      const from = performance.now();
      const opened = await keyring.unlock(PERSON, password).then(
        () => true,
        () => false,
      );
      times.push(performance.now() - from);
      if (opened !== right) throw new Error('the keyring took a wrong password, or refused the right one');
    }
  }
  times.sort((a, b) => a - b);
  const median = Math.round(times[Math.floor(times.length / 2)] ?? NaN);
  return [
    { name: 'password_check_ms', value: median, unit: 'ms', reach: '>=150' },
    { name: 'password_check_ms_at_most', value: median, unit: 'ms', reach: '<=600' },
  ];
}
