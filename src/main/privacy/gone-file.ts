import { readFile } from 'node:fs/promises';
import * as v from 'valibot';
import { AUDIENCE_KINDS, parseAudience, type AudienceKind } from '../../domain/audience';
import { localDateSchema } from '../../contract/define';
import { writeAtomically } from '../../store/atomic-file';

/** What this computer let go of by date: base, day and number; nothing of what it was. */
const goneSchema = v.array(
  v.object({
    base: v.picklist(Object.keys(AUDIENCE_KINDS) as AudienceKind[]),
    on: localDateSchema,
    count: v.number(),
  }),
);
export interface GoneFile {
  /** Last first. */
  last(): v.InferOutput<typeof goneSchema>;
  add(audience: string, on: string, count: number): Promise<void>;
}
const KEPT = 60;

export async function openGoneFile(path: string): Promise<GoneFile> {
  const text = await readFile(path, 'utf8').catch(() => '[]');
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), goneSchema), text);
  let all = parsed.success ? parsed.output : [];
  return {
    last: () => all,
    async add(audience, on, count) {
      const base = parseAudience(audience)?.kind;
      if (!base) return;
      all = [{ base, on, count }, ...all].slice(0, KEPT);
      await writeAtomically(path, JSON.stringify(all));
    },
  };
}
