import { shallowRef, type ShallowRef } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { Conflict, SyncStatus } from '../../../contract/staff/sync';
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
  settle: (conflict: Conflict, choice: string) => Promise<void>;
} {
  const staff = useStaff();
  const { guard } = useFailure();
  const status = shallowRef<SyncStatus>();
  const conflicts = shallowRef<readonly Conflict[]>([]);
  const readers = shallowRef<readonly Reader[]>([]);
  const failure = shallowRef<unknown>();

  async function look(next?: SyncStatus): Promise<void> {
    try {
      status.value = next ?? (await staff.request('sync.status', {}));
      conflicts.value = (await staff.request('sync.conflicts', {})).conflicts;
      readers.value = (await staff.request('sync.readers', {})).readers;
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  staff.on('sync.changed', (next) => void look(next));
  void look();

  return {
    status,
    conflicts,
    readers,
    failure,
    async run() {
      const next = await guard(() => staff.request('sync.run', {}));
      if (next) await look(next);
    },
    async settle({ audience, document, versions }, choice) {
      const seen = versions.map(({ rev }) => rev);
      await guard(() => staff.request('sync.resolve', { audience, document, seen, choice }));
      await look();
    },
  };
}
