import { familyName, normaliseName } from '../../domain/people/names';
import type { OndeFile } from '../../domain/people/onde';
import { differences } from '../../domain/people/onde/merge';
import type { Changed, Doubt, FieldChange, ImportPlan } from '../../domain/people/onde/plan-types';
import type { Directory, PersonName, StaffMember } from '../../domain/people/person';

/**
 * What an import may not do to the people somebody wrote by hand: make a second person of a head who gave the name
 * she uses where ONDE has the name of birth, or make a second head. Pure; wraps `planImport` on both sides.
 */

const same = (a: string, b: string): boolean => normaliseName(a) === normaliseName(b);

/**
 * Somebody written by hand as « Naïma Saint-Cyr » is ONDE's « BENALI, d'usage SAINT-CYR »: gives that person the
 * name of birth, so that the plan finds them. Only where the name points to one person and one row.
 * @returns the directory to compare with, and who was renamed
 */
export function withBirthNames(
  current: Directory,
  files: readonly OndeFile[],
): { directory: Directory; renamed: ReadonlySet<string> } {
  const rows = files.flatMap((file) => (file.kind === 'teachers' ? file.rows : []));
  const known = ({ family, first }: PersonName): boolean =>
    current.staff.some((member) => same(member.names.family, family) && same(member.names.first, first));
  const given = new Map<string, PersonName>();
  for (const { names } of rows) {
    const { usage } = names;
    if (usage === undefined || known(names)) continue;
    const namesakes = current.staff.filter(
      (member) =>
        member.names.usage === undefined &&
        same(member.names.family, usage) &&
        same(member.names.first, names.first),
    );
    const alike = rows.filter(
      (row) => same(familyName(row.names), usage) && same(row.names.first, names.first),
    );
    const [only] = namesakes;
    if (only && namesakes.length === 1 && alike.length === 1) given.set(only.id, { ...only.names, ...names });
  }
  const staff = current.staff.map((member) => ({ ...member, names: given.get(member.id) ?? member.names }));
  return { directory: given.size === 0 ? current : { ...current, staff }, renamed: new Set(given.keys()) };
}

/** Says the new names in the plan as what they are: a change, to be seen before it is written. */
export function tellNames(
  plan: ImportPlan,
  current: Directory,
  { directory, renamed }: { directory: Directory; renamed: ReadonlySet<string> },
): ImportPlan {
  if (renamed.size === 0) return plan;
  const changesOf = (id: string): FieldChange[] => {
    const before = current.staff.find((member) => member.id === id);
    const after = directory.staff.find((member) => member.id === id);
    if (!before || !after || !renamed.has(id)) return [];
    return differences({ names: before.names }, { names: after.names });
  };
  const quiet = plan.unchanged.filter(({ id }) => renamed.has(id));
  const also = directory.staff
    .filter(({ id }) => quiet.some((entry) => entry.id === id))
    .map((record): Changed => ({ kind: 'staff', record, sources: [], changes: changesOf(record.id) }));
  const tell = <E extends Changed | Doubt>(entry: E): E =>
    entry.kind === 'staff' && renamed.has(entry.record.id)
      ? { ...entry, changes: [...changesOf(entry.record.id), ...entry.changes] }
      : entry;
  return {
    ...plan,
    unchanged: plan.unchanged.filter((entry) => !quiet.includes(entry)),
    changed: [...plan.changed.map(tell), ...also],
    doubtful: plan.doubtful.map(tell),
  };
}

/** Who left the school is missing from its files, as expected: nobody has to look for them. */
export function withoutLeavers(plan: ImportPlan, current: Directory): ImportPlan {
  const left = new Set(current.pupils.filter(({ leftOn }) => leftOn !== undefined).map(({ id }) => id));
  return { ...plan, absentFromFile: plan.absentFromFile.filter(({ id }) => !left.has(id)) };
}

/**
 * An extraction never makes a head: that right is given by a person, not by a file. Somebody new whom ONDE calls
 * the head, where the school's own head is not in the file under that name, is asked about: most often one person
 * spelt in two ways.
 */
