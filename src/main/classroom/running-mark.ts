import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { parseAudience, type Audience } from '../../domain/audience';
import { writeAtomically } from '../../store/atomic-file';

/**
 * Which base holds the lesson that runs on this poste: `lesson.json` in the data folder. Without it a start would have
 * to open every class's base to learn that no lesson was running. It is there before the lesson is, and goes after it: a
 * mark without a lesson only costs the opening of one base.
 */
export interface RunningMark {
  read(): Promise<Audience | undefined>;
  set(audience: Audience): Promise<void>;
  clear(): Promise<void>;
}

const markSchema = v.strictObject({
  version: v.literal(1),
  audience: v.pipe(
    v.string(),
    v.check((name) => parseAudience(name) !== undefined),
  ),
});

export function createRunningMark(folder: string): RunningMark {
  const path = join(folder, 'lesson.json');
  return {
    async read() {
      let text: string;
      try {
        text = await readFile(path, 'utf8');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      return v.parse(markSchema, JSON.parse(text)).audience;
    },
    set: (audience) => writeAtomically(path, `${JSON.stringify({ version: 1, audience })}\n`),
    clear: () => rm(path, { force: true }),
  };
}
