import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant } from '../../domain/time';
import type { LessonPlan } from '../../contract/staff/ent';
import type { DocumentBody } from '../../store/port';
import { classDocuments } from './class-documents';
import type { EntDeps } from './deps';

/** A type and not an interface: it also stands where a document's open fields are expected. */
type PlanFields = {
  readonly date: string;
  readonly title: string;
  readonly text: string;
};
type PlanDocument = DocumentBody &
  PlanFields & {
    readonly type: 'plan';
    /** Who wrote this version and when, as that computer said: for a person who compares two, never for an order. */
    readonly at?: string;
    readonly by?: Id<'staff'>;
  };

/** « Mon cahier journal »: what is prepared for a class. It lives with the class, so a substitute finds it. */
export interface PlanService {
  list(actor: Actor, classId: Id<'class'>): Promise<LessonPlan[]>;
  save(
    actor: Actor,
    input: PlanFields & { class: Id<'class'>; id?: Id<'plan'> | undefined; rev?: string | undefined },
  ): Promise<{ id: Id<'plan'>; rev: string }>;
  settle(
    actor: Actor,
    input: PlanFields & { class: Id<'class'>; id: Id<'plan'>; leaves: readonly string[] },
  ): Promise<void>;
}

export function createPlanService(deps: EntDeps): PlanService {
  const documents = classDocuments<PlanDocument>(deps, 'plan', 'plan');
  const changed = (classId: Id<'class'>): void => deps.platform.publish('plan.changed', { class: classId });
  const fieldsOf = ({ date, title, text }: PlanFields): PlanFields => ({ date, title, text });
  const written = (actor: Actor, input: PlanFields): PlanFields & Pick<PlanDocument, 'at' | 'by'> => ({
    ...fieldsOf(input),
    at: instant(deps.platform.clock()),
    ...(actor.kind === 'staff' ? { by: actor.personId } : {}),
  });
  return {
    async list(actor, classId) {
      demand(actor, 'plan.read', { kind: 'class', classId });
      return (await documents.all(classId))
        .map(({ body, rev, conflicts }) => ({
          id: body._id as Id<'plan'>,
          class: classId,
          ...fieldsOf(body),
          rev,
          others: conflicts.map((other) => ({ rev: other.rev, ...fieldsOf(other.body) })),
        }))
        .sort((a, b) => b.date.localeCompare(a.date) || a.title.localeCompare(b.title, 'fr'));
    },
    async save(actor, input) {
      demand(actor, 'plan.write', { kind: 'class', classId: input.class });
      const saved = await documents.save(
        input.class,
        written(actor, input),
        input.id && input.rev ? { id: input.id, rev: input.rev } : undefined,
      );
      changed(input.class);
      return { id: saved.id as Id<'plan'>, rev: saved.rev };
    },
    async settle(actor, input) {
      demand(actor, 'plan.write', { kind: 'class', classId: input.class });
      await documents.settle(input.class, input.id, input.leaves, written(actor, input));
      changed(input.class);
    },
  };
}
