import type { StaffRole } from '../rights/roles';

/**
 * After how long without a gesture the staff screens are hidden (SDET SOC-SEC-IAU 05: varies by profile and by access,
 * adjustable by the person, e.g. dyspraxia; CARMO #7.44). Minutes.
 */
export const IDLE_MINUTES = { min: 1, max: 120 } as const;

/** What a person may choose for themselves at the most: longer than their role's, never without an end. Minutes. */
export const PERSONAL_IDLE_MAX = 60;

/** A poste of the school as its head set it; a teacher walks about in the class, an office is passed by parents. */
export interface IdleSettings {
  readonly head: number;
  readonly teacher: number;
  /** Everybody else: substitute, AESH, guest… */
  readonly others: number;
  /** On a poste declared shared, whoever it is. */
  readonly shared: number;
}
export const DEFAULT_IDLE: IdleSettings = { head: 10, teacher: 15, others: 10, shared: 3 };

const within = (minutes: number, max: number): number =>
  Math.min(Math.max(Math.round(minutes), IDLE_MINUTES.min), max);

/**
 * The strictest role decides: a head who also teaches has a head's screens.
 * @param personal what the person chose for themselves; never shorter than one minute, never beyond `PERSONAL_IDLE_MAX`
 * unless the school gives more
 * @returns minutes, 1 to 120
 */
export function idleMinutes(
  settings: IdleSettings,
  roles: readonly StaffRole[],
  { personal, shared }: { readonly personal?: number | undefined; readonly shared: boolean },
): number {
  const of = (role: StaffRole): number =>
    role === 'head' || role === 'teacher' ? settings[role] : settings.others;
  const byRole = roles.length > 0 ? Math.min(...roles.map(of)) : settings.others;
  const given = within(shared ? Math.min(settings.shared, byRole) : byRole, IDLE_MINUTES.max);
  if (personal === undefined || !Number.isFinite(personal)) return given;
  return within(personal, Math.max(PERSONAL_IDLE_MAX, given));
}
