import type { DocumentBody } from './port';

/**
 * Schema versions of the document types. Documents are brought up to date as they are read and never rewritten in
 * bulk; a document of a higher version than we know is read-only (DESIGN 3).
 */
export interface TypeVersion {
  /** The version this programme writes, from 1. */
  readonly current: number;
  /** For each older version, the step to the next one. The step need not set `v`. */
  readonly upcast?: Readonly<Record<number, (body: DocumentBody) => DocumentBody>>;
  /**
   * The fields this programme knows. Where given, a field of the stored document that is not among them is carried
   * over by a write that leaves it out: another version of Préau wrote it and needs it.
   */
  readonly fields?: readonly string[];
}

/** Known types by name. A type that is not listed is taken as it is. */
export type Versions = Readonly<Record<string, TypeVersion>>;

export function isNewer(versions: Versions, body: DocumentBody): boolean {
  const known = versions[body.type];
  return known !== undefined && body.v > known.current;
}

/** The body in the version this programme knows; itself where there is nothing to do. @throws Error on a missing step */
export function upcast(versions: Versions, body: DocumentBody): DocumentBody {
  const known = versions[body.type];
  if (!known || body.v >= known.current) return body;
  let current = body;
  for (let v = body.v; v < known.current; v++) {
    const step = known.upcast?.[v];
    if (!step) throw new Error(`no step from version ${v} of ${body.type}`);
    current = { ...step(current), _id: body._id, type: body.type, v: v + 1 };
  }
  return current;
}

/** `next` with the fields of `previous` that this programme does not know and that `next` left out. */
export function carryUnknown(versions: Versions, previous: DocumentBody, next: DocumentBody): DocumentBody {
  const fields = versions[next.type]?.fields;
  if (!fields || previous.type !== next.type) return next;
  const known = new Set(['_id', 'type', 'v', ...fields]);
  const unknown = Object.entries(previous).filter(([name]) => !known.has(name) && !(name in next));
  return unknown.length === 0 ? next : { ...next, ...Object.fromEntries(unknown) };
}
