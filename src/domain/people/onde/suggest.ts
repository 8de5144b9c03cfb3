/** The careful choice to preselect for a doubt. It is never applied without somebody's word. */
import type { Guardian, Pupil } from '../person';
import type { Draft } from './drafts';
import type { Decision, PersonKind, RecordOf, Source } from './plan-types';

const SKIP: Decision = { action: 'skip' };
const KEEP: Decision = { action: 'keep' };

/**
 * Skips what would create a person twice, hand a pupil's number to another, or keep an adult who answers for nobody;
 * proposes the one candidate that everything points to; keeps the rest.
 */
export function suggest<K extends PersonKind>(kind: K, draft: Draft<K>, source: Source): Decision {
  const { record, reasons, candidates } = draft;
  if (reasons.some(({ code }) => code === 'duplicate' || code === 'ineConflict')) return SKIP;
  if (kind === 'guardian' && (record as Guardian).children.length === 0) return SKIP;
  const homonym = reasons.find((reason) => reason.code === 'homonym');
  if (!homonym) return KEEP;
  const [candidate, another] = candidates;
  if (candidate && !another && pointsTo(kind, record, candidate))
    return { action: 'same', personId: candidate.id };
  // Same name, same day, two classes: most often one child on two lists. The first row stands.
  const later = homonym.others.some(
    (other) => other.file < source.file || (other.file === source.file && other.line < source.line),
  );
  return homonym.sameBirthDate && later ? SKIP : KEEP;
}

function pointsTo<K extends PersonKind>(kind: K, record: RecordOf[K], candidate: RecordOf[K]): boolean {
  if (kind === 'staff') return true;
  if (kind === 'guardian') return false;
  const { classId } = record as Pupil;
  return classId !== undefined && classId === (candidate as Pupil).classId;
}
