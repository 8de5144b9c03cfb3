import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { id } from '../../../contract/define';
import { INTERNET_MODES, type InternetMode } from '../../../domain/internet/judge';
import type { Id } from '../../../domain/id';
import { writeAtomically } from '../../../store/atomic-file';

/** What a lesson set, beside the data and without a name in it: found again by the same lesson after a restart, by no other. */
export interface KeptInternet {
  readonly lesson: Id<'lesson'>;
  readonly mode: InternetMode;
  readonly sites: readonly string[];
}

const keptSchema = v.strictObject({
  version: v.literal(1),
  lesson: id('lesson'),
  mode: v.picklist(INTERNET_MODES),
  sites: v.array(v.string()),
});

export function internetFile(folder: string) {
  const path = join(folder, 'internet.json');
  return {
    /** A file that cannot be read limits nothing: a device must never stay without Internet by accident. */
    async read(): Promise<KeptInternet | undefined> {
      try {
        const { lesson, mode, sites } = v.parse(keptSchema, JSON.parse(await readFile(path, 'utf8')));
        return { lesson, mode, sites };
      } catch {
        return undefined;
      }
    },
    write: ({ lesson, mode, sites }: KeptInternet): Promise<void> =>
      writeAtomically(path, `${JSON.stringify({ version: 1, lesson, mode, sites })}\n`),
    clear: (): Promise<void> => rm(path, { force: true }),
  };
}
