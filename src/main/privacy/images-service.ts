import * as v from 'valibot';
import type { InputOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { ImagesView, PupilImage } from '../../contract/staff/privacy';
import { parseAudience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, isId, type Id } from '../../domain/id';
import { fullName } from '../../domain/people/names';
import { associationState, imageState, type ImageState } from '../../domain/privacy/images';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import { sha256, utf8 } from '../../exchange';
import type { AudienceDatabase } from '../../store/port';
import type { Families } from '../directory/guardians-records';
import type { PupilDocument, PupilFileDocument } from '../directory/records';
import { authorisationSchema, photoConsentSchema, readAll, type AuthorisationDocument } from './documents';
import type { PrivacyDeps } from './ports';
import { shortNamesOf } from './standing';
import { upsert } from './write';

export interface Scan {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
  readonly type: string;
}

/** Whose picture may be shown, from ONDE and from papers, and the short list each class gets of it. */
export interface ImagesService {
  images(actor: Actor, classId: Id<'class'>): Promise<ImagesView>;
  authorise(
    actor: Actor,
    input: Omit<InputOf<StaffContract, 'privacy.authorise'>, 'scan'>,
    scan?: Scan,
  ): Promise<void>;
  scanOf(actor: Actor, paper: Id<'event'>): Promise<Scan>;
  /** Asked before a picture goes further than the class. Whoever is on no list that is held here is stopped. */
  mayPublish(
    actor: Actor,
    pupils: readonly Id<'pupil'>[],
  ): Promise<{ may: boolean; stopped: { id: Id<'pupil'>; name: string }[] }>;
  /** On a head's poste: the lists of classes follow ONDE, papers and authority. @returns lists that changed */
  publish(): Promise<number>;
}

const listId = (classId: string): Id<'event'> => idFrom('event', sha256(utf8(`photo consent ${classId}`)));

export function createImagesService(deps: PrivacyDeps): ImagesService {
  const { platform, databases, keyring } = deps;
  const today = (): string => localDate(platform.clock(), deps.timeZone());

  async function pupilsOf(classId: string): Promise<PupilDocument[]> {
    const day = today();
    return (await databases.open('ecole'))
      .all<PupilDocument>('pupil')
      .map(({ body }) => body)
      .filter((pupil) => pupil.classId === classId && (pupil.leftOn === undefined || pupil.leftOn > day));
  }

  /** Everything the answer rests on, read once for many children. */
  function look(direction: AudienceDatabase) {
    const families: Families = deps.families(direction);
    const papers = readAll(direction, 'authorisation', authorisationSchema).map((paper) => ({
      ...paper,
      guardian: families.ownerOf(paper.guardian),
    }));
    const on = today();
    const guardiansOf = (pupil: string) =>
      families.people.flatMap(({ id, names, children }) =>
        isId(id, 'guardian') && children.some((child) => child === pupil)
          ? [{ id, name: fullName(names) }]
          : [],
      );
    const papersOf = (pupil: string, what: AuthorisationDocument['what']) =>
      papers.filter((paper) => paper.pupil === pupil && paper.what === what);
    const ondeOf = (pupil: string) => direction.get<PupilFileDocument>(pupil)?.body.authorisations;
    return {
      families,
      papers,
      guardiansOf,
      image: (pupil: string): ImageState =>
        imageState({
          guardians: guardiansOf(pupil).map(({ id }) => id),
          facts: families.facts.filter((fact) => fact.pupil === pupil),
          papers: papersOf(pupil, 'image'),
          onde: ondeOf(pupil)?.image,
          on,
        }),
      associations: (pupil: string): boolean =>
        associationState({ papers: papersOf(pupil, 'associations'), onde: ondeOf(pupil)?.associations }),
    };
  }

  /** What the class's own list says; of two written apart, what both allow. */
  async function listOf(classId: Id<'class'>): Promise<ReadonlySet<string> | undefined> {
    if (!databases.readable('suivi', classId)) return undefined;
    const held = (await databases.open('suivi', classId)).get(listId(classId));
    const leaves = held ? [held.body, ...held.conflicts.map(({ body }) => body)] : [];
    const lists = leaves.flatMap((body) => {
      const parsed = v.safeParse(photoConsentSchema, body);
      return parsed.success ? [new Set<string>(parsed.output.may)] : [];
    });
    const [first, ...others] = lists;
    return first && new Set([...first].filter((pupil) => others.every((list) => list.has(pupil))));
  }
  const isFull = (actor: Actor): boolean =>
    authorize(actor, 'guardian.read') && databases.readable('direction');

  async function publishTo(classId: Id<'class'>, known: ReturnType<typeof look>): Promise<boolean> {
    const db = await databases.open('suivi', classId);
    const may = (await pupilsOf(classId))
      .map(({ _id }) => _id)
      .filter((id) => known.image(id).may)
      .sort();
    const before = await listOf(classId);
    if (
      before &&
      before.size === may.length &&
      may.every((id) => before.has(id)) &&
      !db.get(listId(classId))?.conflicts.length
    )
      return false;
    return upsert(db, { _id: listId(classId), type: 'photoConsent', v: 1, may, on: today() });
  }

  /** One after the other: a paper that is written and a list that has settled write the same documents. */
  let publishing: Promise<unknown> = Promise.resolve();
  async function publishAll(): Promise<number> {
    if (!deps.isHead() || !databases.readable('direction') || !databases.readable('ecole')) return 0;
    const known = look(await databases.open('direction'));
    let changed = 0;
    for (const name of keyring.audiences()) {
      const found = parseAudience(name);
      if (found?.kind !== 'suivi' || found.year !== databases.year || !keyring.has(name)) continue;
      const classId = `class_${found.opaque ?? ''}` as Id<'class'>;
      if (await publishTo(classId, known)) changed += 1;
    }
    return changed;
  }

  return {
    async images(actor, classId) {
      demand(actor, 'class.read', { kind: 'class', classId });
      const pupils = await pupilsOf(classId);
      const names = shortNamesOf(pupils);
      const called = (pupil: PupilDocument): string => names.get(pupil._id) ?? pupil.names.first;
      const byName = (a: PupilImage, b: PupilImage): number => a.name.localeCompare(b.name, 'fr');
      if (!isFull(actor)) {
        const list = await listOf(classId);
        const short = pupils.map((pupil) => ({
          id: pupil._id as Id<'pupil'>,
          name: called(pupil),
          may: list?.has(pupil._id) ?? false,
          who: [],
          basis: 'list' as const,
          guardians: [],
          papers: [],
        }));
        return { class: classId, full: false, known: list !== undefined, pupils: short.sort(byName) };
      }
      const known = look(await databases.open('direction'));
      const nameOf = new Map(known.families.people.map(({ id, names: adult }) => [id, fullName(adult)]));
      const full = pupils.map((pupil): PupilImage => {
        const { may, stop, who, basis } = known.image(pupil._id);
        return {
          id: pupil._id as Id<'pupil'>,
          name: called(pupil),
          may,
          ...(stop === undefined ? {} : { stop }),
          who: who.map((id) => nameOf.get(id) ?? ''),
          basis,
          associations: known.associations(pupil._id),
          guardians: known.guardiansOf(pupil._id),
          papers: known.papers
            .filter((paper) => paper.pupil === pupil._id)
            .sort((a, b) => (a.on < b.on ? 1 : a.on > b.on ? -1 : 0))
            .map(({ _id, what, guardian, agrees, on, note, scan }) => ({
              id: _id,
              what,
              guardian,
              name: nameOf.get(guardian) ?? '',
              agrees,
              on,
              ...(note === undefined ? {} : { note }),
              scan: scan !== undefined,
            })),
        };
      });
      return { class: classId, full: true, known: true, pupils: full.sort(byName) };
    },

    async authorise(actor, input, scan) {
      demand(actor, 'privacy.manage');
      const direction = await databases.open('direction');
      const known = look(direction);
      const guardian = known.families.ownerOf(input.guardian);
      if (!known.guardiansOf(input.pupil).some(({ id }) => id === guardian))
        throw new PreauError('NOT_FOUND', { kind: 'guardian' });
      if (input.on > today()) throw new PreauError('BAD_INPUT', { path: 'on' });
      const { pupil, what, agrees, on, note } = input;
      await direction.put({
        _id: idFrom('event', platform.random(9)),
        type: 'authorisation',
        v: 1,
        pupil,
        guardian,
        what,
        agrees,
        on,
        ...(note === undefined ? {} : { note }),
        ...(scan ? { scan: { ...scan } } : {}),
        by: actor.kind === 'staff' ? actor.personId : 'poste',
        at: instant(platform.clock()),
      });
      await this.publish();
      platform.tracer.trace(actor, 'authorisation.change', [pupil, guardian]);
      platform.publish('privacy.changed', {});
    },

    async scanOf(actor, paper) {
      demand(actor, 'privacy.manage');
      const found = readAll(await databases.open('direction'), 'authorisation', authorisationSchema).find(
        ({ _id }) => _id === paper,
      );
      if (!found?.scan) throw new PreauError('NOT_FOUND', { kind: 'file' });
      platform.tracer.trace(actor, 'guardian.read', [found.pupil, found.guardian]);
      return found.scan;
    },

    async mayPublish(actor, wanted) {
      demand(actor, 'people.read');
      const full = isFull(actor);
      const known = full ? look(await databases.open('direction')) : undefined;
      const documents = new Map(
        (await databases.open('ecole')).all<PupilDocument>('pupil').map(({ body }) => [body._id, body]),
      );
      const lists = new Map<string, ReadonlySet<string> | undefined>();
      const stopped: { id: Id<'pupil'>; name: string }[] = [];
      for (const id of new Set(wanted)) {
        const pupil = documents.get(id);
        const classId = pupil?.classId as Id<'class'> | undefined;
        if (!known && classId && !lists.has(classId)) lists.set(classId, await listOf(classId));
        const may = known
          ? pupil !== undefined && known.image(id).may
          : (classId && lists.get(classId)?.has(id)) === true;
        if (!may) stopped.push({ id, name: pupil ? fullName(pupil.names) : '' });
      }
      platform.tracer.trace(actor, 'photo.publish', [...new Set(wanted)]);
      return { may: stopped.length === 0, stopped };
    },

    publish() {
      const mine = publishing.then(publishAll, publishAll);
      publishing = mine;
      return mine;
    },
  };
}
