import type { LocalDay } from '../../domain/retention';
import { forgetLeavers } from './leavers';
import type { YearsDeps } from './ports';
import { owe, type YearsFile } from './state-file';

/** Forgetting, under a horizon: documents by their own dates, then parcels, then files (docs/retention.md). */
export interface Sweep {
  /** Each base once a horizon; one that is locked waits for its owner. @returns documents that expired */
  tick(): Promise<number>;
}

export function createSweep(deps: YearsDeps, file: YearsFile): Sweep {
  const { platform, time, store, keyring, exchange } = deps;

  async function one(name: string, day: LocalDay): Promise<number> {
    const db = await store.open(name);
    const expired = await db.expire(day);
    if (expired > 0) {
      await db.compact();
      // Written down first: documents expire once, and a crash or a key that waits may come before the snapshot.
      if (exchange.isHead()) await owe(file, name);
    }
    await file.change({ swept: { ...file.get().swept, [name]: day } });
    if (expired > 0) await deps.expired?.(name, day, expired);
    if (expired > 0) platform.log.info('years.swept', { audience: name, expired });
    return expired;
  }

  /** Snapshots of what was forgotten: one that cannot be made yet is tried again at every look. */
  async function settleOwed(): Promise<void> {
    if (!exchange.isHead()) return;
    for (const name of file.get().owed) {
      const gone = !keyring.audiences().includes(name);
      if (!gone && !(keyring.has(name) && (await exchange.consolidate(name)))) continue;
      await file.change({ owed: file.get().owed.filter((one) => one !== name) });
    }
  }

  async function sweepDue(): Promise<number> {
    const day = time.horizon();
    if (day === undefined) return 0;
    const swept = file.get().swept;
    const due = keyring
      .audiences()
      .filter((name) => keyring.has(name) && swept[name] !== day && !file.get().late[name]);
    if (due.length === 0) return 0;
    if (exchange.isHead()) await forgetLeavers(deps, day);
    let expired = 0;
    for (const name of due) expired += await one(name, day);
    await deps.collectFiles();
    return expired;
  }

  return {
    async tick() {
      const expired = await sweepDue();
      await settleOwed();
      return expired;
    },
  };
}
