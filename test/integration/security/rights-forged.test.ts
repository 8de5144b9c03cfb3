import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { createRightsDirectory } from '../../../src/main/rights/directory';
import { createRightsKeeper } from '../../../src/main/rights/keeper';
import { openRightsClock } from '../../../src/main/session/rights-clock';
import type { DocumentBody } from '../../../src/store/port';
import { revisionKey, revisionOf } from '../../../src/store/revision';
import { createSchool, NOW, temporaryFolder } from '../directory/poste';

const DAY = 86_400_000;
const iso = (at: number): string => new Date(at).toISOString();
const ID: Id<'event'> = 'event_aaaaaaaaaaaaa';
const SONIA: Id<'staff'> = 'staff_ssssssssssssa';
const TEACHER: Id<'staff'> = 'staff_ttttttttttttt';
const CM1: Id<'class'> = 'class_ccccccccccccc';
const CP: Id<'class'> = 'class_ppppppppppppp';

/** A head's poste that holds what was said twice under one id: first revisions, written apart, as an exchange brings them. */
async function holding(...said: readonly object[]) {
  const folder = await temporaryFolder();
  const { poste, actor } = await createSchool(folder);
  if (actor.kind !== 'staff') throw new Error('nobody');
  const head = actor.personId;
  const ecole = await poste.databases.open('ecole');
  const key = revisionKey(poste.keyring.dataKey(ecole.audience));
  for (const one of said) {
    const body = { _id: ID, type: 'delegation', v: 1, groupIds: [], by: head, ...one } as DocumentBody;
    const rev = revisionOf(key, { deleted: false, body });
    await ecole.apply([{ id: ID, rev, ancestors: [], deleted: false, body }]);
  }
  const clock = await openRightsClock({
    folder,
    clock: () => NOW,
    horizon: () => undefined,
    timeZone: () => 'Europe/Paris',
  });
  const directory = createRightsDirectory({ databases: poste.databases, rights: clock });
  const taken: string[] = [];
  const keeper = createRightsKeeper({
    platform: poste.platform,
    timers: { now: () => NOW, after: () => () => undefined },
    databases: poste.databases,
    directory,
    clock,
    sessions: { connections: () => [], signedIn: () => actor, signOut: () => undefined },
    entitleAll: () => Promise.resolve(),
    forget: () => undefined,
    endLesson: () => Promise.resolve(),
    hasPoste: () => false,
    exchange: {
      refreshGrants: () => Promise.resolve(),
      headKey: () => Promise.resolve('key'),
      members: {
        leavesClasses: (_head, person) => Promise.resolve(void taken.push(person)),
        leavesSchool: (_head, person) => Promise.resolve(void taken.push(person)),
      },
    },
  });
  await keeper.tick();
  await keeper.close();
  return {
    delegated: () => directory.delegated(SONIA),
    settled: ecole.all('delegationSettled').length,
    taken,
  };
}
const head = {
  person: SONIA,
  role: 'substitute',
  classIds: [CM1],
  from: iso(NOW - DAY),
  until: iso(NOW + DAY),
};
/** Of the teacher's own class, so that the exchange takes it; over already. */
const forged = {
  by: TEACHER,
  person: SONIA,
  role: 'guest',
  classIds: [CP],
  from: iso(NOW - 9 * DAY),
  until: iso(NOW - DAY),
};

describe('a delegation that a teacher’s modified client writes under the id of another', () => {
  it.each([
    ['first', [forged, head]],
    ['last', [head, forged]],
  ])('does not end a head’s, where it comes %s', async (_when, said) => {
    const { delegated, settled, taken } = await holding(...said);
    expect((await delegated()).map(({ role }) => role)).toEqual(['substitute']);
    expect({ settled, taken }).toEqual({ settled: 0, taken: [] });
  });
  it('does not keep alive what a head’s date has ended', async () => {
    const longer = { ...forged, until: iso(NOW + 9 * DAY) };
    const over = { ...head, until: iso(NOW - 1) };
    const { settled, taken } = await holding(longer, over);
    expect({ settled, taken: [...new Set(taken)] }).toEqual({ settled: 1, taken: [SONIA] });
  });
  it('does not end a colleague’s either', async () => {
    const colleagues = { ...head, by: 'staff_uuuuuuuuuuuuu', role: 'atsem' };
    const { delegated, settled } = await holding(forged, colleagues);
    expect((await delegated()).map(({ role }) => role)).toContain('atsem');
    expect(settled).toBe(0);
  });
});
