import { computed, ref, shallowRef } from 'vue';
import type { InputOf, ReplyOf } from '../../../../contract/define';
import type { StaffContract } from '../../../../contract/staff';
import { MAX_IMPORT_FILES } from '../../../../contract/staff/people';
import { isPreauError } from '../../../../domain/errors';
import { suggestedDecisions } from '../../../../domain/people/onde/resolve';
import type { Decision, RecordKind } from '../../../../domain/people/onde';
import { useStaff } from '../../client';
import { useFailure } from '../../failure';

type DryRun = ReplyOf<StaffContract, 'people.dryRun'>;
export type Written = ReplyOf<StaffContract, 'people.applyImport'>;
export const KINDS = ['pupil', 'guardian', 'staff', 'class'] as const satisfies readonly RecordKind[];

/** What is looked at before anything is written. */
export type Review = DryRun;
export type LastImport = NonNullable<ReplyOf<StaffContract, 'people.lastImport'>['last']>;

/** An import from the files to « c'est enregistré »: three steps, of which only the last writes. */
export function useImport() {
  const staff = useStaff();
  const { sentence } = useFailure();
  const files = shallowRef<readonly File[]>([]);
  const tooMany = ref(false);
  const review = shallowRef<Review>();
  const decisions = ref<Record<string, Decision>>({});
  const written = shallowRef<Written>();
  /** A school or a class that shrinks: somebody said that it is right. */
  const confirmed = ref(false);
  const last = shallowRef<LastImport>();
  const undone = shallowRef<ReplyOf<StaffContract, 'people.undoImport'>>();
  const failure = ref('');
  const stale = ref(false);
  /** What is going on, for the bar. */
  const busy = ref<{
    doing: 'sending' | 'checking' | 'writing' | 'undoing';
    name?: string;
    done: number;
    total: number;
  }>();

  staff.on('people.progress', ({ work, done, total }) => {
    if (work === 'import' && busy.value?.doing === 'writing') busy.value = { doing: 'writing', done, total };
  });

  function take(list: Iterable<File>): void {
    // The same file dropped twice is one file; a newer copy takes the place of the older.
    const byName = new Map(files.value.map((file) => [`${file.name}/${file.size}`, file]));
    for (const file of list) byName.set(`${file.name}/${file.size}`, file);
    const all = [...byName.values()];
    tooMany.value = all.length > MAX_IMPORT_FILES;
    files.value = all.slice(0, MAX_IMPORT_FILES);
    failure.value = '';
  }
  function remove(file: File): void {
    files.value = files.value.filter((other) => other !== file);
    tooMany.value = false;
  }

  async function attempt(action: () => Promise<void>): Promise<void> {
    failure.value = '';
    stale.value = false;
    try {
      await action();
    } catch (error) {
      failure.value = sentence(error);
      stale.value = isPreauError(error) && error.code === 'IMPORT_STALE';
    } finally {
      busy.value = undefined;
    }
  }

  async function check(): Promise<void> {
    await attempt(async () => {
      const total = files.value.length;
      const uploads: string[] = [];
      for (const [done, file] of files.value.entries()) {
        busy.value = { doing: 'sending', name: file.name, done, total };
        uploads.push(await staff.upload(file, file.name));
      }
      busy.value = { doing: 'checking', done: total, total };
      const found = await staff.request('people.dryRun', { uploads });
      decisions.value = suggestedDecisions(found.result);
      confirmed.value = false;
      review.value = found;
    });
  }

  async function write(): Promise<void> {
    const current = review.value;
    if (!current) return;
    await attempt(async () => {
      busy.value = { doing: 'writing', done: 0, total: 1 };
      // The domain's decisions are the contract's: ids are checked against the plan by the host.
      const input: InputOf<StaffContract, 'people.applyImport'> = {
        plan: current.plan,
        decisions: { ...decisions.value },
        confirmed: confirmed.value,
      };
      written.value = await staff.request('people.applyImport', input);
      await look();
    });
  }

  /** What may still be undone, as things stand now. */
  async function look(): Promise<void> {
    last.value = (await staff.request('people.lastImport', {})).last;
  }
  async function undo(partial: boolean): Promise<void> {
    const id = last.value?.id;
    if (id === undefined) return;
    await attempt(async () => {
      busy.value = { doing: 'undoing', done: 0, total: 1 };
      try {
        undone.value = await staff.request('people.undoImport', { id, partial });
      } finally {
        await look();
      }
    });
  }

  function startAgain(): void {
    if (written.value) files.value = [];
    review.value = undefined;
    written.value = undefined;
    failure.value = '';
    stale.value = false;
  }

  return {
    files,
    tooMany,
    review,
    decisions,
    confirmed,
    written,
    last,
    undone,
    failure,
    stale,
    busy,
    step: computed(() => (written.value ? 2 : review.value ? 1 : 0)),
    take,
    remove,
    check,
    write,
    look,
    undo,
    startAgain,
  };
}
