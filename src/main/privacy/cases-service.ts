import type { Breach, LostPoste, PrivacyRequest } from '../../contract/staff/privacy';
import type { InputOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import { parseAudience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { idFrom, isId, type Id } from '../../domain/id';
import { answerBy, breachClock, identityNow, isClosed } from '../../domain/privacy/cases';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { ClassDocument, PupilDocument } from '../directory/records';
import {
  breachDocumentSchema,
  privacyRequestSchema,
  privacyStepSchema,
  readAll,
  type RequestDocument,
  type StepDocument,
} from './documents';
import type { PrivacyDeps } from './ports';
import type { Holdings } from './standing';

/** The journals of requests and of breaches: written once, line by line, never taken back. */
export interface CasesService {
  requests(actor: Actor): Promise<PrivacyRequest[]>;
  openRequest(actor: Actor, input: InputOf<StaffContract, 'privacy.openRequest'>): Promise<Id<'event'>>;
  requestStep(actor: Actor, input: InputOf<StaffContract, 'privacy.requestStep'>): Promise<void>;
  /** The request as it was written, with what is known by now of who asks. @throws PreauError `NOT_FOUND` */
  requestOf(id: string): Promise<RequestDocument>;
  /** Writes a line that something was done, without asking who may: its caller has. */
  noted(actor: Actor, of: string, step: string, note?: string): Promise<void>;
  breaches(actor: Actor): Promise<Breach[]>;
  lostPostes(actor: Actor): Promise<LostPoste[]>;
  openBreach(actor: Actor, input: InputOf<StaffContract, 'privacy.openBreach'>): Promise<Id<'event'>>;
  breachStep(actor: Actor, input: InputOf<StaffContract, 'privacy.breachStep'>): Promise<void>;
}

const who = (actor: Actor): string => (actor.kind === 'staff' ? actor.personId : 'poste');
const latestFirst = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

export function createCasesService(deps: PrivacyDeps, holdings: Holdings): CasesService {
  const { platform, databases } = deps;
  const direction = (): Promise<AudienceDatabase> => databases.open('direction');
  const today = (): string => localDate(platform.clock(), deps.timeZone());
  const now = (): string => instant(platform.clock());
  const newId = (): Id<'event'> => idFrom('event', platform.random(9));
  const changed = (): void => platform.publish('privacy.changed', {});

  async function steps(): Promise<Map<string, StepDocument[]>> {
    const found = new Map<string, StepDocument[]>();
    for (const step of readAll(await direction(), 'privacyStep', privacyStepSchema))
      found.set(step.of, [...(found.get(step.of) ?? []), step]);
    for (const list of found.values()) list.sort((a, b) => -latestFirst(a.at, b.at));
    return found;
  }
  const shown = (list: readonly StepDocument[], nameOf: (id: string) => string | undefined) =>
    list.map(({ step, at, by, note }) => ({
      step,
      at,
      by: nameOf(by) ?? '',
      ...(note === undefined ? {} : { note }),
    }));

  async function noted(actor: Actor, of: string, step: string, note?: string): Promise<void> {
    const body: DocumentBody = {
      _id: newId(),
      type: 'privacyStep',
      v: 1,
      of,
      step,
      ...(note === undefined || note === '' ? {} : { note }),
      by: who(actor),
      at: now(),
    };
    await (await direction()).put(body);
    changed();
  }
  async function requestOf(id: string): Promise<RequestDocument> {
    const found = readAll(await direction(), 'privacyRequest', privacyRequestSchema).find(
      ({ _id }) => _id === id,
    );
    if (!found) throw new PreauError('NOT_FOUND', { kind: 'request' });
    return { ...found, identity: identityNow(found.identity, (await steps()).get(id) ?? []) };
  }

  return {
    noted,
    requestOf,
    async requests(actor) {
      demand(actor, 'privacy.read');
      const all = await steps();
      const names = await holdings.names();
      const day = today();
      return readAll(await direction(), 'privacyRequest', privacyRequestSchema)
        .map(({ _id, kind, person, name, askedBy, receivedOn, identity, note }): PrivacyRequest => {
          const own = all.get(_id) ?? [];
          const closed = isClosed(own);
          const due = answerBy(
            receivedOn,
            own.some(({ step }) => step === 'extended'),
          );
          return {
            id: _id,
            kind,
            person,
            name: names.of(person) ?? name,
            ...(askedBy ? { askedBy: { id: askedBy, name: names.of(askedBy) ?? '' } } : {}),
            receivedOn,
            identity: identityNow(identity, own),
            ...(note === undefined ? {} : { note }),
            ...(due === undefined ? {} : { answerBy: due }),
            late: !closed && due !== undefined && day > due,
            closed,
            steps: shown(own, names.of),
          };
        })
        .sort((a, b) => Number(a.closed) - Number(b.closed) || latestFirst(a.receivedOn, b.receivedOn));
    },
    async openRequest(actor, input) {
      demand(actor, 'privacy.manage');
      if (input.receivedOn > today()) throw new PreauError('BAD_INPUT', { path: 'receivedOn' });
      const names = await holdings.names();
      const name = names.of(input.person);
      if (name === undefined) throw new PreauError('NOT_FOUND', { kind: 'person' });
      // A parent speaks for their own child and for nobody else's.
      if (input.askedBy !== undefined) {
        const { people } = deps.families(await direction());
        const parent = people.find(({ id }) => id === input.askedBy);
        if (!parent?.children.some((child) => child === input.person))
          throw new PreauError('NOT_FOUND', { kind: 'guardian' });
      }
      const _id = newId();
      const { kind, person, askedBy, receivedOn, identity, note } = input;
      await (
        await direction()
      ).put({
        _id,
        type: 'privacyRequest',
        v: 1,
        kind,
        person,
        name,
        ...(askedBy === undefined ? {} : { askedBy }),
        receivedOn,
        identity,
        ...(note === undefined || note === '' ? {} : { note }),
        by: who(actor),
        at: now(),
      });
      platform.tracer.trace(actor, 'privacy.request', [person, _id]);
      changed();
      return _id;
    },
    async requestStep(actor, { request, step, note }) {
      demand(actor, 'privacy.manage');
      await requestOf(request);
      await noted(actor, request, step, note);
    },

    async breaches(actor) {
      demand(actor, 'privacy.read');
      const all = await steps();
      const names = await holdings.names();
      return readAll(await direction(), 'breach', breachDocumentSchema)
        .map(({ _id, kind, title, what, knownAt, concerned, people, consequences, poste }): Breach => {
          const own = all.get(_id) ?? [];
          return {
            id: _id,
            kind,
            title,
            what,
            knownAt,
            concerned,
            ...(people === undefined ? {} : { people }),
            consequences,
            ...(poste === undefined ? {} : { poste }),
            clock: breachClock(knownAt, own, platform.clock()),
            closed: own.some(({ step }) => step === 'closed'),
            steps: shown(own, names.of),
          };
        })
        .sort((a, b) => Number(a.closed) - Number(b.closed) || latestFirst(a.knownAt, b.knownAt));
    },
    async lostPostes(actor) {
      demand(actor, 'privacy.read');
      const names = await holdings.names();
      const ecole = await databases.open('ecole');
      const labels = new Map(ecole.all<ClassDocument>('class').map(({ body }) => [body._id, body.label]));
      const pupils = ecole.all<PupilDocument>('pupil').map(({ body }) => body);
      return deps
        .postes()
        .filter(({ poste }) => poste !== deps.poste)
        .map(({ poste, person, audiences, out }): LostPoste => {
          const parts = audiences.flatMap((name) => parseAudience(name) ?? []);
          const kinds = [...new Set(parts.map(({ kind }) => kind))];
          const classes = [
            ...new Set(
              parts.flatMap(({ kind, opaque }) => (kind === 'classe' && opaque ? [`class_${opaque}`] : [])),
            ),
          ];
          const owner = person === null ? undefined : names.of(person);
          const seen = deps.seen(poste);
          const here = pupils.filter(({ leftOn }) => leftOn === undefined);
          return {
            poste,
            ...(owner === undefined ? {} : { owner }),
            out,
            bases: kinds,
            classes: classes.flatMap((id) => labels.get(id) ?? []).sort(),
            // Whoever holds the base of the whole school holds every name of it.
            pupils: kinds.includes('ecole')
              ? here.length
              : here.filter(({ classId }) => classId !== undefined && classes.includes(classId)).length,
            ...(seen === undefined ? {} : { seen }),
          };
        })
        .sort((a, b) => Number(b.out) - Number(a.out) || (a.owner ?? '').localeCompare(b.owner ?? '', 'fr'));
    },
    async openBreach(actor, input) {
      demand(actor, 'privacy.manage');
      if (Date.parse(input.knownAt) > platform.clock() + 60_000)
        throw new PreauError('BAD_INPUT', { path: 'knownAt' });
      const _id = newId();
      const { kind, title, what, knownAt, concerned, people, consequences, poste } = input;
      await (
        await direction()
      ).put({
        _id,
        type: 'breach',
        v: 1,
        kind,
        title,
        what,
        knownAt: instant(Date.parse(knownAt)),
        concerned,
        ...(people === undefined ? {} : { people }),
        consequences,
        ...(poste === undefined ? {} : { poste }),
        by: who(actor),
        at: now(),
      });
      platform.tracer.trace(actor, 'privacy.breach', [_id, ...(poste && isId(poste) ? [poste] : [])]);
      changed();
      return _id;
    },
    async breachStep(actor, { breach, step, note }) {
      demand(actor, 'privacy.manage');
      if (!readAll(await direction(), 'breach', breachDocumentSchema).some(({ _id }) => _id === breach))
        throw new PreauError('NOT_FOUND', { kind: 'breach' });
      await noted(actor, breach, step, note);
    },
  };
}
