import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import { familyName } from '../../domain/people/names';
import type { Grade } from '../../domain/people/person';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import { yearAfter } from '../../domain/years/closing';
import {
  gradeAfter,
  gradeIn,
  planProblem,
  proposePlan,
  refreshPlan,
  type YearNow,
  type YearPlan,
} from '../../domain/years/plan';
import { nextClassSchema, type PlanInput, type PlanView } from '../../contract/staff/years';
import type { ClassDocument, PupilDocument, StaffDocument } from '../directory/records';
import { factId, save } from './documents';
import type { YearsDeps } from './ports';

/** Next year as the head prepares it: one document of `direction`, put right as often as one likes, and dropped again. */
export interface Draft {
  view(actor: Actor): Promise<PlanView>;
  /** @throws PreauError `YEAR_PLAN_WRONG` */
  save(actor: Actor, input: PlanInput): Promise<PlanView>;
  drop(actor: Actor): Promise<void>;
  prepared(): Promise<boolean>;
  /** The plan as it would be carried out now. @throws PreauError `YEAR_PLAN_WRONG` where it fits no more */
  plan(): Promise<YearPlan>;
}

const planSchema = v.object({
  from: v.number(),
  to: v.number(),
  classes: v.array(nextClassSchema),
  pupils: v.record(v.string(), v.nullable(v.string())),
  staff: v.array(v.string()),
});

export function createDraft(
  deps: Pick<YearsDeps, 'platform' | 'databases' | 'time' | 'people' | 'timeZone'>,
): Draft {
  const { platform, databases } = deps;
  const draftId = (): string => factId('event', 'draft', databases.year);
  const today = (): string => localDate(platform.clock(), deps.timeZone());

  async function now(): Promise<YearNow & { readonly documents: readonly PupilDocument[] }> {
    const ecole = await databases.open('ecole');
    const documents = ecole.all<PupilDocument>('pupil').map(({ body }) => body);
    const groups = ecole.all<ClassDocument>('class').map(({ body }) => body);
    const byId = new Map(groups.map((body) => [body._id, body]));
    return {
      classes: groups
        .filter((body) => !body.mergedInto)
        .map((body) => ({
          id: body._id,
          label: body.label,
          grades: body.grades,
          pictureCode: body.pictureCode ?? false,
        })),
      pupils: documents.map((body) => ({
        id: body._id,
        classId: body.classId,
        grade: gradeIn(body.grade, byId.get(body.classId ?? '')),
        left: body.leftOn !== undefined && body.leftOn <= today(),
      })),
      staff: ecole
        .all<StaffDocument>('staff')
        .filter(({ body }) => body.leftOn === undefined)
        .map(({ body }) => ({ id: body._id, classIds: body.classIds })),
      documents,
    };
  }

  async function stored(): Promise<YearPlan | undefined> {
    const body = (await databases.open('direction')).get(draftId())?.body;
    const parsed = v.safeParse(planSchema, body);
    return parsed.success ? parsed.output : undefined;
  }

  /** What was prepared, or the proposal, which is kept at once: its classes must be the same at the next look. */
  async function current(): Promise<{ plan: YearPlan; now: Awaited<ReturnType<typeof now>> }> {
    const here = await now();
    const known = await stored();
    if (known) return { plan: refreshPlan(known, here), now: here };
    const to = yearAfter(databases.year, today());
    const plan = proposePlan(here, databases.year, to, () => idFrom('class', platform.random(9)));
    await write(plan);
    return { plan, now: here };
  }
  async function write(plan: YearPlan): Promise<void> {
    const body = JSON.parse(JSON.stringify(plan)) as Record<string, never>;
    await save(await databases.open('direction'), { _id: draftId(), type: 'yearDraft', v: 1, ...body });
  }

  async function view(): Promise<PlanView> {
    const { plan, now: here } = await current();
    const labels = new Map(here.classes.map(({ id, label }) => [id, label]));
    const known = new Map(here.pupils.map((pupil) => [pupil.id, pupil]));
    const documents = here.documents.filter((body) => known.get(body._id)?.left === false);
    const names = new Map((await deps.people.staff({ kind: 'poste' })).map(({ id, name }) => [id, name]));
    return {
      from: plan.from,
      to: plan.to,
      classes: plan.classes.map((group) => v.parse(nextClassSchema, group)),
      pupils: documents
        .map((body) => {
          const grade = known.get(body._id)?.grade;
          const after = gradeAfter(grade, plan.to - plan.from);
          const label = body.classId === undefined ? undefined : labels.get(body.classId);
          return {
            id: body._id as Id<'pupil'>,
            name: `${familyName(body.names)} ${body.names.first}`.trim(),
            ...(label === undefined ? {} : { classLabel: label }),
            ...(grade === undefined ? {} : { grade: grade as Grade }),
            ...(after === undefined || after === 'left' ? {} : { nextGrade: after }),
            to: Object.hasOwn(plan.pupils, body._id)
              ? ((plan.pupils[body._id] ?? null) as Id<'class'> | null)
              : ('leaves' as const),
          };
        })
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
      staff: here.staff
        .map(({ id }) => ({
          id: id as Id<'staff'>,
          name: names.get(id as Id<'staff'>) ?? '',
          stays: plan.staff.includes(id),
        }))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
    };
  }

  function check(plan: YearPlan, here: YearNow): YearPlan {
    const reason = planProblem(plan, here);
    if (reason) throw new PreauError('YEAR_PLAN_WRONG', { reason });
    return plan;
  }

  return {
    async view(actor) {
      demand(actor, 'school.manage');
      return view();
    },
    async save(actor, { classes, places, staff }) {
      demand(actor, 'school.manage');
      const { plan, now: here } = await current();
      const pupils = places.flatMap(({ pupil, to }) => (to === 'leaves' ? [] : [[pupil, to] as const]));
      await write(check({ ...plan, classes, pupils: Object.fromEntries(pupils), staff }, here));
      return view();
    },
    async drop(actor) {
      demand(actor, 'school.manage');
      const direction = await databases.open('direction');
      const held = direction.get(draftId());
      if (held) await direction.remove(draftId(), held.rev);
    },
    prepared: async () => databases.readable('direction') && (await stored()) !== undefined,
    async plan() {
      const { plan, now: here } = await current();
      return check(plan, here);
    },
  };
}
