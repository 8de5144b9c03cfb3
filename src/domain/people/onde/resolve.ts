/** From a dry run and somebody's decisions to the records to write. */
import { compareText } from '../names';
import { isIsoDate } from './cells';
import { complete, differences, overlay } from './merge';
import type { Decision, Doubt, Fact, FieldChange, ImportPlan, RecordKind, RecordOf } from './plan-types';

export interface RefusedDecision {
  doubtId: string;
  code: 'unknownDoubt' | 'badBirthDate' | 'unknownClass' | 'unknownPerson' | 'unknownPupil' | 'personTaken';
}

export interface Resolution {
  /** In writing order: classes, pupils, staff, guardians. Each id once. Nothing is ever deleted. */
  facts: Fact[];
  /** Doubts nobody decided: their rows are not written, the next import asks again. */
  undecided: string[];
  refused: RefusedDecision[];
  /** Guardians left out because none of their children was written. */
  leftOut: { kind: 'guardian'; id: string }[];
}

interface Entry<R> {
  operation: 'create' | 'update';
  record: R;
  changes: readonly FieldChange[];
}
type Written<K extends RecordKind> = Map<string, Entry<RecordOf[K]>>;

/**
 * Applies decisions to a plan. Pure and deterministic: the same plan and decisions give the same records with the
 * same ids on every poste. A decision that makes no sense is refused with a code, its row counts as undecided.
 * @param decisions by doubt id; a doubt without a decision is not written
 */
export function resolve(plan: ImportPlan, decisions: Readonly<Record<string, Decision>>): Resolution {
  const written = {
    class: new Map() as Written<'class'>,
    pupil: new Map() as Written<'pupil'>,
    staff: new Map() as Written<'staff'>,
    guardian: new Map() as Written<'guardian'>,
  };
  for (const added of plan.added) put(written[added.kind], 'create', added.record, []);
  for (const changed of [...plan.changed, ...plan.linked])
    put(written[changed.kind], 'update', changed.record, changed.changes);

  const doubts = new Map(plan.doubtful.map((doubt) => [doubt.id, doubt]));
  const refused: RefusedDecision[] = Object.keys(decisions)
    .filter((doubtId) => !doubts.has(doubtId))
    .map((doubtId) => ({ doubtId, code: 'unknownDoubt' }));
  const undecided: string[] = [];
  /** Drafted ids that became another person (`same`), or nobody. */
  const become = new Map<string, string | undefined>();
  const taken = new Set<string>();

  // `same` may name a person that a `keep` writes: keeps first.
  const rank = ({ id }: Doubt): number => (decisionOf(decisions, id)?.action === 'same' ? 1 : 0);
  for (const doubt of [...plan.doubtful].sort((a, b) => rank(a) - rank(b))) {
    const decision = decisionOf(decisions, doubt.id);
    const code = decision && objection(plan, doubt, decision, taken);
    if (code) refused.push({ doubtId: doubt.id, code });
    if (!decision || code) undecided.push(doubt.id);
    if (!decision || code || decision.action === 'skip') {
      if (!doubt.known) become.set(doubt.record.id, undefined);
    } else if (decision.action === 'keep') {
      put(
        mapOf(written, doubt),
        doubt.known ? 'update' : 'create',
        corrected(doubt, decision),
        doubt.changes,
      );
    } else {
      join(mapOf(written, doubt), doubt, decision.personId);
      become.set(doubt.record.id, decision.personId);
      taken.add(decision.personId);
    }
  }

  const leftOut = settleChildren(written.guardian, become);
  keepUsedClasses(written, plan.declaredClassIds);
  const facts = (['class', 'pupil', 'staff', 'guardian'] as const).flatMap((kind) =>
    // TypeScript cannot follow that the map of a kind holds the records of that kind.
    [...written[kind].values()].map(({ operation, record }) => ({ kind, operation, record }) as Fact),
  );
  return { facts, undecided: undecided.sort(), refused, leftOut };
}

/** The plan's own careful choices, as the screen preselects them. */
export function suggestedDecisions(plan: ImportPlan): Record<string, Decision> {
  return Object.fromEntries(plan.doubtful.map(({ id, suggestion }) => [id, suggestion]));
}

/** Own members only: `decisions` comes from another process, and `__proto__` is no doubt. */
function decisionOf(decisions: Readonly<Record<string, Decision>>, id: string): Decision | undefined {
  return Object.hasOwn(decisions, id) ? decisions[id] : undefined;
}

type AnyRecord = RecordOf[RecordKind];
type AnyWritten = Map<string, Entry<AnyRecord>>;