export function keepOneHead(plan: ImportPlan, current: Directory): ImportPlan {
  const heads = current.staff.filter(({ roles }) => roles.includes('head'));
  if (heads.length === 0) return plan;
  const isHead = (id: string): boolean => heads.some((head) => head.id === id);
  const missing = heads.filter(({ id }) => plan.absentFromFile.some((gone) => gone.id === id));
  const demoted = (record: StaffMember): StaffMember => ({
    ...record,
    roles: record.roles.filter((role) => role !== 'head'),
  });
  const claims = plan.added.filter(
    (entry) => entry.kind === 'staff' && entry.record.roles.includes('head'),
  ).length;

  const next: ImportPlan = { ...plan, added: [], changed: [], unchanged: [...plan.unchanged], doubtful: [] };
  for (const entry of plan.added) {
    const claimed = entry.kind === 'staff' && entry.record.roles.includes('head');
    if (entry.kind !== 'staff' || !claimed) {
      next.added.push(entry);
      continue;
    }
    const record = demoted(entry.record);
    const [source] = entry.sources;
    const [only] = missing;
    if (!source || !only) {
      next.added.push({ ...entry, record });
      continue;
    }
    next.doubtful.push({
      id: `${source.file}:${source.line}`,
      kind: 'staff',
      source,
      reasons: [{ code: 'homonym', others: [], sameBirthDate: false }],
      record,
      known: false,
      changes: [],
      candidates: missing,
      drafted: [],
      // Preselected only where the names look alike: a head must not take another's name by one click too many.
      suggestion:
        missing.length === 1 && claims === 1 && looksAlike(only.names, record.names)
          ? { action: 'same', personId: only.id }
          : { action: 'keep' },
    });
  }
  for (const entry of plan.changed) {
    if (entry.kind !== 'staff' || isHead(entry.record.id) || !entry.record.roles.includes('head')) {
      next.changed.push(entry);
      continue;
    }
    const record = demoted(entry.record);
    const before = current.staff.find(({ id }) => id === record.id);
    const others = entry.changes.filter(({ field }) => field !== 'roles');
    const roles = before ? differences({ roles: before.roles }, { roles: record.roles }) : [];
    const changes = [...others, ...roles];
    if (changes.length > 0) next.changed.push({ ...entry, record, changes });
    else next.unchanged.push({ kind: 'staff', id: record.id });
  }
  for (const doubt of plan.doubtful) {
    const strange = doubt.kind === 'staff' && !isHead(doubt.record.id);
    next.doubtful.push(strange ? { ...doubt, record: demoted(doubt.record) } : doubt);
  }
  next.doubtful.sort((a, b) => a.source.file - b.source.file || a.source.line - b.source.line);

  // Who is now a candidate is not absent; a warning about few people must not rest on them.
  const asked = new Set(
    next.doubtful.flatMap(({ kind, candidates }) => (kind === 'staff' ? candidates.map(({ id }) => id) : [])),
  );
  next.absentFromFile = plan.absentFromFile.filter(({ kind, id }) => kind !== 'staff' || !asked.has(id));
  const stillAbsent = next.absentFromFile.filter(({ kind }) => kind === 'staff').length;
  next.notices = plan.notices.flatMap((notice) => {
    if (notice.code !== 'suspiciousDrop' || notice.kind !== 'staff') return [notice];
    return stillAbsent > 0 ? [{ ...notice, absent: stillAbsent }] : [];
  });
  return next;
}

/** One spelling slip or two in the first name or in one of the family names (« Nahima », « Naïma »). */
function looksAlike(left: PersonName, right: PersonName): boolean {
  const families = (names: PersonName): string[] => [names.family, ...(names.usage ? [names.usage] : [])];
  return (
    nearly(left.first, right.first) ||
    families(left).some((one) => families(right).some((other) => nearly(one, other)))
  );
}

function nearly(left: string, right: string): boolean {
  const [a, b] = [normaliseName(left), normaliseName(right)];
  // Two letters of « Léa » are another name.
  const slips = Math.min(a.length, b.length) < 5 ? 0 : 2;
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(
        Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)),
      );
    row = next;
  }
  return (row[b.length] ?? Infinity) <= slips;
}
