import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { createGuests } from '../../../src/main/groups/guests';
import type { DocumentBody } from '../../../src/store/port';
import { createSchool, temporaryFolder } from '../directory/poste';

const HALF = { date: '2026-11-23', half: 'AM' as const };
const DAY = { from: '2026-11-23T07:00:00.000Z', until: '2026-11-23T15:30:00.000Z' };

/** What hosts said, in the register of the children's own class: once, by a head's poste, and only what really was. */
describe('guests in the registers', () => {
  it('are carried home once, never for a child who was not sent there, never into another class', async () => {
    const { poste, actor, head } = await createSchool(await temporaryFolder());
    const { people, databases, platform } = poste;
    const add = (label: string) => people.addClass(actor, { label, grades: [] });
    const [home, host, other] = [await add('CE2'), await add('CP'), await add('CM1')];
    const léa = await people.addPupil(actor, { class: home, first: 'Léa', family: 'Martin' });
    const tom = await people.addPupil(actor, { class: other, first: 'Tom', family: 'Roux' });
    let isHeadPoste = false;
    let today = '2026-12-01T08:00:00.000Z';
    const traced: string[] = [];
    const guests = createGuests({
      platform: {
        ...platform,
        tracer: { trace: (_who, action, about) => void traced.push([action, ...about].join(' ')) },
      },
      databases,
      timeZone: () => 'Europe/Paris',
      now: () => Date.parse(today),
      isHeadPoste: () => isHeadPoste,
    });
    const ecole = await databases.open('ecole');
    const said = (id: string, pupil: Id<'pupil'>, fields: object = {}): DocumentBody => ({
      _id: `event_${id.repeat(13)}`,
      type: 'guestRoll',
      v: 1,
      ...HALF,
      host,
      home,
      pupil,
      state: 'absent',
      by: head,
      at: '2026-11-23T07:40:00.000Z',
      replaces: [],
      ...fields,
    });
    await ecole.putAll([
      {
        _id: 'event_zzzzzzzzzzzzz',
        type: 'dispatch',
        v: 1,
        kind: 'replacement',
        classId: home,
        hosts: [{ classId: host, pupils: [léa, tom] }],
        ...DAY,
        by: head,
        at: DAY.from,
        as: 'head',
        replaces: [],
      },
      said('a', léa),
      // A later word of the host's names the former.
      said('b', léa, { state: 'late', arrivedAt: '09:10', replaces: ['event_aaaaaaaaaaaaa'] }),
      // Another day, another class, a child whose register this is not, a document of a later version.
      said('c', léa, { date: '2026-11-24' }),
      said('d', léa, { host: other }),
      said('e', tom),
      said('f', léa, { v: 2 }),
      said('g', léa, { state: 'somewhere' }),
    ]);
    const classe = await databases.open('classe', home);
    // Called in the morning, and there until the evening.
    expect((await guests.in(host, HALF)).map(({ times }) => times.until)).toContain('16:30');
    expect(await guests.carryHome()).toBe(0);
    isHeadPoste = true;
    // A word that comes eight days after its day is no more carried by itself: it says so, once, and stays to be read.
    expect([await guests.carryHome(), await guests.carryHome()]).toEqual([0, 0]);
    expect(classe.all('rollEntry')).toEqual([]);
    expect(traced).toEqual([`right.refused ${léa} ${head}`, `right.refused ${léa} ${head}`]);
    expect((await guests.saidOf(home, HALF)).filter(({ pupil }) => pupil === léa)).toHaveLength(2);
    today = '2026-11-30T22:30:00.000Z';
    expect(await guests.carryHome()).toBe(2);
    expect(classe.all('rollEntry').map(({ body }) => body._id)).toEqual([
      'event_aaaaaaaaaaaaa',
      'event_bbbbbbbbbbbbb',
    ]);
    expect(await guests.carryHome()).toBe(0);
    expect((await guests.saidOf(home, HALF)).map(({ pupil, state }) => [pupil, state])).toContainEqual([
      léa,
      'late',
    ]);
    expect((await databases.open('classe', other)).all('rollEntry')).toEqual([]);
  });
});
