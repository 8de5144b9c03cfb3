import type { Id } from '../id';
import type { Instant, LocalDate } from '../time';
import { standingOf, type AuthorityFact, type Holds } from './authority';
import { signaturesNeeded, type Needed, type PaperKind } from './authority-sign';
import type { Guardian } from './person';

/** A paper sent to a child's family, the same for each of its guardians. */
export interface Paper {
  readonly id: string;
  readonly kind: PaperKind;
  readonly title: string;
  readonly text: string;
  readonly sentAt: Instant;
}

/** What one guardian did with a paper: theirs alone. */
export interface PaperReply {
  readonly paper: string;
  readonly guardian: Id<'guardian'>;
  readonly readAt?: Instant | undefined;
  readonly signedOn?: LocalDate | undefined;
  readonly agrees?: boolean | undefined;
  readonly reply?: string | undefined;
}

/** Everything the school holds about a child and its family. Never handed to anybody whole. */
export interface ChildFile {
  readonly pupil: { readonly id: Id<'pupil'>; readonly first: string; readonly family: string };
  readonly guardians: readonly Guardian[];
  readonly facts: readonly AuthorityFact[];
  readonly papers: readonly Paper[];
  readonly replies: readonly PaperReply[];
}

/** What one guardian gets about one child. */
export interface GuardianView {
  readonly pupil: ChildFile['pupil'];
  readonly me: Pick<Guardian, 'id' | 'civility' | 'names' | 'email' | 'phones' | 'address'>;
  readonly holds: Holds | 'toConfirm';
  readonly papers: readonly {
    readonly id: string;
    readonly kind: PaperKind;
    readonly title: string;
    readonly text: string;
    readonly sentAt: Instant;
    readonly needed: Needed;
    /** May sign; somebody without authority only reads. */
    readonly maySign: boolean;
    readonly readAt?: Instant | undefined;
    readonly signedOn?: LocalDate | undefined;
    readonly agrees?: boolean | undefined;
    readonly reply?: string | undefined;
  }[];
}

/**
 * What one guardian gets about one child; undefined for somebody who gets nothing. **Whatever is shown or sent to a
 * guardian is made from this**: neither parent sees the other's address, replies or reading, nor whether there is another,
 * nor that a paper « un parent suffit » was signed by somebody else.
 */
export function viewFor(guardian: Id<'guardian'>, child: ChildFile, on: LocalDate): GuardianView | undefined {
  const found = child.guardians.find(({ id }) => id === guardian);
  if (!found?.children.includes(child.pupil.id)) return undefined;
  const mine = ({ guardian: who, pupil }: AuthorityFact): boolean =>
    who === guardian && pupil === child.pupil.id;
  const { holds, receives } = standingOf(child.facts.filter(mine), on);
  if (!receives) return undefined;
  const { id, civility, names, email, phones, address } = found;
  return {
    pupil: { id: child.pupil.id, first: child.pupil.first, family: child.pupil.family },
    me: { id, civility, names, email, phones, address },
    holds,
    papers: child.papers.map(({ id: paper, kind, title, text, sentAt }) => {
      const own = child.replies.find((reply) => reply.paper === paper && reply.guardian === guardian);
      return {
        id: paper,
        kind,
        title,
        text,
        sentAt,
        needed: signaturesNeeded(kind),
        maySign: holds !== 'none',
        readAt: own?.readAt,
        signedOn: own?.signedOn,
        agrees: own?.agrees,
        reply: own?.reply,
      };
    }),
  };
}
