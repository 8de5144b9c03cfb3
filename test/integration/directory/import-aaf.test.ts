import { describe, expect, test } from 'vitest';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import { aafFile, fileName, request } from '../../bench/directory/aaf-file';
import { recordsOf, schoolOf, type AafRecord } from '../../bench/directory/town';
import { createSchool, SCHOOL, source, temporaryFolder } from './poste';

const SHAPE = { seed: 4, schools: 3, pupilsPerSchool: 24 };
const KINDS = ['Eleve', 'PersEducNat', 'EtabEducNat', 'PersRelEleve'] as const;

/** The records of a school of the town, as if it were the poste's own. */
function own(records: readonly AafRecord[], rank: number): AafRecord[] {
  const theirs = schoolOf(rank).uai;
  const text = JSON.stringify(records).replaceAll(theirs, SCHOOL.uai);
  return JSON.parse(text) as AafRecord[];
}

/** The four files of a town of three schools, the second of which is the poste's. */
function town(): FeedSource[] {
  const all = [recordsOf(SHAPE, 0), own(recordsOf(SHAPE, 1), 1), recordsOf(SHAPE, 2)].flat();
  return KINDS.map((kind) => {
    const objects = all.filter((record) => record.kind === kind).map((record) => request(record));
    return source(fileName(kind), aafFile(objects));
  });
}

describe('AAF of a whole town', () => {
  test('only the own school is kept; a second import changes nothing', async () => {
    const { poste, actor } = await createSchool(await temporaryFolder());
    const run = await poste.imports.dryRun(actor, town());
    expect(run.unreadable).toEqual([]);
    expect(run.otherSchools).toBe(2);
    const added = run.result.added.filter(({ kind }) => kind === 'pupil');
    expect(added).toHaveLength(24);
    await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result));
    expect(await poste.counts()).toMatchObject({ pupils: 24, pupilFiles: 24, staff: 9 });
    const again = await poste.imports.dryRun(actor, town());
    expect([again.result.added, again.result.changed, again.result.linked, again.result.doubtful]).toEqual([
      [],
      [],
      [],
      [],
    ]);
  });
});
