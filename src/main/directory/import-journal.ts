import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as v from 'valibot';
import type { DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { writeAtomically } from '../../store/atomic-file';
import { seal, SealBroken, sealingKey, unseal } from '../../store/seal';
import type { SchoolDatabases } from './databases';

/** What stood in the directory before the last import made on this poste: what « Annuler » goes back to. */
const journalSchema = v.object({
  id: v.string(),
  at: v.string(),
  files: v.array(v.string()),
  added: v.number(),
  changed: v.number(),
  documents: v.array(
    v.object({
      base: v.picklist(['direction', 'ecole']),
      kind: v.picklist(['class', 'pupil', 'guardian', 'staff']),
      id: v.string(),
      before: v.optional(v.custom<DocumentBody>((value) => typeof value === 'object' && value !== null)),
      after: v.string(),
    }),
  ),
});
export type ImportJournalEntry = v.InferOutput<typeof journalSchema>;

export interface ImportJournal {
  read(): Promise<ImportJournalEntry | undefined>;
  /** Takes the place of the one before. @throws PreauError `DISK_FULL` */
  write(entry: ImportJournalEntry): Promise<void>;
  clear(): Promise<void>;
}

const PURPOSE = 'preau-import-journal-0';
const PLACE = Buffer.from('last import');

/** One file, sealed under the key of `direction`: who may not read that base learns nothing from it. */
export function openImportJournal(
  folder: string,
  keyring: Pick<Keyring, 'dataKey' | 'dataKeys' | 'has'>,
  databases: Pick<SchoolDatabases, 'name'>,
): ImportJournal {
  const path = join(folder, 'imports', 'last.sealed');
  const direction = (): string => databases.name('direction');
  return {
    async read() {
      if (!keyring.has(direction())) return undefined;
      const sealed = await readFile(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined;
        throw error;
      });
      if (!sealed) return undefined;
      for (const key of keyring.dataKeys(direction())) {
        try {
          const text = unseal(sealingKey(key, PURPOSE), sealed, PLACE).toString('utf8');
          return v.parse(journalSchema, JSON.parse(text));
        } catch (error) {
          // Sealed under an earlier key, or damaged: the next one, or nothing to undo.
          if (!(error instanceof SealBroken)) throw error;
        }
      }
      return undefined;
    },
    async write(entry) {
      await mkdir(dirname(path), { recursive: true });
      const key = sealingKey(keyring.dataKey(direction()), PURPOSE);
      await writeAtomically(path, seal(key, JSON.stringify(entry), PLACE));
    },
    clear: () => rm(path, { force: true }),
  };
}
