import { afterEach, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { opaqueOf, type Id } from '../../../src/domain/id';
import { rollCall, yearSchool, type YearHost, type YearSchool } from './school';

let school: YearSchool;
afterEach(() => school.end());

const sync = (host: YearHost) => host.ask('sync.run', {});
const keysOf = (host: YearHost): string => readFileSync(join(host.folder, 'keys.json'), 'utf8');

describe('a pupil who changes class', () => {
  it('brings what the new teacher needs, and nothing else of the old class', async () => {
    school = await yearSchool();
    const { head, teacher, cp, ce1, pupils, paul } = school;
    // Éva's class is another's: Paul's computer has no key of it.
    await rollCall(head, ce1, { date: '2026-11-12', half: 'AM' }, [pupils.eva], [pupils.eva]);
    expect(keysOf(teacher)).not.toContain(opaqueOf(ce1));
    const correct = (to: Id<'class'>) =>
      head.ask('people.correctPupil', { pupil: pupils.eva, first: 'Éva', family: 'Martin', class: to });
    await correct(cp);
    await sync(teacher);
    const { received } = await teacher.ask('years.handOvers', { class: cp });
    expect(received).toMatchObject([
      { pupil: pupils.eva, name: 'Éva Martin', from: 'CE1', unjustified: 1, homework: [], notes: [] },
    ]);
    expect(keysOf(teacher)).not.toContain(opaqueOf(ce1));
    await expect(teacher.ask('register.sheet', { class: ce1 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    // The old class keeps its history.
    const before = await head.ask('register.sheet', { class: ce1, half: { date: '2026-11-12', half: 'AM' } });
    expect(before.done).toBeDefined();
    await expect(head.ask('years.handOvers', { class: cp })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(paul).toBeDefined();
  });

  it('is followed by a note that is written afterwards, by postes that never meet', async () => {
    school = await yearSchool();
    const { head, teacher, cp, ce1, pupils } = school;
    await rollCall(teacher, cp, { date: '2026-11-12', half: 'AM' }, [pupils.zoe, pupils.ali]);
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Lecture',
      text: 'Page 12',
      dueOn: '2026-11-20',
    });
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Poésie',
      text: 'Le chat',
      dueOn: '2026-11-02',
    });
    await sync(teacher);
    await head.ask('people.correctPupil', { pupil: pupils.zoe, first: 'Zoé', family: 'Martin', class: ce1 });
    school.connect(false);
    await teacher.ask('years.writeNote', { class: cp, pupil: pupils.zoe, text: 'Lit bien à voix haute.' });
    const { notes } = await teacher.ask('years.handOvers', { class: cp });
    const mine = notes.find(({ pupil }) => pupil === pupils.zoe);
    expect(mine?.text).toBe('Lit bien à voix haute.');
    await expect(
      teacher.ask('years.writeNote', { class: cp, pupil: pupils.eva, text: 'Pas de ma classe.' }),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
    school.connect(true);
    await sync(teacher);
    // The next day the head's computer looks again, with nobody else there.
    school.setDay('2026-11-13');
    await head.ask('sync.run', {});
    const into = await head.host
      .rooms()
      ?.years.handOvers.received(
        { kind: 'staff', personId: school.paul, grants: [{ role: 'teacher', classIds: [ce1] }] },
        ce1,
      );
    expect(into).toMatchObject([
      {
        pupil: pupils.zoe,
        from: 'CP',
        unjustified: 0,
        homework: [{ subject: 'Lecture', text: 'Page 12', dueOn: '2026-11-20' }],
        notes: [{ by: 'Paul Roche', text: 'Lit bien à voix haute.' }],
      },
    ]);
  });
});
