import { AUDIENCE_KINDS, audience, type AudienceKind } from '../audience';
import type { Id } from '../id';
import { RULES } from '../retention/rules';
import { entitledAudiences } from '../rights/entitlement';
import { SCOPE_OF, STAFF_ROLES, type StaffRole } from '../rights/roles';
import {
  ACTIVITIES,
  BASIS,
  CATEGORIES,
  CONCERNED,
  CONTROLLER,
  isPersonal,
  KINDS,
  type Activity,
  type Basis,
  type Category,
  type Concerned,
  type Controller,
} from './kinds';

/** How long one kind is kept: its row of src/domain/retention/rules.ts, with the code of its source. */
export interface Keeping {
  readonly type: string;
  /** Months after `from`; absent for what goes by another hand than its date's. */
  readonly months?: number;
  readonly from?: 'year' | 'date';
  readonly source: SourceCode;
}

export const SOURCES = [
  'register',
  'notebooks',
  'entitlement',
  'correspondence',
  'absences',
  'logs',
  'prescription',
  'use',
  'base',
  'leaver',
  'trust',
  'thing',
  'other',
] as const;
export type SourceCode = (typeof SOURCES)[number];

/** The sources of the retention table begin with these words. */
const SAID: readonly (readonly [string, SourceCode])[] = [
  ['Registre d’appel', 'register'],
  ['The notebooks', 'notebooks'],
  ['Gone within three months', 'entitlement'],
  ['At most one year after closure', 'correspondence'],
  ['Absences', 'absences'],
  ['Logs', 'logs'],
  ['Five years', 'prescription'],
  ['No source', 'use'],
  ['Has no date of its own', 'base'],
  ['Ends when its year', 'base'],
  ['Has no date; a head', 'leaver'],
  ['What a feed calls', 'leaver'],
  ['Says who is trusted', 'trust'],
  ['Describes what', 'thing'],
];
export function sourceOf(text: string): SourceCode {
  return SAID.find(([words]) => text.startsWith(words))?.[1] ?? 'other';
}

export function keepingOf(type: string): Keeping {
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (!rule) return { type, source: 'other' };
  if ('kept' in rule) return { type, source: sourceOf(rule.kept) };
  return { type, months: rule.months, from: rule.from, source: sourceOf(rule.source) };
}

const CLASS: Id<'class'> = 'class_aaaaaaaaaaaaa';
const YEAR = 2026;
const sample = (kind: AudienceKind): string =>
  audience(kind, {
    ...(AUDIENCE_KINDS[kind].of === 'class' ? { of: CLASS } : {}),
    ...(AUDIENCE_KINDS[kind].of === 'staff' ? { of: 'staff_bbbbbbbbbbbbb' as const } : {}),
    ...(AUDIENCE_KINDS[kind].yearly ? { year: YEAR } : {}),
  });

/** The roles whose holders may read a base of that kind, as the product gives them its key. */
export function readersOf(kind: AudienceKind): StaffRole[] {
  return STAFF_ROLES.filter((role) => {
    const classIds = SCOPE_OF[role] === 'classes' ? [CLASS] : [];
    const person = { _id: 'staff_aaaaaaaaaaaaa', roles: [role], classIds };
    return entitledAudiences(person, [sample(kind)], YEAR).length > 0;
  });
}

/** Who receives data of an activity: roles of the school, and the commune where a base is not sealed. */
export interface Recipients {
  readonly roles: readonly StaffRole[];
  /** The commune's administrators can read it, keep a copy they cannot open, or both where it stands in several bases. */
  readonly commune: 'reads' | 'sealed' | 'partly' | 'none';
  /** Families read it on the portal. */
  readonly families: boolean;
}

export interface RegisterEntry {
  readonly activity: Activity;
  readonly controller: Controller;
  readonly basis: Basis;
  readonly people: readonly Concerned[];
  readonly categories: readonly Category[];
  readonly recipients: Recipients;
  readonly keeping: readonly Keeping[];
  /** Documents held by this computer today. */
  readonly documents: number;
}

/** What is really so in this school. */
export interface RegisterFacts {
  /** Documents of each kind in the bases this computer can read. */
  readonly counts: Readonly<Record<string, number>>;
  /** The school exchanges with a commune's server. */
  readonly commune: boolean;
  /** Families' portal is open. */
  readonly portal: boolean;
}

const SHOWN_TO_FAMILIES: ReadonlySet<Activity> = new Set(['notebook', 'correspondence', 'attendance']);

/**
 * The register of processing (RGPD art. 30) as the school really is: an activity stands in it once a document of it exists, and
 * what the product does from the first day stands in it always.
 */
export function registerOf(facts: RegisterFacts): RegisterEntry[] {
  return ACTIVITIES.flatMap((activity) => {
    const rows = Object.entries(KINDS).flatMap(([type, row]) =>
      isPersonal(row) && row.activity === activity ? [{ type, row }] : [],
    );
    const used = rows.filter(({ type }) => (facts.counts[type] ?? 0) > 0);
    if (used.length === 0 && !ALWAYS.has(activity)) return [];
    const shown = used.length > 0 ? used : rows;
    const bases = [...new Set(shown.flatMap(({ row }) => row.in))];
    const among = <T extends string>(
      all: readonly T[],
      pick: (row: (typeof shown)[number]) => readonly T[],
    ): T[] => {
      const found = new Set(shown.flatMap(pick));
      return all.filter((one) => found.has(one));
    };
    const sealed = bases.filter((base) => AUDIENCE_KINDS[base].sealed).length;
    // Sheets of traces stand in an open base, each sealed on its own.
    const sealedAll = activity === 'traces' || sealed === bases.length;
    return [
      {
        activity,
        controller: CONTROLLER[activity],
        basis: BASIS[activity],
        people: among(CONCERNED, ({ row }) => row.people),
        categories: among(CATEGORIES, ({ row }) => row.categories),
        recipients: {
          roles:
            activity === 'traces'
              ? ['administrator']
              : STAFF_ROLES.filter((role) => bases.some((base) => readersOf(base).includes(role))),
          commune: !facts.commune ? 'none' : sealedAll ? 'sealed' : sealed === 0 ? 'reads' : 'partly',
          families: facts.portal && SHOWN_TO_FAMILIES.has(activity),
        },
        keeping: shown.map(({ type }) => keepingOf(type)),
        documents: used.reduce((sum, { type }) => sum + (facts.counts[type] ?? 0), 0),
      },
    ];
  });
}
/** There from the first day of a school, even before anything was written. */
const ALWAYS: ReadonlySet<Activity> = new Set(['directory', 'accounts', 'traces', 'requests']);
