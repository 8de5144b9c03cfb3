import type { Readable } from 'node:stream';
import type { ErasureView, PersonFileView } from '../../contract/staff/privacy';
import { PreauError } from '../../domain/errors';
import { isId, type Id } from '../../domain/id';
import { normaliseName } from '../../domain/people/names';
import { mayHandOut } from '../../domain/privacy/cases';
import {
  aboutWhom,
  erasurePlan,
  personFile,
  type PersonFile,
  type Standing,
} from '../../domain/privacy/person-file';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import { APPEND_ONLY } from '../../exchange';
import type { AudienceDatabase } from '../../store/port';
import type { PupilDocument, StaffDocument } from '../directory/records';
import type { CasesService } from './cases-service';
import type { RequestDocument } from './documents';
import { ownFiles, personArchive, type OwnFile } from './person-archive';
import type { PrivacyDeps } from './ports';
import type { Holdings, Names } from './standing';

export interface FoundPerson {
  readonly id: Id<'pupil'> | Id<'guardian'> | Id<'staff'>;
  readonly name: string;
  readonly kind: 'pupil' | 'guardian' | 'staff';
  readonly detail?: string;
  readonly guardians: { id: Id<'guardian'>; name: string }[];
}

/** One person's data: found, gathered, handed out, erased within what the law lets (RGPD art. 15 to 20). */
export interface PersonService {
  find(actor: Actor, query: string): Promise<FoundPerson[]>;
  file(actor: Actor, request: string): Promise<PersonFileView>;
  archive(
    actor: Actor,
    request: string,
    words: Readonly<Record<string, string>>,
  ): Promise<{ name: string; open: () => Readable }>;
  erasure(actor: Actor, request: string): Promise<ErasureView>;
  /** @returns documents that were ended */
  erase(actor: Actor, request: string): Promise<number>;
}

/** Shown on a screen; the archive has them all. */
const SHOWN_MAX = 2_000;
const FOUND_MAX = 30;

