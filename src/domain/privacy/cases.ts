import { addDays, addMonths, type LocalDay } from '../retention/calendar';
import type { Instant } from '../time';

/** Requests about one's own data (RGPD art. 15 to 20) and breaches (art. 33, 34), as the school answers for them. */
export const REQUEST_KINDS = ['access', 'rectification', 'erasure', 'portability', 'objection'] as const;
export type RequestKind = (typeof REQUEST_KINDS)[number];
/** How the school knows that it speaks to the right person. */
export const IDENTITY_CHECKS = ['known', 'document', 'portal', 'none'] as const;
export type IdentityCheck = (typeof IDENTITY_CHECKS)[number];
export const REQUEST_STEPS = [
  'identityKnown',
  'identityDocument',
  'exported',
  'erased',
  'rectified',
  'extended',
  'forwarded',
  'answered',
  'refused',
] as const;
export type RequestStep = (typeof REQUEST_STEPS)[number];

/** One month from its reception (art. 12.3); two more where it is complex, said within the first. */
export function answerBy(receivedOn: LocalDay, extended: boolean): LocalDay | undefined {
  return addMonths(receivedOn, extended ? 3 : 1);
}
/** The convention (art. 7): what is not the school's own goes to the academy within eight days. */
export const forwardBy = (receivedOn: LocalDay): LocalDay | undefined => addDays(receivedOn, 8);

export const isClosed = (steps: readonly { readonly step: string }[]): boolean =>
  steps.some(({ step }) => step === 'answered' || step === 'refused' || step === 'closed');

/** What is known of who asks, from the request and from what was noted since. */
export function identityNow(
  identity: IdentityCheck,
  steps: readonly { readonly step: string }[],
): IdentityCheck {
  if (identity !== 'none') return identity;
  if (steps.some(({ step }) => step === 'identityDocument')) return 'document';
  return steps.some(({ step }) => step === 'identityKnown') ? 'known' : 'none';
}

/** Nothing leaves before it is known who asks: an answer to the wrong person is a breach. */
export const mayHandOut = (identity: IdentityCheck): boolean => identity !== 'none';

export const BREACH_STEPS = [
  'measure',
  'notifiedController',
  'notifiedCnil',
  'notNotified',
  'toldPeople',
  'closed',
] as const;
export type BreachStep = (typeof BREACH_STEPS)[number];
export const BREACH_KINDS = ['confidentiality', 'integrity', 'availability'] as const;
export type BreachKind = (typeof BREACH_KINDS)[number];

const HOUR_MS = 3_600_000;
/** The supervisory authority hears of it within 72 hours of when it became known (art. 33.1). */
export const NOTIFY_HOURS = 72;

export interface BreachClock {
  readonly state: 'running' | 'late' | 'done';
  /** Instant behind which a notification gives its reasons. */
  readonly until: Instant;
  /** Whole hours that are left; negative behind the end. */
  readonly hours: number;
}
/** @param now milliseconds since 1970 */
export function breachClock(
  knownAt: Instant,
  steps: readonly { readonly step: string }[],
  now: number,
): BreachClock {
  const end = Date.parse(knownAt) + NOTIFY_HOURS * HOUR_MS;
  const done = steps.some(({ step }) => step === 'notifiedCnil' || step === 'notNotified');
  return {
    state: done ? 'done' : now >= end ? 'late' : 'running',
    until: new Date(end).toISOString(),
    hours: Math.floor((end - now) / HOUR_MS),
  };
}
