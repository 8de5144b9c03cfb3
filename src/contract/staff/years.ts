import * as v from 'valibot';
import { audienceSchema } from '../../domain/exchange/words';
import { GRADES, PASSAGES } from '../../domain/people/person';
import { done, id, instantSchema, line, localDateSchema, nothing, subject, text } from '../define';

const year = v.pipe(v.number(), v.integer(), v.minValue(2000), v.maxValue(2999));
const grade = v.picklist(GRADES);
const eventId = id('event');

/** One computer of the school, and whether it has handed over what was written on it in that year. */
const posteSchema = v.object({
  id: id('poste'),
  person: v.optional(v.string()),
  here: v.boolean(),
  reported: v.boolean(),
  heard: v.optional(instantSchema),
});

export const schoolYearSchema = v.object({
  year,
  state: v.picklist(['open', 'closed', 'ended']),
  /** The year behind it was confirmed: this one can be ended. */
  confirmed: v.boolean(),
  closedOn: v.optional(localDateSchema),
  /** The last day on which late work is taken, where a computer stays silent. */
  lateUntil: v.optional(localDateSchema),
  /** All have reported: a head may end it today, the school does so by itself on that day. */
  endsOn: v.optional(localDateSchema),
  postes: v.array(posteSchema),
  registers: v.array(v.object({ id: eventId, label: v.string() })),
});
export type SchoolYearView = v.InferOutput<typeof schoolYearSchema>;

export const yearsStateSchema = v.object({
  year,
  /** This computer may write what only a head's computer may. */
  headPoste: v.boolean(),
  /** By this computer's clock, in the school's zone. */
  today: localDateSchema,
  /** The last confirmed date: deletions and delays are counted from it. */
  confirmed: v.optional(localDateSchema),
  /** The date waits for a person: there is no line to compare clocks on, or a long time has gone. */
  ask: v.optional(v.picklist(['clock', 'jump'])),
  /** The first day on which the year in use may be closed. */
  closableFrom: localDateSchema,
  /** The next year is being prepared: nothing has been decided. */
  prepared: v.boolean(),
  /** The year in use was opened and is not confirmed: the one before can be taken up again. */
  opened: v.optional(
    v.object({
      year,
      after: year,
      on: localDateSchema,
      /** It is confirmed by itself on that day of the school's. */
      until: localDateSchema,
    }),
  ),
  years: v.array(schoolYearSchema),
  /** Written here, behind the end of its year: no other computer takes it. Kept apart until somebody decides. */
  late: v.array(v.object({ audience: audienceSchema, year, count: v.number() })),
});
export type YearsState = v.InferOutput<typeof yearsStateSchema>;

export const nextClassSchema = v.strictObject({
  id: id('class'),
  label: line(60),
  grades: v.pipe(v.array(grade), v.maxLength(GRADES.length)),
  teachers: v.pipe(v.array(id('staff')), v.maxLength(20)),
  pictureCode: v.boolean(),
});
const passage = v.picklist(PASSAGES);
const place = v.nullable(id('class'));

/** What is decided about one child; a field that is left out is as proposed. */
export const decisionSchema = v.strictObject({
  pupil: id('pupil'),
  passage: v.optional(passage),
  to: v.optional(place),
});
export type PupilDecision = v.InferOutput<typeof decisionSchema>;

/** A child who comes to the school with the new year. */
export const arrivalSchema = v.strictObject({
  id: id('pupil'),
  first: line(80),
  family: line(80),
  birthDate: v.optional(localDateSchema),
  grade: v.optional(grade),
  to: place,
});
export type ArrivalInput = v.InferOutput<typeof arrivalSchema>;

export const planViewSchema = v.object({
  from: year,
  to: year,
  /** `other`: what another head decided about the same thing, until one of both is chosen. */
  classes: v.array(
    v.object({
      ...nextClassSchema.entries,
      other: v.optional(v.nullable(nextClassSchema)),
      /** The class of today that it goes on from. */
      today: v.optional(v.string()),
    }),
  ),
  pupils: v.array(
    v.object({
      id: id('pupil'),
      name: v.string(),
      classId: v.optional(id('class')),
      classLabel: v.optional(v.string()),
      grade: v.optional(grade),
      passage,
      /** What may be decided for that grade. */
      may: v.array(passage),
      proposed: v.boolean(),
      /** The decision as it was written down; absent where it is the proposal. */
      decided: v.optional(decisionSchema),
      /** What the directory of the ministry says. */
      said: v.optional(passage),
      nextGrade: v.optional(grade),
      to: place,
      other: v.optional(decisionSchema),
    }),
  ),
  arrivals: v.array(v.object({ ...arrivalSchema.entries, other: v.optional(v.nullable(arrivalSchema)) })),
  staff: v.array(v.object({ id: id('staff'), name: v.string(), stays: v.boolean() })),
});
export type PlanView = v.InferOutput<typeof planViewSchema>;

