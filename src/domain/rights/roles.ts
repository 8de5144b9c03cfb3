/**
 * Roles of the school (SDET 4.1, 4.2; docs/people-decisions.md). A role is held in a scope and may be dated; rights are
 * the sum of the roles held at that moment (SDET L1791). Codes are part of the exchange's protocol: never renamed.
 */
export const STAFF_ROLES = [
  'head',
  'teacher',
  'substitute',
  'aesh',
  'atsem',
  'rased',
  'librarian',
  'inspector',
  'technician',
  'administrator',
  'facilitator',
  'guest',
] as const;
export type StaffRole = (typeof STAFF_ROLES)[number];

/** A role of a later version is no right, never an error: what an older replica does not know it does not give. */
export const isStaffRole = (value: unknown): value is StaffRole =>
  (STAFF_ROLES as readonly unknown[]).includes(value);

/** Who teaches: a substitute does, for as long as they replace (SDET L10010). */
export const TEACHING: readonly StaffRole[] = ['teacher', 'substitute'];

/** What a role is held for: it gives nothing outside of that. */
export const SCOPE_OF: Readonly<Record<StaffRole, 'school' | 'classes' | 'groups'>> = {
  head: 'school',
  teacher: 'classes',
  substitute: 'classes',
  aesh: 'classes',
  atsem: 'classes',
  rased: 'groups',
  librarian: 'school',
  inspector: 'classes',
  technician: 'school',
  administrator: 'school',
  facilitator: 'school',
  guest: 'classes',
};

/** Never held without an end: who replaces, who visits, who is invited (SDET L1794, L9996, L10010). */
export const ALWAYS_DATED: readonly StaffRole[] = ['substitute', 'inspector', 'guest'];
