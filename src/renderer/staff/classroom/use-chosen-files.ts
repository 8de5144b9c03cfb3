import { computed, reactive, ref, type ComputedRef, type Ref } from 'vue';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import { isPreauError } from '../../../domain/errors';
import type { StaffClient } from '../client';

type Kind = ReplyOf<StaffContract, 'classroom.lookAtFile'>['kind'];

export interface ChosenFile {
  readonly n: number;
  readonly name: string;
  title: string;
  upload: string;
  /** As its bytes say; undefined while it is being read, and where it was refused. */
  kind: Kind | undefined;
  asksWho: boolean;
  failure: string;
}

/** Files at once; a morning's sheets. */
const MOST = 30;

/** Files on their way to the class: put at the door and looked at as soon as they are chosen, sent when asked. */
export function useChosenFiles(
  staff: Pick<StaffClient, 'request' | 'upload'>,
  sentence: (error: unknown) => string,
): {
  readonly files: Ref<ChosenFile[]>;
  readonly reading: ComputedRef<boolean>;
  /** Those that can leave. */
  readonly ready: ComputedRef<ChosenFile[]>;
  add(chosen: Iterable<File>): void;
  remove(file: ChosenFile): void;
  clear(): void;
} {
  const files = ref<ChosenFile[]>([]);
  let count = 0;

  async function read(file: ChosenFile, bytes: File): Promise<void> {
    try {
      file.upload = await staff.upload(bytes, bytes.name);
      const { kind, asksWho } = await staff.request('classroom.lookAtFile', { upload: file.upload });
      Object.assign(file, { kind, asksWho });
    } catch (error) {
      if (!isPreauError(error) && !(error instanceof TypeError)) throw error;
      file.failure = sentence(error);
    }
  }
  return {
    files,
    reading: computed(() => files.value.some((file) => !file.kind && file.failure === '')),
    ready: computed(() => files.value.filter((file) => file.kind !== undefined)),
    add(chosen) {
      for (const bytes of [...chosen].slice(0, MOST - files.value.length)) {
        const file = reactive<ChosenFile>({
          n: (count += 1),
          name: bytes.name,
          title: titleOf(bytes.name),
          upload: '',
          kind: undefined,
          asksWho: false,
          failure: '',
        });
        files.value.push(file);
        void read(file, bytes);
      }
    },
    remove(file) {
      files.value = files.value.filter((one) => one.n !== file.n);
    },
    clear() {
      files.value = [];
    },
  };
}

/** « fiche_maths-2.pdf » is « fiche maths 2 » to a child. */
const titleOf = (name: string): string =>
  name
    .replace(/\.[^.]+$/, '')
    .replace(/[_-]+/g, ' ')
    .trim()
    .slice(0, 120) || name.slice(0, 120);
