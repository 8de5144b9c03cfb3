import * as v from 'valibot';
import { done, instantSchema, line, nothing, subject, text } from '../define';
import { sessionStateSchema } from './session';

export const passwordSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(200));
export const civilitySchema = v.picklist(['mme', 'm']);
export const adultNameSchema = v.strictObject({ family: line(80), first: line(80) });

/** The printed sheet: the only paper that opens the school when every computer is lost. Shown once. */
export const recoverySheetSchema = v.object({
  code: v.string(),
  school: v.string(),
  createdAt: instantSchema,
});
export type RecoverySheet = v.InferOutput<typeof recoverySheetSchema>;

export const schoolSchema = v.object({
  name: v.string(),
  uai: v.optional(v.string()),
  /** IANA zone of the school: Europe/Paris, Indian/Reunion… */
  timeZone: v.string(),
  /** First calendar year of the school year in use. */
  year: v.number(),
  /** « Ma classe, tout de suite »: a school that waits for its name. */
  provisional: v.boolean(),
});
export type School = v.InferOutput<typeof schoolSchema>;

export const schoolSubject = subject({
  requests: {
    /** From the demonstration (or back to it): closes what is open, opens the poste's own data folder. */
    leaveDemonstration: { input: nothing, reply: sessionStateSchema },
    backToDemonstration: { input: nothing, reply: sessionStateSchema },
    /** Creates the school on this poste and signs its head in; completes a provisional school where there is one. */
    create: {
      input: v.strictObject({
        name: line(120),
        uai: v.pipe(v.string(), v.maxLength(12)),
        timeZone: line(60),
        head: v.strictObject({
          civility: v.optional(civilitySchema),
          ...adultNameSchema.entries,
          password: passwordSchema,
        }),
      }),
      reply: v.object({ state: sessionStateSchema, sheet: recoverySheetSchema }),
    },
    /** « Ma classe, tout de suite »: no file, no account; first names may be empty. */
    quickStart: {
      input: v.strictObject({ firstNames: v.pipe(text(20_000)), title: v.optional(line(60)) }),
      reply: sessionStateSchema,
    },
    read: { input: nothing, reply: schoolSchema },
    /** A new sheet replaces the old one, which opens nothing any more. */
    newRecoverySheet: { input: nothing, reply: recoverySheetSchema },
    /** The person says that the sheet is printed and put away. */
    sheetPrinted: { input: nothing, reply: done },
  },
  events: { changed: schoolSchema },
});