export function createPersonService(
  deps: PrivacyDeps,
  holdings: Holdings,
  cases: CasesService,
): PersonService {
  const { platform, databases } = deps;
  const today = (): string => localDate(platform.clock(), deps.timeZone());
  type Placed = Standing & { readonly db: AudienceDatabase; readonly rev: string };

  async function everything(): Promise<Placed[]> {
    const all: Placed[] = [];
    for await (const one of holdings.documents()) all.push(one);
    return all;
  }
  async function handedOut(id: string): Promise<RequestDocument> {
    const request = await cases.requestOf(id);
    if (!mayHandOut(request.identity)) throw new PreauError('IDENTITY_UNCHECKED');
    return request;
  }
  async function gather({
    person,
    askedBy,
  }: RequestDocument): Promise<{ file: PersonFile; names: Names; files: OwnFile[] }> {
    const names = await holdings.names();
    const to = askedBy ?? person;
    // Names of colleagues are those of an office; other families' are not.
    const others = [...names.people.values()].filter(
      ({ id, kind }) => id !== person && id !== to && kind !== 'staff',
    );
    const all = await everything();
    const file = personFile(person, to, all, others, names.people.get(person));
    const labels = new Map(
      (await databases.open('ecole')).all('class').map(({ body }) => [body._id, String(body['label'])]),
    );
    /** A class and a colleague are called by their names, not by a code. */
    const called = (value: string): string =>
      isId(value, 'class') ? (labels.get(value) ?? value) : isId(value) ? (names.of(value) ?? value) : value;
    const own = new Set(file.items.filter(({ masked }) => masked === 0).map(({ id }) => id));
    const files = all
      .filter(({ body }) => own.has(body._id) && aboutWhom(body).every((one) => one === person || one === to))
      .flatMap(({ body }) => ownFiles(body._id, body));
    const items = file.items.map((item) => ({
      ...item,
      fields: item.fields.map(({ name, value }) => ({ name, value: called(value) })),
    }));
    return { file: { ...file, items }, names, files };
  }
  function elsewhere(): PersonFileView['elsewhere'] {
    return ['perso', ...(databases.readable('courrier') ? [] : (['courrier'] as const)), 'onde', 'paper'];
  }
  async function isHere(person: string): Promise<boolean> {
    const ecole = await databases.open('ecole');
    const day = today();
    const left = (ecole.get<PupilDocument>(person) ?? ecole.get<StaffDocument>(person))?.body.leftOn;
    if (ecole.get(person)) return left === undefined || left > day;
    if (!isId(person, 'guardian')) return false;
    const { people } = deps.families(await databases.open('direction'));
    const children = people.find(({ id }) => id === person)?.children ?? [];
    return children.some((child) => {
      const pupil = ecole.get<PupilDocument>(child)?.body;
      return pupil !== undefined && (pupil.leftOn === undefined || pupil.leftOn > day);
    });
  }
  const nameIn = (names: Names, request: RequestDocument): string => names.of(request.person) ?? request.name;

  return {
    async find(actor, query) {
      demand(actor, 'privacy.manage');
      const names = await holdings.names();
      const wanted = normaliseName(query).split(/\s+/).filter(Boolean);
      const labels = new Map(
        (await databases.open('ecole')).all('class').map(({ body }) => [body._id, String(body['label'])]),
      );
      const families = databases.readable('direction')
        ? deps.families(await databases.open('direction')).people
        : [];
      const found: FoundPerson[] = [];
      for (const { id, kind, classId } of names.people.values()) {
        const name = names.of(id) ?? '';
        const text = normaliseName(name);
        if (!wanted.every((part) => text.includes(part))) continue;
        if (!isId(id, 'pupil') && !isId(id, 'guardian') && !isId(id, 'staff')) continue;
        const label = classId === undefined ? undefined : labels.get(classId);
        const parents = families.flatMap((parent) =>
          kind === 'pupil' && isId(parent.id, 'guardian') && parent.children.some((child) => child === id)
            ? [{ id: parent.id, name: names.of(parent.id) ?? '' }]
            : [],
        );
        found.push({ id, kind, name, ...(label === undefined ? {} : { detail: label }), guardians: parents });
      }
      platform.tracer.trace(actor, 'people.search', []);
      return found.sort((a, b) => a.name.localeCompare(b.name, 'fr')).slice(0, FOUND_MAX);
    },

    async file(actor, id) {
      demand(actor, 'privacy.manage');
      const request = await handedOut(id);
      const { file, names } = await gather(request);
      platform.tracer.trace(actor, 'privacy.export', [request.person, request._id]);
      return {
        name: nameIn(names, request),
        school: deps.school()?.name ?? '',
        on: today(),
        items: file.items.slice(0, SHOWN_MAX).map((item) => ({ ...item, fields: [...item.fields] })),
        more: Math.max(0, file.items.length - SHOWN_MAX),
        named: { ...file.named },
        elsewhere: elsewhere(),
      };
    },

    async archive(actor, id, words) {
      demand(actor, 'privacy.manage');
      const request = await handedOut(id);
      const { file, names, files } = await gather(request);
      platform.tracer.trace(actor, 'privacy.export', [request.person, request._id]);
      await cases.noted(actor, id, 'exported');
      const input = {
        name: nameIn(names, request),
        school: deps.school()?.name ?? '',
        on: today(),
        items: file.items,
        named: file.named,
        elsewhere: elsewhere(),
        files,
        words,
      };
      return { name: `donnees-${today()}.zip`, open: () => personArchive(input, deps.files) };
    },

    async erasure(actor, id) {
      demand(actor, 'privacy.manage');
      const { person } = await cases.requestOf(id);
      const { lines } = erasurePlan(person, await everything(), await isHere(person), APPEND_ONLY);
      return { lines: lines.map((line) => ({ ...line })) };
    },

    async erase(actor, id) {
      demand(actor, 'privacy.manage');
      const request = await handedOut(id);
      if (request.kind !== 'erasure' && request.kind !== 'objection')
        throw new PreauError('BAD_INPUT', { path: 'request' });
      const { person } = request;
      const all = await everything();
      const { erase } = erasurePlan(person, all, await isHere(person), APPEND_ONLY);
      const going = new Set<Standing>(erase);
      let erased = 0;
      for (const one of all) {
        if (!going.has(one)) continue;
        const { db, body } = one;
        // Written apart on two computers: every leaf ends, the one that is shown first.
        for (let held = db.get(body._id); held; held = db.get(body._id)) await db.remove(body._id, held.rev);
        erased += 1;
      }
      platform.tracer.trace(actor, 'privacy.erase', [person, request._id, `+${String(erased)}`]);
      await cases.noted(actor, id, 'erased', String(erased));
      platform.publish('people.changed', {});
      return erased;
    },
  };
}
