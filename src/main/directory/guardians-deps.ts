import { fullName } from '../../domain/people/names';
import type { GuardianPerson } from '../../domain/people/guardian-people';
import type { Id } from '../../domain/id';
import type { LocalDate } from '../../domain/time';
import type { AudienceDatabase } from '../../store/port';
import type { Platform } from '../capability';
import type { SchoolDatabases } from './databases';
import type { PupilDocument } from './records';

/** What the parts of this room lean on. */
export interface GuardiansDeps {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'publish'>;
  readonly databases: SchoolDatabases;
  readonly timeZone: () => string;
  /** What others read of it follows (guardians-keeper.ts). */
  readonly published: () => Promise<void>;
}

type Child = PupilDocument & { readonly _id: Id<'pupil'> };
const WHO = { mme: 'Mme', m: 'M.' } as const;

/** « Mme Claire Dupont », as an envelope says it. */
export const titledName = ({ civility, names }: Pick<GuardianPerson, 'civility' | 'names'>): string =>
  `${civility ? `${WHO[civility]} ` : ''}${fullName(names)}`;

/** Who is in the school on a day. */
export function childrenOn(ecole: AudienceDatabase, on: LocalDate): Child[] {
  return ecole
    .all<PupilDocument>('pupil')
    .map(({ body }) => body as Child)
    .filter(({ leftOn }) => leftOn === undefined || leftOn > on);
}
