import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id, type IdPrefix } from '../../domain/id';
import { parseOndeFile, planImport, resolve } from '../../domain/people/onde';
import type { Decision, Fact, ImportPlan, RecordKind } from '../../domain/people/onde/plan-types';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Accounts } from './accounts';
import type { SchoolDatabases } from './databases';
import type { Moved } from './correct-service';
import { namesOfPlan } from './import-names';
import { keepOneHead, tellNames, withBirthNames, withoutLeavers } from './import-people';
import { documentsOf, readDirectory, upsert, type PupilDocument } from './records';

export interface ImportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface DryRun {
  readonly plan: string;
  readonly result: ImportPlan;
  readonly names: Record<string, string>;
  readonly unreadable: { name: string; reason: string; params: Record<string, unknown> }[];
}

/** ONDE extractions: read, compared, shown, and only then written. A partial file never deletes. */
export interface ImportService {
  /** Writes nothing. A new dry run takes the place of the one before. */
  dryRun(actor: Actor, files: readonly ImportFile[]): Promise<DryRun>;
  /**
   * Cut at any point, a second import of the same files completes it: every id follows from the row.
   * @throws PreauError `IMPORT_STALE` when people were changed since the dry run
   */
  apply(
    actor: Actor,
    plan: string,
    decisions: Readonly<Record<string, Decision>>,
  ): Promise<{ added: number; changed: number; left: string[] }>;
}

const PREFIX: Readonly<Record<RecordKind, IdPrefix>> = {
  class: 'class',
  pupil: 'pupil',
  guardian: 'guardian',
  staff: 'staff',
};
/** Documents written between two words to the window. */
const BATCH = 200;

export function createImportService(
  platform: Platform,
  databases: SchoolDatabases,
  keyring: Keyring,
  timeZone: () => string,
  accounts: Accounts,
  moved?: Moved,
): ImportService {
  let pending: { id: string; plan: ImportPlan; fingerprint: string } | undefined;

  /** Under a key only the school holds: two postes that import the same file write the same ids (DESIGN 3). */
  function idDeriver(): (kind: RecordKind, key: string) => string {
    // The first one: an import after an exchange of keys finds the same people under the same ids.
    const direction = keyring.dataKeys(databases.name('direction')).at(-1) ?? '';
    const secret = Buffer.from(hkdfSync('sha256', direction, '', 'preau-import-ids-0', 32));
    return (kind, key) =>
      idFrom(PREFIX[kind], createHmac('sha256', secret).update(`${kind}\u0000${key}`).digest());
  }

  async function fingerprint(): Promise<string> {
    return createHash('sha256')
      .update(JSON.stringify(await readDirectory(databases)))
      .digest('hex');
  }

  return {
    async dryRun(actor, files) {
      demand(actor, 'people.import');
      const today = localDate(platform.clock(), timeZone());
      const unreadable: DryRun['unreadable'] = [];
      const readable = files.flatMap((file) => {
        const reading = parseOndeFile(file.bytes, { today });
        if (reading.ok) return [reading.file];
        const { code, ...params } = reading.problem;
        unreadable.push({ name: file.name, reason: code, params });
        return [];
      });
      const current = await readDirectory(databases);
      const named = withBirthNames(current, readable);
      const planned = planImport(named.directory, readable, {
        schoolYear: databases.year,
        deriveKey: idDeriver(),
      });
      const result = withoutLeavers(keepOneHead(tellNames(planned, current, named), current), current);
      pending = {
        id: platform.random(9).toString('base64url'),
        plan: result,
        fingerprint: await fingerprint(),
      };
      return { plan: pending.id, result, names: namesOfPlan(result, current), unreadable };
    },
    async apply(actor, planId, decisions) {
      demand(actor, 'people.import');
      if (pending?.id !== planId || pending.fingerprint !== (await fingerprint()))
        throw new PreauError('IMPORT_STALE');
      const { facts, undecided } = resolve(pending.plan, decisions);
      // A plan is written once, whatever becomes of this writing: the next dry run sees what it left.
      pending = undefined;
      for (const fact of facts) {
        if (fact.kind !== 'class') continue;
        await databases.create('classe', fact.record.id as Id<'class'>);
        await databases.create('suivi', fact.record.id as Id<'class'>);
      }
      const moves = await movesIn(databases, facts);
      const documents = facts.flatMap((fact) => documentsOf(fact.kind, fact.record));
      let done = 0;
      const tell = (): void =>
        platform.publish(
          'people.progress',
          { work: 'import', done, total: documents.length },
          (other) => other === actor,
        );
      tell();
      for (const base of ['direction', 'ecole'] as const) {
        const db = await databases.open(base);
        const bodies = documents.filter((entry) => entry.base === base).map((entry) => entry.body);
        for (let start = 0; start < bodies.length; start += BATCH) {
          const batch = bodies.slice(start, start + BATCH);
          // New documents in one durable batch; only what exists already is rewritten one by one.
          await db.putAll(batch.filter((body) => !db.get(body._id)));
          await Promise.all(batch.map((body) => upsert(db, body)));
          done += batch.length;
          tell();
        }
      }
      for (const [pupil, from, to] of moves) await moved?.(pupil, from, to);
      await accounts.entitleAll();
      platform.log.info('import.applied', { facts: facts.length, left: undecided.length });
      platform.publish('people.changed', {});
      const added = facts.filter((fact) => fact.operation === 'create').length;
      return { added, changed: facts.length - added, left: undecided };
    },
  };
}

/** Pupils whom the file puts into another class than they are in. */
async function movesIn(
  databases: SchoolDatabases,
  facts: readonly Fact[],
): Promise<(readonly [Id<'pupil'>, Id<'class'>, Id<'class'>])[]> {
  const ecole = await databases.open('ecole');
  return facts.flatMap((fact) => {
    if (fact.kind !== 'pupil') return [];
    const before = ecole.get<PupilDocument>(fact.record.id)?.body.classId;
    const after = fact.record.classId;
    if (before === undefined || after === undefined || before === after) return [];
    return [[fact.record.id as Id<'pupil'>, before as Id<'class'>, after as Id<'class'>] as const];
  });
}
