import { tombstone } from './body-check';
import type { RevisionRecord } from './port';
import { isGenuine, revisionOf } from './revision';

/** Ancestors that a record carries. */
const CARRIED = 50;

/**
 * What stands in the place of an expired revision: the tombstone `{_id, type, v}` that follows it. Every replica makes the same
 * one without asking another: its revision is made with the key that made the revision it ends, and whoever holds that revision
 * holds that key, however many were exchanged since. It is also the revision of a deletion made under that key by hand.
 * @param keys revision keys held (`revisionKey`)
 * @returns undefined where none of them made the record
 */
export function expiredRecord(
  keys: readonly Uint8Array[],
  record: RevisionRecord,
): RevisionRecord | undefined {
  const key = keys.find((one) => isGenuine(one, record));
  if (!key) return undefined;
  const body = tombstone(record.body);
  return {
    id: record.id,
    rev: revisionOf(key, { parent: record.rev, deleted: true, body }),
    ancestors: [record.rev, ...record.ancestors].slice(0, CARRIED),
    deleted: true,
    body,
  };
}
