import { ERROR_CODES } from '../errors';
import { isId } from '../id';
import type { Actor } from '../rights/actor';
import type { Instant } from '../time';

/**
 * What is written down about who did what (SDET EXP-01, l. 6012; CARINE l. 561–562; DESIGN 8): ids and codes, never a name
 * or a text. An action that stands in no row cannot be traced; a new one is a line here and a line in the locale.
 */
export const TRACE_ACTIONS = [
  'session.signIn',
  'session.wrong',
  'session.signOut',
  'session.lock',
  'account.give',
  'account.reset',
  'right.refused',
  'right.give',
  'right.end',
  'pupil.read',
  'pupil.change',
  'guardian.read',
  'guardian.change',
  'people.search',
  'people.import',
  'people.export',
  'people.print',
  'group.change',
  'register.read',
  'register.change',
  'assessment.read',
  'work.read',
  'journal.read',
  'screen.view',
  'app.push',
  'device.enrol',
  'device.revoke',
  'poste.introduce',
  'poste.putOut',
  'copy.write',
  'copy.restore',
  'year.change',
  'photo.publish',
  'authorisation.change',
  'privacy.request',
  'privacy.export',
  'privacy.erase',
  'privacy.breach',
  'trace.read',
  'trace.export',
  /** Entries that could not be written: how many is the subject. */
  'trace.lost',
] as const;
export type TraceAction = (typeof TRACE_ACTIONS)[number];

/** Looking again at the same thing within this time is one look. Milliseconds. */
export const SAME_LOOK_MS = 10 * 60_000;
/** Looks that a window repeats by itself while somebody stays on a screen. */
export const isLook = (action: TraceAction): boolean =>
  /\.(read|view|search)$/.test(action) || action === 'right.refused';

/** One line of the journal of a poste. `n` counts from 1 on each poste and never stops. */
export interface TraceEntry {
  readonly n: number;
  readonly at: Instant;
  /** A person, a device, `poste` for what it did by itself, `nobody` before somebody signed in. */
  readonly by: string;
  readonly do: TraceAction;
  readonly on: readonly string[];
}

/** Most subjects one entry names; those behind are counted (`+12`). */
export const SUBJECTS_MAX = 60;

const METHOD = /^[a-z][A-Za-z]{1,30}\.[a-z][A-Za-z]{1,30}$/;
const COUNT = /^\+\d{1,7}$/;
const codes: ReadonlySet<string> = new Set(ERROR_CODES);

/** An opaque id, the name of a request, an error code or a number: nothing a person may have typed passes here. */
export const isSubject = (value: string): boolean =>
  isId(value) || COUNT.test(value) || METHOD.test(value) || codes.has(value);

/** What an entry keeps of the subjects it was given: each once, ids and codes alone, the first sixty. */
export function subjectsOf(given: readonly string[]): string[] {
  const fit = [...new Set(given.filter(isSubject))];
  const over = fit.length - SUBJECTS_MAX;
  return over > 0 ? [...fit.slice(0, SUBJECTS_MAX), `+${over}`] : fit;
}

/** Who stands in an entry. */
export function whoOf(actor: Actor): string {
  if ('personId' in actor) return actor.personId;
  if (actor.kind === 'device') return actor.deviceId;
  if (actor.kind === 'visitor') return actor.lessonId;
  return actor.kind === 'poste' ? 'poste' : 'nobody';
}
