import { createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { isPreauError, PreauError } from '../../domain/errors';
import { idFrom, type Id, type IdPrefix } from '../../domain/id';
import { planImport, resolve } from '../../domain/people/onde';
import { dropsOf } from '../../domain/people/onde/drop';
import type { Decision, ImportPlan, RecordKind } from '../../domain/people/onde/plan-types';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { instant, localDate } from '../../domain/time';
import type { Keyring } from '../../store/port-keys';
import type { Platform } from '../capability';
import type { Accounts } from './accounts';
import type { Moved } from './correct-service';
import type { SchoolDatabases } from './databases';
import { readFeeds, type Unreadable } from './feeds/read-feeds';
import type { FeedSource } from './feeds/source';
import { openImportJournal } from './import-journal';
import { namesOfPlan } from './import-names';
import { keepOneHead, tellNames, withBirthNames, withoutLeavers } from './import-people';
import { planUndo, type Kept } from './import-undo';
import { prepareWrite, type ClassesLost } from './import-write';
import { readDirectory } from './records';

export interface DryRun {
  readonly plan: string;
  readonly result: ImportPlan;
  readonly names: Record<string, string>;
  /** Of each file of the plan, the name it was dropped under. */
  readonly fileNames: string[];
  readonly unreadable: Unreadable[];
  /** Schools of a commune's file of which nothing was kept. */
  readonly otherSchools: number;
}
export interface LastImport {
  readonly id: string;
  readonly at: string;
  readonly files: string[];
  readonly added: number;
  readonly changed: number;
  /** Records that would go back to what they were. */
  readonly back: number;
  readonly kept: Kept[];
}

/** Feeds of other directories: read, compared, shown, and only then written. A partial file never deletes. */
export interface ImportService {
  /** Writes nothing. A new dry run takes the place of the one before. */
  dryRun(actor: Actor, files: readonly FeedSource[]): Promise<DryRun>;
  /**
   * Cut at any point, a second import of the same files completes it: every id follows from the row.
   * @param confirmed somebody said that a school or a class that shrinks is right
   * @throws PreauError `IMPORT_STALE` when people were changed since the dry run, `IMPORT_DROP` where that word is missing
   */
  apply(
    actor: Actor,
    plan: string,
    decisions: Readonly<Record<string, Decision>>,
    confirmed?: boolean,
  ): Promise<{ added: number; changed: number; left: string[] }>;
  /** The last import made on this poste, and what undoing it would do now. */
  last(actor: Actor): Promise<LastImport | undefined>;
  /**
   * Back to what was there before that import.
   * @param partial leaves what was changed or used since, where it would otherwise be refused
   * @throws PreauError `IMPORT_STALE` where it is not the last one, `IMPORT_CHANGED_SINCE`
   */
  undo(actor: Actor, id: string, partial: boolean): Promise<{ back: number; kept: Kept[] }>;
}

export interface ImportDeps {
  readonly platform: Platform;
  readonly databases: SchoolDatabases;
  readonly keyring: Keyring;
  readonly timeZone: () => string;
  readonly uai: () => string | undefined;
  readonly accounts: Accounts;
  readonly moved?: Moved;
  /** A class that an import takes away from somebody is a departure, as by hand (src/main/postes/members.ts). */
  readonly classesLost?: (
    actor: Actor,
    person: Id<'staff'>,
    classes: readonly Id<'class'>[],
  ) => Promise<void>;
}

const PREFIX: Readonly<Record<RecordKind, IdPrefix>> = {
  class: 'class',
  pupil: 'pupil',
  guardian: 'guardian',
  staff: 'staff',
};

export function createImportService(deps: ImportDeps): ImportService {
  const { platform, databases, keyring, accounts } = deps;
  const journal = openImportJournal(platform.dataFolder, keyring, databases);
  let pending: { id: string; plan: ImportPlan; fingerprint: string; files: string[] } | undefined;

  /** Under a key only the school holds: two postes that import the same file write the same ids (DESIGN 3). */
  function idDeriver(): (kind: RecordKind, key: string) => string {
    // The first one: an import after an exchange of keys finds the same people under the same ids.
    const direction = keyring.dataKeys(databases.name('direction')).at(-1) ?? '';
    const secret = createSecretKey(Buffer.from(hkdfSync('sha256', direction, '', 'preau-import-ids-0', 32)));
    return (kind, key) =>
      idFrom(PREFIX[kind], createHmac('sha256', secret).update(`${kind}\u0000${key}`).digest());
  }

  async function fingerprint(): Promise<string> {
    return createHash('sha256')
      .update(JSON.stringify(await readDirectory(databases)))
      .digest('hex');
  }

  async function exchangeKeys(actor: Actor, lost: ClassesLost): Promise<void> {
    for (const [person, classes] of lost) {
      try {
        await deps.classesLost?.(actor, person, classes);
      } catch (error) {
        // A head at a colleague's computer, which holds no head's key: the directory is right, the keys wait for theirs.
        if (!isPreauError(error) || error.code !== 'FORBIDDEN') throw error;
        platform.log.warn('keys.not-exchanged', { person });
      }
    }
  }

  return {
    async dryRun(actor, dropped) {
      demand(actor, 'people.import');
      const today = localDate(platform.clock(), deps.timeZone());
      const current = await readDirectory(databases);
      const { files, unreadable, otherSchools } = await readFeeds(dropped, {
        uai: deps.uai(),
        today,
        current,
      });
      const read = files.map((file) => file.read);
      const named = withBirthNames(current, read);
      const planned = planImport(named.directory, read, {
        schoolYear: databases.year,
        today,
        deriveKey: idDeriver(),
      });
      const result = withoutLeavers(keepOneHead(tellNames(planned, current, named), current), current);
      const fileNames = files.map(({ name }) => name);
      pending = {
        id: platform.random(9).toString('base64url'),
        plan: result,
        fingerprint: await fingerprint(),
        files: [...new Set(fileNames)],
      };
      return {
        plan: pending.id,
        result,
        names: namesOfPlan(result, current),
        fileNames,
        unreadable,
        otherSchools,
      };
    },
    async apply(actor, planId, decisions, confirmed = false) {
      demand(actor, 'people.import');
      if (pending?.id !== planId || pending.fingerprint !== (await fingerprint()))
        throw new PreauError('IMPORT_STALE');
      const { plan, files } = pending;
      if (!confirmed && dropsOf(plan).length > 0) throw new PreauError('IMPORT_DROP');
      const { facts, undecided } = resolve(plan, decisions);
      // A plan is written once, whatever becomes of this writing: the next dry run sees what it left.
      pending = undefined;
      const added = facts.filter((fact) => fact.operation === 'create').length;
      const changed = facts.length - added;
      const writing = await prepareWrite(databases, keyring, facts);
      if (writing.documents.length > 0) {
        const { documents } = writing;
        // Before anything is written: half of an import can be undone as well as a whole one.
        await journal.write({
          id: planId,
          at: instant(platform.clock()),
          files,
          added,
          changed,
          documents: [...documents],
        });
      }
      await writing.write((done, total) =>
        platform.publish('people.progress', { work: 'import', done, total }, (other) => other === actor),
      );
      for (const [pupil, from, to] of writing.moves) await deps.moved?.(pupil, from, to);
      await accounts.entitleAll();
      await exchangeKeys(actor, writing.lost);
      platform.tracer.trace(actor, 'people.import', []);
      platform.log.info('import.applied', { facts: facts.length, left: undecided.length });
      platform.publish('people.changed', {});
      return { added, changed, left: undecided };
    },
    async last(actor) {
      demand(actor, 'people.import');
      const entry = await journal.read();
      if (!entry) return undefined;
      const { id, at, files, added, changed } = entry;
      const { back, kept } = await planUndo(databases, entry);
      return { id, at, files, added, changed, back, kept };
    },
    async undo(actor, id, partial) {
      demand(actor, 'people.import');
      const entry = await journal.read();
      if (entry?.id !== id) throw new PreauError('IMPORT_STALE');
      const plan = await planUndo(databases, entry);
      if (plan.kept.length > 0 && !partial)
        throw new PreauError('IMPORT_CHANGED_SINCE', { count: plan.kept.length });
      pending = undefined;
      const lost = await plan.carryOut();
      await journal.clear();
      await accounts.entitleAll();
      await exchangeKeys(actor, lost);
      platform.tracer.trace(actor, 'people.import', []);
      platform.log.info('import.undone', { back: plan.back, kept: plan.kept.length });
      platform.publish('people.changed', {});
      return { back: plan.back, kept: plan.kept };
    },
  };
}
