/**
 * `people_search_p95_ms`: from what a person types to the people found, as the service answers a teacher's window, at 1,000
 * people: 880 pupils of 36 classes, 60 adults, 60 parents' records. Names with and without their accents, a letter
 * missing, doubled, exchanged or wrong, beginnings, a class, a function; nobody's found whom a teacher may not read.
 * Counted: rights, search, the answer's own names. The index is made once, at the first query (`people_search_index_ms`).
 */
import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { audience } from '../../src/domain/audience';
import { idFrom, type Id } from '../../src/domain/id';
import { GRADES } from '../../src/domain/people/person';
import type { Actor } from '../../src/domain/rights/actor';
import type { SchoolDatabases } from '../../src/main/directory/databases';
import { createSearchService } from '../../src/main/groups/search-service';
import { PouchStore } from '../../src/store/pouch-store';
import type { DocumentBody } from '../../src/store/port';

const FIRST = 'Léa Hugo Inès Noé Zoé Maël Éloïse Anaïs Gaëtan Loïc Chloé Théo Jade Raphaël Aïcha Mathéo Élise Noémie Jérôme Marie-Apolline Björn Nuño Sólveig Œdipe Yaëlle'.split(' '); // prettier-ignore
const FAMILY = 'Martin Lefèvre O’Brien Benoît Müller Leclerc Faure D’Angelo Kone Hervé Ménard Pichon Zimmermann Roussel Collin Brémond Garnier Lebœuf Noël Jacquet Prévost Vasseur Chauvet Bourdon Delattre Gauthier Estève Mercier Sadek Dubœuf Nguyễn Żółkiewski'.split(' '); // prettier-ignore
const PEOPLE = { pupils: 880, staff: 60, guardians: 60 };
const CLASSES = 36;
const ROUNDS = 2_000;

const pick = <T>(list: readonly T[], at: number): T => list[at % list.length] as T;
const newId = <P extends 'class' | 'pupil' | 'staff' | 'guardian'>(prefix: P): Id<P> =>
  idFrom(prefix, randomBytes(9));

/** One letter missing, doubled, exchanged with the next, or another: by turns. */
function mistaken(word: string, how: number): string {
  const at = 1 + (how % Math.max(1, word.length - 2));
  const [before, letter, next, after] = [
    word.slice(0, at),
    word.charAt(at),
    word.charAt(at + 1),
    word.slice(at + 2),
  ];
  return pick([`${before}${next}${after}`, `${before}${letter}${letter}${next}${after}`, `${before}${next}${letter}${after}`, `${before}e${next}${after}`], how); // prettier-ignore
}
const bare = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase();

export async function measurePeopleSearch(
  folder: string,
  say: (line: string) => void,
): Promise<{ p95Ms: number; indexMs: number; foundShare: number }> {
  const key = randomBytes(32);
  const store = new PouchStore({ folder, keyring: { dataKeys: () => [key] } });
  const names = { ecole: audience('ecole', { year: 2026 }), direction: audience('direction') };
  const [ecole, direction] = [await store.open(names.ecole), await store.open(names.direction)];
  const classes = Array.from({ length: CLASSES }, (_, at) => ({ id: newId('class'), label: `${pick(GRADES, at)} ${'ABCD'.charAt(at / GRADES.length)}`.trim() })); // prettier-ignore
  const named = (at: number) => ({
    first: pick(FIRST, at * 7),
    family: pick(FAMILY, at * 13 + Math.floor(at / 31)),
  });
  const pupils = Array.from({ length: PEOPLE.pupils }, (_, at) => ({ id: newId('pupil'), names: named(at), classId: pick(classes, at).id })); // prettier-ignore
  const documents: DocumentBody[] = [
    ...classes.map(({ id, label }) => ({ _id: id, type: 'class', v: 1, label, grades: [label.split(' ')[0] ?? ''], schoolYear: 2026 })),
    ...pupils.map(({ id, names: of, classId }) => ({ _id: id, type: 'pupil', v: 1, names: of, classId })),
    ...Array.from({ length: PEOPLE.staff }, (_, at) => ({ _id: newId('staff'), type: 'staff', v: 1, names: named(at * 3), roles: [at === 0 ? 'head' : 'teacher'], classIds: [pick(classes, at).id] })),
  ]; // prettier-ignore
  await ecole.putAll(documents);
  await direction.putAll(
    Array.from({ length: PEOPLE.guardians }, (_, at) => ({
      _id: newId('guardian'),
      type: 'guardian',
      v: 1,
      names: named(at * 5),
      children: [pick(pupils, at).id],
    })),
  );
  const databases = {
    open: (kind: string) => Promise.resolve(kind === 'direction' ? direction : ecole),
    readable: () => true,
  } as unknown as Pick<SchoolDatabases, 'open' | 'readable'>;
  const service = createSearchService({
    platform: { tracer: { trace: () => undefined } },
    databases,
    timeZone: () => 'Europe/Paris',
    now: () => Date.UTC(2026, 10, 23, 8),
  });
  const teacher: Actor = {
    kind: 'staff',
    personId: newId('staff'),
    grants: [{ role: 'teacher', classIds: [pick(classes, 0).id] }],
  };

  const begun = performance.now();
  await service.people(teacher, 'léa');
  const indexMs = performance.now() - begun;
  const times: number[] = [];
  let asked = 0;
  let found = 0;
  for (let at = 0; at < ROUNDS; at += 1) {
    const { id, names: of } = pick(pupils, at * 17);
    const query = pick(
      [
        () => `${of.first} ${of.family}`,
        () => `${bare(of.first)} ${bare(of.family)}`,
        () => `${bare(of.first)} ${mistaken(bare(of.family), at)}`,
        () => `${of.family.slice(0, 3)} ${of.first.slice(0, 2)}`,
        () => `${bare(of.first)} ${bare(of.family).charAt(0)}`,
        () => bare(of.first).slice(0, 1),
      ],
      at,
    )();
    const start = performance.now();
    const people = await service.people(teacher, query, 20);
    times.push(performance.now() - start);
    // A whole name, even with a letter wrong, finds the child; a beginning finds too many to ask that of it.
    if (at % 6 > 2) continue;
    asked += 1;
    const who = (one: { kind: string; name: string }): boolean =>
      one.kind === 'pupil' && one.name === `${of.first} ${of.family}`;
    if (people.some((one) => one.id === id || who(one))) found += 1;
    if (people.some(({ kind }) => kind === 'guardian')) throw new Error('a teacher found a parent');
  }
  await store.close();
  const p95Ms = times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Infinity;
  say(
    `People: ${ROUNDS} queries over 1,000 people, p95 ${p95Ms.toFixed(2)} ms; ${found} of ${asked} whole names found`,
  );
  return { p95Ms, indexMs, foundShare: found / asked };
}
