import { afterEach, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idFrom, opaqueOf, type Id } from '../../../src/domain/id';
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

  it('keeps their work: the child and the new teacher find it again, whenever the old class’s computer sends it', async () => {
    school = await yearSchool();
    const { head, teacher, cp, ce1, pupils, paul } = school;
    const lesson = async (work: (send: Sender) => Promise<void>): Promise<void> => {
      await teacher.ask('classroom.open', { class: cp, mode: 'personal' });
      await work((...given) => handIn(teacher, ...given));
      await teacher.ask('classroom.close', {});
    };
    await lesson(async (send) => {
      await send('Le chat', [pupils.zoe]);
      await send('Le chien', [pupils.ali]);
      await send('À deux', [pupils.zoe, pupils.ali]);
    });
    await sync(teacher);
    school.connect(false);
    await head.ask('people.correctPupil', { pupil: pupils.zoe, first: 'Zoé', family: 'Martin', class: ce1 });
    // The old class's computer has not heard of it.
    await lesson((send) => send('En retard', [pupils.zoe]));
    school.connect(true);
    await sync(teacher);
    school.setDay('2026-11-13');
    await head.ask('sync.run', {});

    await head.ask('people.assignClasses', { person: paul, classes: [ce1] });
    await head.ask('sync.run', {});
    // His right, then the keys, then what they open.
    const received = async (): Promise<string[]> => {
      await sync(teacher);
      return works(teacher, ce1).catch(() => []);
    };
    await expect.poll(received, { timeout: 30_000 }).toHaveLength(3);
    expect(await works(teacher, ce1)).toEqual(['En retard: Zoé', 'Le chat: Zoé', 'À deux: Zoé, Ali Martin']);
    expect((await teacher.ask('years.handOvers', { class: ce1 })).received).toMatchObject([{ works: 3 }]);
    // And on a tablet of the new class.
    await teacher.ask('classroom.open', { class: ce1, mode: 'personal' });
    const tablet = await seated(teacher, [pupils.zoe]);
    const found = teacher.host.rooms()?.classroom.gate.tools.notes.shelf.list(tablet.seat, undefined).works;
    expect(found?.map(({ title }) => title).sort()).toEqual(['En retard', 'Le chat', 'À deux']);
  });

  it('comes back without bringing anything twice, and leaves nothing of after', async () => {
    school = await yearSchool({ teacher: false });
    const { head, cp, ce1, pupils, paul } = school;
    const move = (to: Id<'class'>) =>
      head.ask('people.correctPupil', { pupil: pupils.zoe, first: 'Zoé', family: 'Martin', class: to });
    const { id } = (await head.ask('session.state', {})).signedIn ?? { id: paul };
    await head.ask('people.assignClasses', { person: id, classes: [cp, ce1] });
    const during = async (of: Id<'class'>, title: string): Promise<void> => {
      await head.ask('classroom.open', { class: of, mode: 'personal' });
      await handIn(head, title, [pupils.zoe]);
      await head.ask('classroom.close', {});
    };
    await during(cp, 'Un');
    await move(ce1);
    await during(ce1, 'Deux');
    await move(cp);
    await during(cp, 'Trois');
    school.setDay('2026-11-13');
    await head.ask('sync.run', {});
    expect(await works(head, cp)).toEqual(['Deux: Zoé', 'Trois: Zoé', 'Un: Zoé']);
    expect(await works(head, ce1)).toEqual(['Deux: Zoé Martin', 'Un: Zoé Martin']);
  });
});

const TABLET = { capture: false, battery: true, touch: true, camera: true, keys: true };
async function seated(host: YearHost, pupils: readonly Id<'pupil'>[]) {
  const session = host.host
    .rooms()
    ?.classroom.gate.connect({ id: 'device_aaaaaaaaaaaaa', label: 'Tablette 1', kind: 'tablet' }, TABLET, {
      send: () => undefined,
      end: () => undefined,
    });
  if (!session) throw new Error('no classroom');
  for (const pupil of pupils) await session.signIn({ pupil });
  return session;
}
type Sender = (title: string, pupils: readonly Id<'pupil'>[]) => Promise<void>;
/** Sent by the teacher, and answered on a tablet by those children. */
async function handIn(host: YearHost, title: string, pupils: readonly Id<'pupil'>[]): Promise<void> {
  const { item } = await host.ask('classroom.sendPage', {
    title,
    url: 'https://example.org/',
    answer: true,
    to: 'all',
  });
  const session = await seated(host, pupils);
  const id = idFrom('handin', randomBytes(9));
  await session.handIn({ id, item, pupils: [...pupils], parts: [{ kind: 'text', text: title }] });
  for (const pupil of pupils) await session.leave(pupil);
}
async function works(host: YearHost, of: Id<'class'>): Promise<string[]> {
  const { handIns } = await host.ask('classroom.handIns', { class: of });
  return handIns.map(({ title, authors }) => `${title}: ${authors.join(', ')}`).sort();
}
