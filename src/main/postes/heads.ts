import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import { idSchema, type GrantBook, type PosteGrant } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';
import type { Members } from './members';

/** Who directs the school: named, and let go of, by a head; what somebody stops being elsewhere is carried out here. */
export interface Heads {
  /** @throws PreauError `FORBIDDEN`, `NOT_FOUND` */
  name(actor: Actor, person: Id<'staff'>): Promise<void>;
  /** @throws PreauError `LAST_HEAD`, `FORBIDDEN`, `NOT_FOUND` for who is none */
  letGo(actor: Actor, person: Id<'staff'>): Promise<void>;
  /** On a head's poste: takes from who was a head, here or elsewhere, what a head alone may read. Again is harmless. */
  look(): Promise<void>;
}

export interface HeadsDeps {
  readonly folder: string;
  readonly own: Id<'poste'>;
  readonly book: Pick<GrantBook, 'all' | 'grantsOf'>;
  /** Who is a head by the directory, as far as it has come. */
  readonly heads: () => Promise<readonly Id<'staff'>[]>;
  /** Writes it in the directory; rights and wraps follow. @throws PreauError `NOT_FOUND` */
  readonly write: (person: Id<'staff'>, isHead: boolean) => Promise<void>;
  readonly hasHeadKey: () => Promise<boolean>;
  readonly members: Pick<Members, 'leavesRole'>;
}

const fileSchema = v.array(idSchema('staff'));

export async function openHeads(deps: HeadsDeps): Promise<Heads> {
  const path = join(deps.folder, 'heads.json');
  /** Who was a head when this poste last looked: somebody is let go of once their name was seen to leave the list. */
  let seen = await read(path);
  let turn: Promise<void> = Promise.resolve();

  /** A grant still says head: nobody has carried it out yet. */
  const holdsRole = (person: Id<'staff'>): boolean =>
    deps.book
      .all()
      .some(
        (grant) =>
          grant.kind === 'poste' &&
          grant.person === person &&
          isHeads(grant) &&
          deps.book.grantsOf(grant.poste).some(({ _id }) => _id === grant._id),
      );

  async function lookNow(): Promise<void> {
    const now = await deps.heads();
    const [first] = now;
    if (first === undefined || !(await deps.hasHeadKey())) return;
    // The key that follows is not made on the computer of whoever leaves: another head's hears of it.
    if (!deps.book.grantsOf(deps.own).some((grant) => isHeads(grant) && now.includes(grant.person ?? first)))
      return;
    for (const person of seen.filter((one) => !now.includes(one) && holdsRole(one))) {
      const head: Actor = { kind: 'staff', personId: first, grants: [{ role: 'head', classIds: [] }] };
      await deps.members.leavesRole(head, person);
    }
    if ([...now].sort().join() === [...seen].sort().join()) return;
    await writeAtomically(path, JSON.stringify(now));
    seen = now;
  }
  const look = (): Promise<void> => (turn = turn.then(lookNow, lookNow));

  return {
    async name(actor, person) {
      demand(actor, 'school.manage');
      await deps.write(person, true);
      await look();
    },
    async letGo(actor, person) {
      demand(actor, 'school.manage');
      const heads = await deps.heads();
      if (!heads.includes(person)) throw new PreauError('NOT_FOUND', { kind: 'staff' });
      if (heads.length === 1) throw new PreauError('LAST_HEAD');
      await look();
      await deps.write(person, false);
      await look();
    },
    look,
  };
}

const isHeads = ({ roles }: PosteGrant): boolean => roles.some(({ role }) => role === 'head');

/** A file that cannot be read is none: nobody is taken for a former head because of it. */
async function read(path: string): Promise<readonly Id<'staff'>[]> {
  try {
    return v.parse(fileSchema, JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return [];
  }
}
