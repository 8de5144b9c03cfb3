import { createHmac, hkdfSync } from 'node:crypto';
import { PreauError } from '../../domain/errors';
import { idFrom, type Id, type IdPrefix } from '../../domain/id';
import { parseOndeFile, planImport, resolve } from '../../domain/people/onde';
import type { Decision, ImportPlan, RecordKind } from '../../domain/people/onde/plan-types';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Accounts } from './accounts';
import type { SchoolDatabases } from './databases';
import { documentsOf, readDirectory, upsert } from './records';

export interface ImportFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
export interface DryRun {
  readonly plan: string;
  readonly result: ImportPlan;
  readonly unreadable: { name: string; reason: string; params: Record<string, unknown> }[];
}

/** ONDE extractions: read, compared, shown, and only then written. A partial file never deletes. */
export interface ImportService {
  dryRun(actor: Actor, files: readonly ImportFile[]): Promise<DryRun>;
  /** @throws PreauError `IMPORT_STALE` when people were changed since the dry run */
  apply(
    actor: Actor,
    plan: string,
    decisions: Readonly<Record<string, Decision>>,
  ): Promise<{ added: number; changed: number }>;
}

const PREFIX: Readonly<Record<RecordKind, IdPrefix>> = {
  class: 'class',
  pupil: 'pupil',
  guardian: 'guardian',
  staff: 'staff',
};

export function createImportService(
  platform: Platform,
  databases: SchoolDatabases,
  keyring: Keyring,
  timeZone: () => string,
  accounts: Accounts,
): ImportService {
  let pending: { id: string; plan: ImportPlan; fingerprint: string } | undefined;

  /** Under a key only the school holds: two postes that import the same file write the same ids (DESIGN 3). */
  function deriveKey(kind: RecordKind, key: string): string {
    const secret = hkdfSync(
      'sha256',
      keyring.dataKey(databases.name('direction')),
      '',
      'preau-import-ids-0',
      32,
    );
    return idFrom(
      PREFIX[kind],
      createHmac('sha256', Buffer.from(secret)).update(`${kind}\u0000${key}`).digest(),
    );
  }

  async function fingerprint(): Promise<string> {
    return createHmac('sha256', 'preau-directory')
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
      const result = planImport(await readDirectory(databases), readable, {
        schoolYear: databases.year,
        deriveKey,
      });
      pending = {
        id: platform.random(9).toString('base64url'),
        plan: result,
        fingerprint: await fingerprint(),
      };
      return { plan: pending.id, result, unreadable };
    },
    async apply(actor, planId, decisions) {
      demand(actor, 'people.import');
      if (pending?.id !== planId || pending.fingerprint !== (await fingerprint()))
        throw new PreauError('IMPORT_STALE');
      const { facts } = resolve(pending.plan, decisions);
      for (const fact of facts) {
        if (fact.kind !== 'class') continue;
        await databases.create('classe', fact.record.id as Id<'class'>);
        await databases.create('suivi', fact.record.id as Id<'class'>);
      }
      // New documents go in one durable batch a base; only what exists already is rewritten one by one.
      const documents = facts.flatMap((fact) => documentsOf(fact.kind, fact.record));
      for (const base of ['direction', 'ecole'] as const) {
        const db = await databases.open(base);
        const bodies = documents.filter((entry) => entry.base === base).map((entry) => entry.body);
        await db.putAll(bodies.filter((body) => !db.get(body._id)));
        for (const body of bodies) await upsert(db, body);
      }
      await accounts.entitleAll();
      pending = undefined;
      platform.log.info('import.applied', { facts: facts.length });
      platform.publish('people.changed', {});
      const added = facts.filter((fact) => fact.operation === 'create').length;
      return { added, changed: facts.length - added };
    },
  };
}
