import { PreauError } from '../../domain/errors';
import { type Id } from '../../domain/id';
import { familyName } from '../../domain/people/names';
import { PASSAGES, type Grade, type Passage } from '../../domain/people/person';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import { yearAfter } from '../../domain/years/closing';
import { gradeIn, passagesFor, planOf, type YearNow, type YearPlan } from '../../domain/years/plan';
import type { ArrivalInput, PlanView, PupilDecision } from '../../contract/staff/years';
import type { ClassDocument, PupilDocument, PupilFileDocument, StaffDocument } from '../directory/records';
import { dropParts, readParts, writeParts, type Disagreement, type NewPart } from './draft-parts';
import { factId } from './documents';
import type { YearsDeps } from './ports';

/** Next year as heads prepare it beside the present one, which nothing of this moves; dropped again as often as one likes. */
export interface Draft {
  view(actor: Actor): Promise<PlanView>;
  /** @throws PreauError `YEAR_PLAN_WRONG` where a child, a class or a passage is not what there is */
  decide(actor: Actor, pupils: readonly PupilDecision[]): Promise<PlanView>;
  saveClass(actor: Actor, group: Omit<PlanView['classes'][number], 'other' | 'today'>): Promise<PlanView>;
  removeClass(actor: Actor, id: Id<'class'>): Promise<PlanView>;
  setStays(actor: Actor, person: Id<'staff'>, stays: boolean): Promise<PlanView>;
  saveArrival(actor: Actor, child: ArrivalInput): Promise<PlanView>;
  removeArrival(actor: Actor, id: Id<'pupil'>): Promise<PlanView>;
  drop(actor: Actor): Promise<void>;
  prepared(): Promise<boolean>;
  /** As it would be carried out now. */
  plan(): Promise<YearPlan>;
}

/** The class of next year that goes on from one of today: the same on every computer, before anything was written. */
export const classAfter = (to: number, classId: string): Id<'class'> =>
  `class_${factId('event', 'class after', to, classId).slice('event_'.length)}`;

const isPassage = (value: unknown): value is Passage => (PASSAGES as readonly unknown[]).includes(value);

export function createDraft(
  deps: Pick<YearsDeps, 'platform' | 'databases' | 'time' | 'people' | 'timeZone'>,
): Draft {
  const { platform, databases } = deps;
  const today = (): string => localDate(platform.clock(), deps.timeZone());
  const years = () => ({ from: databases.year, to: yearAfter(databases.year, today()) });

  interface Present extends YearNow {
    readonly documents: ReadonlyMap<string, PupilDocument>;
  }
  async function now(): Promise<Present> {
    const ecole = await databases.open('ecole');
    const direction = await databases.open('direction');
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
      pupils: documents.map((body) => {
        const file = direction.get<PupilFileDocument>(body._id)?.body.passage;
        const said = file?.year === databases.year ? file.decision : undefined;
        return {
          id: body._id,
          classId: body.classId,
          grade: gradeIn(body.grade, byId.get(body.classId ?? '')),
          ...(isPassage(said) ? { said } : {}),
          left: body.leftOn !== undefined && body.leftOn <= today(),
        };
      }),
      staff: ecole
        .all<StaffDocument>('staff')
        .filter(({ body }) => body.leftOn === undefined)
        .map(({ body }) => ({ id: body._id, classIds: body.classIds })),
      documents: new Map(documents.map((body) => [body._id, body])),
    };
  }

  async function current() {
    const here = await now();
    const { from, to } = years();
    const parts = readParts(await databases.open('direction'), from);
    const plan = planOf(here, parts.decisions, { from, to }, (id) => classAfter(to, id));
    return { plan, here, parts };
  }

  async function view(): Promise<PlanView> {
    const { plan, here, parts } = await current();
    const others = new Map<string, Disagreement>(parts.disagreements.map((one) => [one.of, one]));
    const names = new Map((await deps.people.staff({ kind: 'poste' })).map(({ id, name }) => [id, name]));
    const staying = new Set(plan.staff);
    return {
      from: plan.from,
      to: plan.to,
      classes: plan.classes.map((group) => classView(group, plan, here, others)),
      pupils: here.pupils
        .flatMap((one) => pupilView(one, plan, here, parts, others))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
      arrivals: plan.arrivals.map((one) => {
        const other = others.get(one.id)?.other;
        return {
          ...(one as ArrivalInput),
          ...(other?.part === 'arrival' ? { other: other.child && { id: other.pupil, ...other.child } } : {}),
        };
      }),
      staff: here.staff
        .map(({ id }) => ({
          id: id as Id<'staff'>,
          name: names.get(id as Id<'staff'>) ?? '',
          stays: staying.has(id),
        }))
        .sort((a, b) => a.name.localeCompare(b.name, 'fr')),
    };
  }

  async function write(actor: Actor, parts: readonly NewPart[]): Promise<PlanView> {
    await writeParts(await databases.open('direction'), databases.year, parts);
    platform.publish('years.changed', {}, (other) => other !== actor);
    return view();
  }
  const wrong = (reason: string): PreauError => new PreauError('YEAR_PLAN_WRONG', { reason });

  return {
    async view(actor) {
      demand(actor, 'school.manage');
      return view();
    },
    async decide(actor, pupils) {
      demand(actor, 'school.manage');
      const { plan, here } = await current();
      const known = new Map(here.pupils.map((one) => [one.id, one]));
      const classes = new Set(plan.classes.map(({ id }) => id));
      for (const { pupil, passage, to } of pupils) {
        const child = known.get(pupil);
        if (!child || child.left) throw wrong('pupil');
        if (passage !== undefined && !passagesFor(child.grade, plan.to - plan.from).includes(passage))
          throw wrong('passage');
        if (to !== undefined && to !== null && !classes.has(to)) throw wrong('class');
      }
      return write(
        actor,
        pupils.map((one) => ({ part: 'pupil', ...one })),
      );
    },
    async saveClass(actor, group) {
      demand(actor, 'school.manage');
      const { plan, here } = await current();
      if (here.classes.some(({ id }) => id === group.id)) throw wrong('class');
      if (group.teachers.some((id) => !plan.staff.includes(id))) throw wrong('staff');
      return write(actor, [{ part: 'class', class: group.id, group }]);
    },
    async removeClass(actor, id) {
      demand(actor, 'school.manage');
      if (!(await current()).plan.classes.some((group) => group.id === id)) throw wrong('class');
      return write(actor, [{ part: 'class', class: id, group: null }]);
    },
    async setStays(actor, person, stays) {
      demand(actor, 'school.manage');
      if (!(await now()).staff.some(({ id }) => id === person)) throw wrong('staff');
      return write(actor, [{ part: 'staff', person, stays }]);
    },
    async saveArrival(actor, { id, ...child }) {
      demand(actor, 'school.manage');
      const { plan, here } = await current();
      if (here.documents.has(id)) throw wrong('pupil');
      if (child.to !== null && !plan.classes.some((group) => group.id === child.to)) throw wrong('class');
      return write(actor, [{ part: 'arrival', pupil: id, child }]);
    },
    async removeArrival(actor, id) {
      demand(actor, 'school.manage');
      return write(actor, [{ part: 'arrival', pupil: id, child: null }]);
    },
    async drop(actor) {
      demand(actor, 'school.manage');
      await dropParts(await databases.open('direction'), databases.year);
    },
    prepared: async () =>
      databases.readable('direction') && readParts(await databases.open('direction'), databases.year).any,
    plan: async () => (await current()).plan,
  };
}

