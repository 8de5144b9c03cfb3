import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { mentions, pairsFit, withIds, type Pair } from '../../domain/people/merge-class';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { MergeableClass, MergePlan } from '../../contract/staff/people-corrections';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';
import type { Accounts } from './accounts';
import { carry, lifeOf } from './carry';
import type { SchoolDatabases } from './databases';
import { retirePupil } from './leaving';
import { createMergeLook } from './merge-look';
import {
  upsert,
  type ClassDocument,
  type GuardianDocument,
  type PupilDocument,
  type StaffDocument,
} from './records';

/** A class opened without a file (« Ma classe, tout de suite ») becomes one with a class of the school. */
export interface MergeService {
  /** Classes that wait for it, as far as this person may do it. */
  mergeable(actor: Actor): Promise<MergeableClass[]>;
  /** The dry look: who would be who, and what would move. Writes nothing. */
  plan(actor: Actor, from: Id<'class'>, into: Id<'class'>): Promise<MergePlan>;
  /**
   * Cut at any point, it is finished by being asked again: the first decision is written down before anything else and
   * stands. @throws PreauError `BAD_INPUT`, `CONFLICT`, `LESSON_OPEN_ALREADY`, `BUSY`
   */
  merge(actor: Actor, input: MergeInput): Promise<{ documents: number }>;
}
export interface MergeInput {
  readonly from: Id<'class'>;
  readonly into: Id<'class'>;
  readonly pairs: readonly Pair[];
}
type Decision = NonNullable<ClassDocument['merge']>;

const BASES = ['classe', 'suivi'] as const;

export function createMergeService(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly accounts: Accounts;
  readonly timeZone: () => string;
}): MergeService {
  const { platform, databases, accounts } = deps;
  const look = createMergeLook(databases);
  let busy = false;
  const ecole = (): Promise<AudienceDatabase> => databases.open('ecole');

  async function demandMerge(actor: Actor, from: Id<'class'>, into: Id<'class'>): Promise<void> {
    if (!(await look.mayMerge(actor, from, into))) demand(actor, 'school.manage');
  }

  async function staffFollow(from: Id<'class'>, into: Id<'class'>): Promise<void> {
    const db = await ecole();
    for (const { body } of db.all<StaffDocument>('staff')) {
      if (!body.classIds.includes(from)) continue;
      const classIds = [...new Set(body.classIds.map((id) => (id === from ? into : id)))];
      await upsert(db, { ...body, classIds });
    }
  }

  /** Adults of the sealed file answer for the child under the id that stays. */
  async function guardiansFollow(become: ReadonlyMap<string, string>): Promise<void> {
    if (become.size === 0 || !databases.readable('direction')) return;
    const db = await databases.open('direction');
    for (const { body } of db.all<GuardianDocument>('guardian')) await upsert(db, withIds(body, become));
  }

  async function pupilsSettle(into: Id<'class'>, pupils: Decision['pupils']): Promise<void> {
    const db = await ecole();
    const life = await lifeOf(await databases.open('classe', into));
    const today = localDate(platform.clock(), deps.timeZone());
    for (const [id, to] of Object.entries(pupils)) {
      const held = db.get<PupilDocument>(id);
      if (!held) continue;
      if (to === 'stay') await upsert(db, { ...held.body, classId: into });
      // The register is indelible: who stands in it keeps a name.
      else if (to === 'out' && life.some((body) => mentions(body, id)))
        await upsert(db, { ...held.body, classId: into, leftOn: held.body.leftOn ?? today });
      else await retirePupil(databases, id);
    }
  }

  async function decide({ from, into, pairs }: MergeInput): Promise<Decision> {
    const group = await look.classDocument(from);
    if (group.merge) {
      if (group.merge.into !== into) throw new PreauError('CONFLICT', { id: from });
      return group.merge;
    }
    const target = await look.classDocument(into);
    const { quick, real } = await look.sides(from, into);
    // Asked a second time, a decision names children who are gone: that part is done.
    const ids = new Set(quick.map(({ _id }) => _id));
    const open = pairs.filter(({ pupil }) => ids.has(pupil));
    const named = (pupils: readonly PupilDocument[]) => pupils.map(({ _id }) => ({ id: _id }));
    if (target.mergedInto || !pairsFit(open, named(quick), named(real)))
      throw new PreauError('BAD_INPUT', { path: 'pairs' });
    const lessons = (await databases.open('classe', from)).all('lesson');
    if (lessons.some(({ body }) => body['closedAt'] === undefined))
      throw new PreauError('LESSON_OPEN_ALREADY');
    const merge = { into, pupils: Object.fromEntries(open.map(({ pupil, to }) => [pupil, to])) };
    if (from !== into || open.length > 0) await upsert(await ecole(), { ...group, merge });
    return merge;
  }

  async function retire(from: Id<'class'>, into: Id<'class'>): Promise<void> {
    const db = await ecole();
    const held = db.get<ClassDocument>(from);
    if (!held) return;
    if (from !== into) {
      await upsert(db, { ...held.body, mergedInto: into });
    } else if (held.body.merge) {
      // In one class nothing is left to remember: the next child written without a name is asked about anew.
      const body: DocumentBody = { ...held.body, merge: undefined };
      await db.put(body, held.rev);
    }
  }

  async function carryOut(actor: Actor, input: MergeInput): Promise<number> {
    const { from, into } = input;
    const { pupils } = await decide(input);
    const pairs = Object.entries(pupils).filter(([, to]) => to !== 'stay' && to !== 'out');
    const become = new Map([...pairs, ...(from === into ? [] : [[from, into] as const])]);
    const head = authorize(actor, 'school.manage');
    // First of all who teaches: the exchange judges what is carried on the rights of who carries it.
    if (head && from !== into) await staffFollow(from, into);
    let documents = 0;
    for (const kind of BASES) {
      if (!databases.readable(kind, from) || !databases.readable(kind, into)) continue;
      documents += await carry(await databases.open(kind, from), await databases.open(kind, into), become);
    }
    await guardiansFollow(new Map(pairs));
    await pupilsSettle(into, pupils);
    await retire(from, into);
    if (head) await accounts.entitleAll();
    return documents;
  }

  return {
    async mergeable(actor) {
      demand(actor, 'people.read');
      return look.mergeable(actor);
    },
    async plan(actor, from, into) {
      await demandMerge(actor, from, into);
      return look.plan(from, into);
    },
    async merge(actor, input) {
      await demandMerge(actor, input.from, input.into);
      if (busy) throw new PreauError('BUSY');
      busy = true;
      try {
        const documents = await carryOut(actor, input);
        platform.log.info('class.merged', { from: input.from, into: input.into, documents });
        return { documents };
      } finally {
        busy = false;
        platform.publish('people.changed', {});
        for (const name of ['homework.changed', 'plan.changed', 'register.changed'] as const)
          platform.publish(name, { class: input.into });
      }
    },
  };
}
