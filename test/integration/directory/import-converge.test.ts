import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import type { Actor } from '../../../src/domain/rights/actor';
import type { FeedSource } from '../../../src/main/directory/feeds/source';
import type { AafRecord } from '../../bench/directory/town';
import { complete, ondeOf, ownRecords } from './feed-files';
import { createSchool, openPoste, temporaryFolder, type Poste } from './poste';

vi.setConfig({ testTimeout: 240_000 });

/** What somebody imports: any of the children, by one feed or the other, with some names spelt anew. */
const step = fc.record({
  feed: fc.constantFrom('onde', 'aaf'),
  left: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { maxLength: 12 }),
  respelt: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { maxLength: 4 }),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function filesOf({ feed, left, respelt }: Step): FeedSource[] {
  const own = ownRecords();
  const children = own.filter(({ kind }) => kind === 'Eleve');
  const isLeft = (record: AafRecord): boolean => left.includes(children.indexOf(record));
  for (const at of respelt) {
    const child = children[at];
    if (child) child.attributes['ENTPersonPrenom'] = `${String(child.attributes['ENTPersonPrenom'])}-Marie`;
  }
  const kept = own.filter((record) => !isLeft(record));
  return feed === 'onde' ? [ondeOf(kept)] : complete(kept);
}

async function importing(poste: Poste, actor: Actor, one: Step): Promise<number> {
  const run = await poste.imports.dryRun(actor, filesOf(one));
  const { added, changed } = await poste.imports.apply(actor, run.plan, suggestedDecisions(run.result), true);
  return added + changed;
}
async function undo(poste: Poste, actor: Actor): Promise<void> {
  const last = await poste.imports.last(actor);
  await poste.imports.undo(actor, last?.id ?? '', false);
}
async function everything(poste: Poste): Promise<unknown> {
  const ecole = await poste.databases.open('ecole');
  const direction = await poste.databases.open('direction');
  const bodies = (db: typeof ecole, types: string[]) =>
    types.map((type) => db.all(type).map(({ body }) => body));
  return [bodies(ecole, ['class', 'pupil']), bodies(direction, ['pupilFile', 'guardian'])];
}

test('imports by any feed, undone and made again, leave two postes with the same people', async () => {
  await fc.assert(
    fc.asyncProperty(step, step, async (first, second) => {
      const here = await createSchool(await temporaryFolder());
      const there = await openPoste(await temporaryFolder());
      for (const name of here.poste.keyring.audiences()) {
        if (!name.startsWith('perso')) await there.keyring.add(name, here.poste.keyring.dataKey(name));
      }
      const parc = await here.poste.databases.open('parc');
      for (const { body } of parc.all('school')) await (await there.databases.open('parc')).put(body);
      await there.school.refresh();

      await importing(here.poste, here.actor, first);
      const before = await everything(here.poste);
      const written = await importing(here.poste, here.actor, second);
      const after = await everything(here.poste);
      if (written > 0) await undo(here.poste, here.actor);
      expect(await everything(here.poste)).toEqual(before);
      await importing(here.poste, here.actor, second);
      expect(await everything(here.poste)).toEqual(after);

      // The other poste never undid anything.
      await importing(there, here.actor, first);
      await importing(there, here.actor, second);
      expect(await everything(there)).toEqual(after);
    }),
    { numRuns: 6 },
  );
});
