import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { Platform } from '../capability';
import type { SchoolDatabases } from './databases';
import { leavesTraces, retirePupil } from './leaving';
import { upsert, type ClassDocument, type PupilDocument } from './records';

export interface PupilCorrection {
  readonly pupil: Id<'pupil'>;
  readonly first: string;
  readonly family: string;
  /** Only the head moves a child to another class. */
  readonly class?: Id<'class'> | undefined;
}

export type Moved = (pupil: Id<'pupil'>, from: Id<'class'>, to: Id<'class'>) => Promise<void>;

/** Putting right by hand what somebody typed wrong. */
export interface CorrectService {
  pupil(actor: Actor, correction: PupilCorrection): Promise<void>;
  /**
   * Somebody added by mistake disappears; a child who came with an extraction, or of whom something was written, has left
   * today and is no longer listed. @returns which of the two
   */
  remove(actor: Actor, pupil: Id<'pupil'>): Promise<'removed' | 'left'>;
  /** Who had left is back. */
  returned(actor: Actor, pupil: Id<'pupil'>): Promise<void>;
  classLabel(actor: Actor, classId: Id<'class'>, label: string): Promise<void>;
}

export function createCorrectService(deps: {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly timeZone: () => string;
  /** A child is in another class now: what goes with it is written there (src/main/years/hand-over.ts). */
  readonly moved?: Moved;
}): CorrectService {
  const { platform, databases } = deps;
  const changed = (): void => platform.publish('people.changed', {});

  async function pupilDocument(id: Id<'pupil'>): Promise<PupilDocument> {
    const held = (await databases.open('ecole')).get<PupilDocument>(id);
    if (held?.body.type !== 'pupil') throw new PreauError('NOT_FOUND', { kind: 'pupil' });
    return held.body;
  }
  async function classDocument(id: Id<'class'>): Promise<ClassDocument> {
    const held = (await databases.open('ecole')).get<ClassDocument>(id);
    if (!held || held.body.mergedInto) throw new PreauError('NOT_FOUND', { kind: 'class' });
    return held.body;
  }
  const write = async (body: PupilDocument | ClassDocument): Promise<void> => {
    await upsert(await databases.open('ecole'), body);
    changed();
  };

  return {
    async pupil(actor, { pupil, first, family, class: classId }) {
      demand(actor, 'people.read');
      const body = await pupilDocument(pupil);
      const own = body.classId as Id<'class'> | undefined;
      const moves = classId !== undefined && classId !== own;
      const teaches = own !== undefined && authorize(actor, 'plan.write', { kind: 'class', classId: own });
      if (moves || !teaches) demand(actor, 'school.manage');
      if (moves) await classDocument(classId);
      // The name in daily use is the one that was on the screen, so it is the one that was put right.
      const { usage, family: birth } = body.names;
      const inUse =
        usage === undefined ? { family } : { family: birth, ...(family ? { usage: family } : {}) };
      const names = { first, ...inUse };
      await write({ ...body, names, ...(moves ? { classId } : {}) });
      if (moves && own) await deps.moved?.(pupil, own, classId);
    },
    async remove(actor, pupil) {
      demand(actor, 'school.manage');
      const body = await pupilDocument(pupil);
      if (await leavesTraces(databases, body)) {
        await write({ ...body, leftOn: body.leftOn ?? localDate(platform.clock(), deps.timeZone()) });
        return 'left';
      }
      await retirePupil(databases, pupil);
      changed();
      return 'removed';
    },
    async returned(actor, pupil) {
      demand(actor, 'school.manage');
      await pupilDocument(pupil);
      const db = await databases.open('ecole');
      const held = db.get<PupilDocument>(pupil);
      if (!held) throw new PreauError('NOT_FOUND', { kind: 'pupil' });
      const { leftOn, ...body } = held.body;
      if (leftOn !== undefined) await db.put(body as PupilDocument, held.rev);
      changed();
    },
    async classLabel(actor, classId, label) {
      demand(actor, 'school.manage');
      await write({ ...(await classDocument(classId)), label });
    },
  };
}
