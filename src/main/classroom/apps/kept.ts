import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { id, line } from '../../../contract/define';
import { APP_MODES, PACKAGE_NAME, type AppMode } from '../../../domain/device/apps';
import type { Id } from '../../../domain/id';
import { writeAtomically } from '../../../store/atomic-file';

/** What a lesson wants of its devices; found again by the same lesson after a restart, by no other. */
export interface KeptApps {
  readonly lesson: Id<'lesson'>;
  readonly mode: AppMode;
  readonly apps: readonly string[];
  /** Computers in pupil mode know theirs by name. */
  readonly programs: readonly string[];
  readonly copy: 'free' | 'blocked';
  readonly brightness?: number | undefined;
}

const schema = v.strictObject({
  version: v.literal(1),
  lesson: id('lesson'),
  mode: v.picklist(APP_MODES),
  apps: v.pipe(v.array(v.pipe(v.string(), v.regex(PACKAGE_NAME))), v.maxLength(500)),
  programs: v.optional(v.pipe(v.array(line(60)), v.maxLength(500)), []),
  copy: v.optional(v.picklist(['free', 'blocked']), 'free'),
  brightness: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(255))),
});

export function appsFile(folder: string) {
  const path = join(folder, 'apps.json');
  return {
    /** A file that cannot be read limits nothing. */
    async read(): Promise<KeptApps | undefined> {
      try {
        return v.parse(schema, JSON.parse(await readFile(path, 'utf8')));
      } catch {
        return undefined;
      }
    },
    write: ({ lesson, mode, apps, programs, copy, brightness }: KeptApps): Promise<void> =>
      writeAtomically(
        path,
        `${JSON.stringify({ version: 1, lesson, mode, apps, programs, copy, brightness })}\n`,
      ),
    clear: (): Promise<void> => rm(path, { force: true }),
  };
}
