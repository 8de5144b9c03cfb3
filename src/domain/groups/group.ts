import type { Id } from '../id';
import type { LocalDate } from '../time';

/** A group made by somebody of the school, beyond classes (SDET 22, L11138–11160): who, what for, until when. */
export const GROUP_KINDS = ['needs', 'exchange', 'workshop', 'project', 'other'] as const;
export type GroupKind = (typeof GROUP_KINDS)[number];

export interface Group {
  readonly id: Id<'group'>;
  readonly name: string;
  readonly kind: GroupKind;
  readonly pupils: readonly Id<'pupil'>[];
  readonly staff: readonly Id<'staff'>[];
  readonly owner: Id<'staff'>;
  /** The last local day; absent: until the year ends. */
  readonly lastDay?: LocalDate | undefined;
  readonly archived: boolean;
}

export const isOver = (
  { archived, lastDay }: Pick<Group, 'archived' | 'lastDay'>,
  today: LocalDate,
): boolean => archived || (lastDay !== undefined && lastDay < today);

/** A school has that many children at most in one group; a list longer than that is the school. */
export const GROUP_MAX = 200;
