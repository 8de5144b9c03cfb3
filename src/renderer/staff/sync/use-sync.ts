import { shallowRef, type ShallowRef } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { Conflict, EndOfDay, SyncSettingsInput, SyncStatus } from '../../../contract/staff/sync';
import { useStaff } from '../client';
import { useFailure } from '../failure';

export type Reader = ReplyOf<StaffContract, 'sync.readers'>['readers'][number];

/** The state of synchronisation, kept up to date, and what a person may do about it. */
export function useSync(): {
  status: ShallowRef<SyncStatus | undefined>;
  conflicts: ShallowRef<readonly Conflict[]>;
  readers: ShallowRef<readonly Reader[]>;
  failure: ShallowRef<unknown>;
  run: () => Promise<void>;
  endOfDay: () => Promise<EndOfDay | undefined>;
  save: (settings: SyncSettingsInput) => Promise<boolean>;
  settle: (conflict: Conflict, choice: string) => Promise<boolean>;
  undo: (conflict: Conflict) => Promise<void>;
} {
  const staff = useStaff();
  const { guard } = useFailure();
  const status = shallowRef<SyncStatus>();
  const conflicts = shallowRef<readonly Conflict[]>([]);
  const readers = shallowRef<readonly Reader[]>([]);
  const failure = shallowRef<unknown>();
  let known = -1;

  async function look(next?: SyncStatus): Promise<void> {
    try {
      const found = next ?? (await staff.request('sync.status', {}));
      status.value = found;
      failure.value = undefined;
      // Their texts are in the classes' bases: opened only where there is something to show.
      if (found.conflicts > 0 || found.conflicts !== known)
        conflicts.value = found.conflicts > 0 ? (await staff.request('sync.conflicts', {})).conflicts : [];
      known = found.conflicts;
    } catch (error) {
      failure.value = error;
    }
  }
  async function lookAtReaders(): Promise<void> {
    readers.value = (await guard(() => staff.request('sync.readers', {})))?.readers ?? [];
  }
  staff.on('sync.changed', (next) => void look(next));
  void look();
  void lookAtReaders();

  return {
    status,
    conflicts,
    readers,
    failure,
    async run() {
      const next = await guard(() => staff.request('sync.run', {}));
      if (next) await look(next);
      await lookAtReaders();
    },
    async endOfDay() {
      const ended = await guard(() => staff.request('sync.endOfDay', {}));
      if (ended) await look(ended.status);
      return ended;
    },
    async save(settings) {
      const next = await guard(() => staff.request('sync.settings', settings));
      if (next) await look(next);
      return next !== undefined;
    },
    async settle({ audience, document, versions }, choice) {
      const seen = versions.map(({ rev }) => rev);
      const done = await guard(() => staff.request('sync.resolve', { audience, document, seen, choice }));
      await look();
      return done !== undefined;
    },
    async undo({ audience, document }) {
      await guard(() => staff.request('sync.undoResolve', { audience, document }));
      await look();
    },
  };
}