function classView(
  group: YearPlan['classes'][number],
  plan: YearPlan,
  here: YearNow,
  others: ReadonlyMap<string, Disagreement>,
): PlanView['classes'][number] {
  const other = others.get(group.id)?.other;
  const today = here.classes.find(({ id }) => classAfter(plan.to, id) === group.id)?.label;
  return {
    ...(group as PlanView['classes'][number]),
    ...(today === undefined ? {} : { today }),
    ...(other?.part === 'class' ? { other: other.group } : {}),
  };
}

function pupilView(
  pupil: YearNow['pupils'][number],
  plan: YearPlan,
  here: YearNow & { readonly documents: ReadonlyMap<string, PupilDocument> },
  { decisions }: ReturnType<typeof readParts>,
  others: ReadonlyMap<string, Disagreement>,
): PlanView['pupils'] {
  const place = plan.pupils[pupil.id];
  const names = here.documents.get(pupil.id)?.names;
  if (!place || !names) return [];
  const id = pupil.id as Id<'pupil'>;
  const group = here.classes.find((one) => one.id === pupil.classId);
  const decided = decisions.pupils.get(id);
  const other = others.get(id)?.other;
  const decision = (one: {
    passage?: Passage | undefined;
    to?: string | null | undefined;
  }): PupilDecision => ({
    pupil: id,
    ...(one.passage === undefined ? {} : { passage: one.passage }),
    ...(one.to === undefined ? {} : { to: one.to as Id<'class'> | null }),
  });
  return [
    {
      id,
      name: `${familyName(names)} ${names.first}`.trim(),
      ...(group ? { classId: group.id as Id<'class'>, classLabel: group.label } : {}),
      ...(pupil.grade === undefined ? {} : { grade: pupil.grade as Grade }),
      passage: place.passage,
      may: passagesFor(pupil.grade, plan.to - plan.from),
      proposed: place.proposed,
      ...(decided && (decided.passage !== undefined || decided.to !== undefined)
        ? { decided: decision(decided) }
        : {}),
      ...(pupil.said === undefined ? {} : { said: pupil.said }),
      ...(place.grade === undefined ? {} : { nextGrade: place.grade }),
      to: place.to as Id<'class'> | null,
      ...(other?.part === 'pupil' ? { other: decision(other) } : {}),
    },
  ];
}