function mapOf(written: Record<RecordKind, unknown>, { kind }: Doubt): AnyWritten {
  return written[kind] as AnyWritten;
}

function put(
  map: unknown,
  operation: Entry<AnyRecord>['operation'],
  record: AnyRecord,
  changes: readonly FieldChange[],
): void {
  (map as AnyWritten).set(record.id, { operation, record, changes });
}

function objection(
  plan: ImportPlan,
  doubt: Doubt,
  decision: Decision,
  taken: ReadonlySet<string>,
): RefusedDecision['code'] | undefined {
  if (decision.action === 'same') {
    if (!doubt.candidates.some(({ id }) => id === decision.personId)) return 'unknownPerson';
    // Two children cannot be one pupil; two rows may well be one adult.
    return doubt.kind === 'pupil' && taken.has(decision.personId) ? 'personTaken' : undefined;
  }
  if (decision.action === 'skip') return undefined;
  const { birthDate, classId, children = [] } = decision;
  if (birthDate !== undefined && !isIsoDate(birthDate)) return 'badBirthDate';
  if (classId !== undefined && !plan.classes.some(({ id }) => id === classId)) return 'unknownClass';
  return children.every((id) => plan.pupilIds.includes(id)) ? undefined : 'unknownPupil';
}

function corrected(doubt: Doubt, decision: Extract<Decision, { action: 'keep' }>): AnyRecord {
  const { birthDate, classId, children = [] } = decision;
  switch (doubt.kind) {
    case 'pupil':
      return overlay(doubt.record, { ...doubt.record, ...defined({ birthDate, classId }) });
    case 'staff':
      return overlay(doubt.record, { ...doubt.record, classIds: classId === undefined ? [] : [classId] });
    case 'guardian':
      return overlay(doubt.record, { ...doubt.record, children });
  }
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

/** Lays the row over the person it is said to be, who may have been written a moment ago. */
function join(map: AnyWritten, doubt: Doubt, personId: string): void {
  const pending = map.get(personId);
  const candidate = pending?.record ?? doubt.candidates.find(({ id }) => id === personId);
  if (!candidate) return;
  const record = (pending ? complete : overlay)(candidate, { ...doubt.record, id: personId });
  const inFile = doubt.drafted.includes(personId);
  const changes = differences(candidate, record);
  if (changes.length === 0 && !inFile) return;
  const all = [...(pending?.changes ?? []), ...changes];
  map.set(personId, {
    operation: pending?.operation ?? (inFile ? 'create' : 'update'),
    record,
    changes: all,
  });
}

/** Links follow the pupils: to the one a row turned out to be, to nobody where the row was not written. */
function settleChildren(
  guardians: Written<'guardian'>,
  become: ReadonlyMap<string, string | undefined>,
): Resolution['leftOut'] {
  const leftOut: Resolution['leftOut'] = [];
  for (const [id, entry] of guardians) {
    const children = entry.record.children.flatMap((pupil) =>
      become.has(pupil) ? (become.get(pupil) ?? []) : pupil,
    );
    const { feedHint } = entry.record;
    const hint = feedHint?.flatMap((pupil) => (become.has(pupil) ? (become.get(pupil) ?? []) : pupil));
    entry.record = {
      ...entry.record,
      children: [...new Set(children)],
      ...(hint ? { feedHint: [...new Set(hint)].sort(compareText) } : {}),
    };
    if (entry.operation === 'update') {
      if (changesNothing(entry)) guardians.delete(id);
      continue;
    }
    if (children.length > 0) continue;
    // An adult who answers for no child of the school is none of its business.
    guardians.delete(id);
    leftOut.push({ kind: 'guardian', id });
  }
  return leftOut;
}

/** The only news was a link to a child who was not written. */
function changesNothing({ record, changes }: Entry<RecordOf['guardian']>): boolean {
  const { children, feedHint } = record;
  const links: Readonly<Record<string, unknown>> = { children, feedHint };
  return changes.every(
    ({ field, before }) => field in links && JSON.stringify(before) === JSON.stringify(links[field]),
  );
}

/** A class that only undecided rows named is not created empty. */
function keepUsedClasses(
  written: { class: Written<'class'>; pupil: Written<'pupil'>; staff: Written<'staff'> },
  declared: readonly string[],
): void {
  const used = new Set([
    ...declared,
    ...[...written.pupil.values()].map(({ record }) => record.classId),
    ...[...written.staff.values()].flatMap(({ record }) => record.classIds),
  ]);
  for (const [id, { operation }] of written.class) {
    if (operation === 'create' && !used.has(id)) written.class.delete(id);
  }
}
