import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { HomeworkEntry } from '../../contract/staff/ent';
import type { DocumentBody } from '../../store/port';
import { classDocuments } from './class-documents';
import type { EntDeps } from './deps';

interface HomeworkDocument extends DocumentBody {
  readonly type: 'homework';
  readonly subject: string;
  readonly text: string;
  readonly dueOn: string;
  readonly by: Id<'staff'>;
  readonly writtenAt: string;
}

export interface SaveHomework {
  readonly class: Id<'class'>;
  readonly id?: Id<'homework'> | undefined;
  readonly rev?: string | undefined;
  readonly subject: string;
  readonly text: string;
  readonly dueOn: string;
}

/** « Pour demain » (cahier de textes): lessons to learn; written homework is not given in primary school. */
export interface HomeworkService {
  /** What is due from a local date on, soonest first; pupils of the class may ask too. */
  list(actor: Actor, classId: Id<'class'>, from?: string): Promise<HomeworkEntry[]>;
  save(actor: Actor, homework: SaveHomework): Promise<{ id: Id<'homework'>; rev: string }>;
  remove(actor: Actor, classId: Id<'class'>, id: Id<'homework'>, rev: string): Promise<void>;
}

export function createHomeworkService(deps: EntDeps): HomeworkService {
  const { platform } = deps;
  const documents = classDocuments<HomeworkDocument>(deps, 'homework', 'homework');
  return {
    async list(actor, classId, from = localDate(platform.clock(), deps.timeZone())) {
      demand(actor, 'homework.read', { kind: 'class', classId });
      return (await documents.all(classId))
        .map(({ body, rev, conflicts }) => ({
          id: body._id as Id<'homework'>,
          class: classId,
          subject: body.subject,
          text: body.text,
          dueOn: body.dueOn,
          rev,
          others: conflicts.map((other) => ({
            rev: other.rev,
            subject: other.body.subject,
            text: other.body.text,
            dueOn: other.body.dueOn,
          })),
        }))
        .filter((entry) => entry.dueOn >= from)
        .sort((a, b) => a.dueOn.localeCompare(b.dueOn) || a.subject.localeCompare(b.subject, 'fr'));
    },
    async save(actor, { class: classId, id, rev, subject, text, dueOn }) {
      demand(actor, 'homework.write', { kind: 'class', classId });
      const by = (actor as { personId: Id<'staff'> }).personId;
      const saved = await documents.save(
        classId,
        { subject, text, dueOn, by, writtenAt: instant(platform.clock()) },
        id && rev ? { id, rev } : undefined,
      );
      platform.publish('homework.changed', { class: classId });
      return { id: saved.id as Id<'homework'>, rev: saved.rev };
    },
    async remove(actor, classId, id, rev) {
      demand(actor, 'homework.write', { kind: 'class', classId });
      await documents.remove(classId, id, rev);
      platform.publish('homework.changed', { class: classId });
    },
  };
}