export const registerSheetSchema = v.object({
  schoolYear: year,
  label: v.string(),
  grades: v.array(v.string()),
  pupils: v.array(v.object({ id: v.string(), name: v.string() })),
  /** `marks`: one letter a pupil, in their order: P, A, L, or a dash. */
  halfDays: v.array(
    v.object({ date: localDateSchema, half: v.picklist(['AM', 'PM']), marks: v.string(), done: v.boolean() }),
  ),
  entries: v.array(
    v.object({
      id: v.string(),
      pupil: v.string(),
      date: localDateSchema,
      half: v.picklist(['AM', 'PM']),
      state: v.picklist(['present', 'absent', 'late']),
      arrivedAt: v.optional(v.string()),
      reason: v.optional(v.string()),
      by: v.string(),
      at: v.string(),
      replaces: v.array(v.string()),
    }),
  ),
  people: v.record(v.string(), v.string()),
});
export type RegisterSheet = v.InferOutput<typeof registerSheetSchema>;

export const handOverSchema = v.object({
  id: eventId,
  pupil: id('pupil'),
  name: v.string(),
  /** The class the child comes from. */
  from: v.string(),
  at: instantSchema,
  homework: v.array(v.object({ subject: v.string(), text: v.string(), dueOn: localDateSchema })),
  /** Half-days of absence without a legitimate reason, in the month of the change (R131-7 counts by month). */
  unjustified: v.number(),
  notes: v.array(v.object({ by: v.string(), text: v.string() })),
  /** Pieces of work that came along, in « travaux rendus » of the new class. */
  works: v.number(),
});
export type HandOver = v.InferOutput<typeof handOverSchema>;

const classInput = v.strictObject({ class: id('class') });

export const yearsSubject = subject({
  requests: {
    state: { input: nothing, reply: yearsStateSchema },
    /** « Nous sommes le… »; `far` once the person has seen how far it is from the last one. */
    confirmDate: {
      input: v.strictObject({ day: localDateSchema, far: v.optional(v.boolean()) }),
      reply: yearsStateSchema,
    },
    /** Next year as it is prepared; proposed where nobody has begun. */
    plan: { input: nothing, reply: planViewSchema },
    /** About one child or a whole class at once; written at once. @throws `YEAR_PLAN_WRONG` */
    decide: {
      input: v.strictObject({ pupils: v.pipe(v.array(decisionSchema), v.minLength(1), v.maxLength(1000)) }),
      reply: planViewSchema,
    },
    /** A class of next year, new or put right. */
    saveClass: { input: nextClassSchema, reply: planViewSchema },
    removeClass: { input: v.strictObject({ class: id('class') }), reply: planViewSchema },
    setStays: { input: v.strictObject({ person: id('staff'), stays: v.boolean() }), reply: planViewSchema },
    saveArrival: { input: arrivalSchema, reply: planViewSchema },
    removeArrival: { input: v.strictObject({ id: id('pupil') }), reply: planViewSchema },
    dropPlan: { input: nothing, reply: yearsStateSchema },
    /** « Ouvrir la nouvelle année »: can be undone until it is confirmed. `day` is today's date as the person confirmed it. */
    close: {
      input: v.strictObject({ year, day: localDateSchema, far: v.optional(v.boolean()) }),
      reply: yearsStateSchema,
    },
    /** Back to the year before; what was done in the new one goes back into its preparation. */
    reopen: { input: v.strictObject({ year }), reply: yearsStateSchema },
    /** « Confirmer la rentrée »: from here on there is no way back. */
    confirm: { input: v.strictObject({ year }), reply: yearsStateSchema },
    /** Where every computer has reported: not waiting for the month that is left to read. */
    endNow: { input: v.strictObject({ year }), reply: yearsStateSchema },
    register: { input: v.strictObject({ id: eventId }), reply: registerSheetSchema },
    lateWork: {
      input: v.strictObject({ audience: audienceSchema }),
      reply: v.object({
        items: v.array(v.object({ type: v.string(), day: v.optional(v.string()), text: v.string() })),
      }),
    },
    discardLate: { input: v.strictObject({ audience: audienceSchema }), reply: yearsStateSchema },
    /** What was handed over about the pupils who came to a class in the course of the year, or at its beginning. */
    handOvers: {
      input: classInput,
      reply: v.object({
        received: v.array(handOverSchema),
        notes: v.array(
          v.object({ pupil: id('pupil'), name: v.string(), text: v.string(), rev: v.optional(v.string()) }),
        ),
      }),
    },
    /** For who teaches the child next; an empty text takes the note away. */
    writeNote: {
      input: v.strictObject({
        class: id('class'),
        pupil: id('pupil'),
        text: text(2000),
        rev: v.optional(v.pipe(v.string(), v.maxLength(60))),
      }),
      reply: done,
    },
  },
  events: { changed: v.object({}) },
});
