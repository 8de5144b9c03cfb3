import { AafCut } from '../../../domain/people/feeds/aaf-cut';
import type { AafKind, AafObject } from '../../../domain/people/feeds/aaf-object';
import { aafFiles } from '../../../domain/people/feeds/aaf-rows';
import { aafStructures } from '../../../domain/people/feeds/feed-keys';
import { parseOndeFile } from '../../../domain/people/onde';
import type { OndeFile } from '../../../domain/people/onde';
import { ONDE_LIMITS } from '../../../domain/people/onde/limits';
import type { Directory } from '../../../domain/people/person';
import { readAaf } from './aaf-xml';
import { filesOfArchive } from './archive';
import { FeedRefused } from './problem';
import { formOf, headOf, looksLikeSpreadsheet, type FeedSource } from './source';

export interface Unreadable {
  readonly name: string;
  readonly reason: string;
  readonly params: Record<string, unknown>;
}
export interface FeedsRead {
  /** What the plan is made of, each with the name of the file it came from. */
  readonly files: { readonly name: string; readonly read: OndeFile }[];
  readonly unreadable: Unreadable[];
  /** Schools of an academy's or commune's file beside this one; 0 where every file was the school's own. */
  readonly otherSchools: number;
}

export interface School {
  readonly uai: string | undefined;
  /** ISO date in the school's zone. */
  readonly today: string;
  readonly current: Directory;
}

/**
 * Recognises what was dropped, whatever its name: extractions as tables, AAF as XML, and archives of them. One file that
 * cannot be read keeps none of the others from being read.
 */
export async function readFeeds(dropped: readonly FeedSource[], school: School): Promise<FeedsRead> {
  const unreadable: Unreadable[] = [];
  const tables: FeedsRead['files'] = [];
  const xml: FeedSource[] = [];
  const refuse = (name: string, { code, ...params }: { code: string }): void =>
    void unreadable.push({ name, reason: code, params });
  const attempt = async (source: FeedSource, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof FeedRefused)) throw error;
      refuse(source.name, error.problem);
    }
  };

  async function take(source: FeedSource, inside = false): Promise<void> {
    await attempt(source, async () => {
      const form = formOf(await headOf(source));
      if (form === 'xml') xml.push(source);
      else if (form === 'table') {
        // One byte more than an extraction may have is enough to say that it is too large.
        const bytes = await headOf(source, ONDE_LIMITS.fileBytes + 1);
        const reading = parseOndeFile(bytes, { today: school.today, uai: school.uai });
        if (reading.ok) tables.push({ name: source.name, read: reading.file });
        else refuse(source.name, reading.problem);
      } else if (inside) refuse(source.name, { code: 'badArchive' });
      else {
        const files = await filesOfArchive(source);
        if (looksLikeSpreadsheet(files.map(({ name }) => name)))
          return refuse(source.name, { code: 'spreadsheet' });
        for (const file of files) await take(file, true);
      }
    });
  }
  for (const source of dropped) await take(source);
  const aaf = xml.length === 0 ? { files: [], otherSchools: 0 } : await readOwn(xml, school, refuse, attempt);
  return { files: [...tables, ...aaf.files], unreadable, otherSchools: aaf.otherSchools };
}

/** Schools, then pupils, then adults: every reference of the AAF goes to something already met. */
const ORDER: readonly AafKind[] = ['school', 'pupil', 'staff', 'guardian'];
const IN_NAME: Readonly<Record<AafKind, RegExp>> = {
  school: /EtabEducNat/i,
  guardian: /PersRelEleve/i,
  staff: /PersEducNat/i,
  pupil: /Eleve/i,
};
const IN_TEXT: Readonly<Record<AafKind, RegExp>> = {
  school: /<value>\s*EtabEducNat\s*</,
  guardian: /<value>\s*PersRelEleve\s*</,
  staff: /<value>\s*PersEducNat\s*</,
  pupil: /<value>\s*Eleve\s*</,
};

/** Files in the order in which they are to be read. What a file holds is said by its first object, else by its name. */
export async function inOrder(files: readonly FeedSource[]): Promise<FeedSource[]> {
  const ranked = await Promise.all(
    files.map(async (file) => {
      const head = (await headOf(file)).toString('latin1');
      const kinds = Object.keys(IN_NAME) as AafKind[];
      const kind =
        kinds.find((one) => IN_TEXT[one].test(head)) ?? kinds.find((one) => IN_NAME[one].test(file.name));
      return { file, rank: kind ? ORDER.indexOf(kind) : ORDER.length };
    }),
  );
  return ranked.sort((a, b) => a.rank - b.rank).map(({ file }) => file);
}

async function readOwn(
  files: readonly FeedSource[],
  { uai, today, current }: School,
  refuse: (name: string, problem: { code: string }) => void,
  attempt: (source: FeedSource, work: () => Promise<void>) => Promise<void>,
): Promise<Pick<FeedsRead, 'files' | 'otherSchools'>> {
  if (uai === undefined) {
    for (const { name } of files) refuse(name, { code: 'noUai' });
    return { files: [], otherSchools: 0 };
  }
  const people = [...current.pupils, ...current.guardians, ...current.staff];
  const known = {
    uai,
    structures: aafStructures(current.classes),
    people: new Set(people.flatMap(({ feedKeys }) => feedKeys ?? [])),
  };
  const ordered = await inOrder(files);
  const objects = new Map<number, AafObject[]>();
  let file = 0;
  const cut = new AafCut({
    wants: (one) => one === uai,
    take: (_uai, object) => void objects.get(file)?.push(object),
    known,
  });
  const read = async (at: number, source: FeedSource): Promise<boolean> => {
    file = at;
    objects.set(at, []);
    let mixed = false;
    let first: AafKind | undefined;
    for await (const batch of readAaf(await source.open())) {
      for (const object of batch) {
        mixed ||= first !== undefined && object.kind !== first;
        first ??= object.kind;
        cut.offer(object);
      }
    }
    return mixed;
  };
  const bad = new Set<number>();
  const pass = async (): Promise<boolean> => {
    let mixed = false;
    for (const [at, source] of ordered.entries()) {
      if (bad.has(at)) continue;
      // What a refused file already said is forgotten: half of a file is not a smaller file.
      let fine = false;
      await attempt(source, async () => {
        mixed = (await read(at, source)) || mixed;
        fine = true;
      });
      if (fine) continue;
      objects.delete(at);
      bad.add(at);
    }
    return mixed;
  };
  // A file that mixes kinds may name what comes later: only then is everything read again, until nothing more finds its
  // place. An adult names a child and a child a school: three times at most.
  let before = Infinity;
  while ((await pass()) && cut.unplaced > 0 && cut.unplaced < before) {
    before = cut.unplaced;
    cut.again();
  }
  const mine = [...objects].flatMap(([at, list]) => list.map((object) => ({ file: at, object })));
  if (mine.length === 0 && objects.size > 0) {
    const { names, uais } = cut.schools;
    const problem =
      uais.has(uai) || uais.size === 0 ? { code: 'nothingOfSchool' } : { code: 'otherSchool', found: names };
    for (const at of objects.keys()) refuse(ordered[at]?.name ?? '', problem);
    return { files: [], otherSchools: 0 };
  }
  const structures = new Set([...cut.structuresOf(uai), uai]);
  const found = aafFiles({ objects: mine, structures, today }, current);
  return {
    files: found.map((one) => ({ name: ordered[one.file]?.name ?? '', read: one.read })),
    otherSchools: Math.max(0, cut.schools.count - 1),
  };
}
