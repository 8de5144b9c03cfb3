import type { Audience } from '../../domain/audience';
import { parseAudience } from '../../domain/audience';
import { PreauError } from '../../domain/errors';
import { isId, type Id } from '../../domain/id';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import type { Conflict, ResolveConflict } from '../../contract/staff/sync';
import type { AudienceDatabase, DocumentBody, Held } from '../../store/port';
import type { Store } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { mergeTexts } from './merge';

/** Documents that one person edits and two may have: a true conflict is shown, and never decided by a machine. */
export const CONFLICT_TYPES: readonly string[] = ['plan'];

const classOf = (audience: Audience): Id<'class'> => `class_${parseAudience(audience)?.opaque ?? ''}`;

/** A plan as it is read; other fields follow by name, the same on every poste. */
const ORDER: readonly string[] = ['date', 'title', 'text'];
const rank = (name: string): number => (ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length);

/** What may be told apart on a screen: the words of a document. */
export function fieldsOf(body: DocumentBody): { name: string; text: string }[] {
  const words = Object.entries(body).flatMap(([name, value]) =>
    typeof value === 'string' &&
    !name.startsWith('_') &&
    name !== 'type' &&
    !/^[a-z]+_[a-z2-7]{13}$/.test(value)
      ? [{ name, text: value }]
      : [],
  );
  return words.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

export interface Conflicts {
  list(actor: Actor): Promise<Conflict[]>;
  resolve(actor: Actor, choice: ResolveConflict): Promise<void>;
  /** The words that a decision left out come back, beside the others. @throws PreauError `NOT_FOUND` after a restart */
  undo(actor: Actor, what: Pick<ResolveConflict, 'audience' | 'document'>): Promise<void>;
}

/** Decisions that can be taken back, in this process. */
const UNDO_KEPT = 50;

export function createConflicts(store: Store, keyring: Pick<Keyring, 'has'>): Conflicts {
  async function databases(): Promise<AudienceDatabase[]> {
    const names = (await store.list()).filter(
      (name) => parseAudience(name)?.kind === 'classe' && keyring.has(name),
    );
    return Promise.all(names.map((name) => store.open(name)));
  }
  const view = (database: AudienceDatabase, held: Held): Conflict => ({
    audience: database.audience,
    classId: classOf(database.audience),
    document: held.body._id,
    type: held.body.type,
    versions: [{ rev: held.rev, body: held.body }, ...held.conflicts].map(({ rev, body }) => ({
      rev,
      ...writtenBy(body),
      fields: fieldsOf(body),
    })),
  });
  /** The versions that were on the screen, until somebody is sure. */
  const settled = new Map<string, readonly { readonly rev: string; readonly body: DocumentBody }[]>();
  function remember(
    key: string,
    versions: readonly { readonly rev: string; readonly body: DocumentBody }[],
  ): void {
    settled.set(key, versions);
    const [oldest] = settled.keys();
    if (settled.size > UNDO_KEPT && oldest !== undefined) settled.delete(oldest);
  }

  async function all(): Promise<{ database: AudienceDatabase; held: Held }[]> {
    return (await databases()).flatMap((database) =>
      CONFLICT_TYPES.flatMap((type) => database.all(type))
        .filter((held) => held.conflicts.length > 0)
        .map((held) => ({ database, held })),
    );
  }

  return {
    async list(actor) {
      demand(actor, 'sync.read');
      const readable = (database: AudienceDatabase): boolean =>
        authorize(actor, 'plan.read', { kind: 'class', classId: classOf(database.audience) });
      return (await all())
        .filter(({ database }) => readable(database))
        .map(({ database, held }) => view(database, held));
    },
    async resolve(actor, { audience, document, seen, choice }) {
      if (parseAudience(audience)?.kind !== 'classe') throw new PreauError('NOT_FOUND', { kind: 'conflict' });
      demand(actor, 'plan.write', { kind: 'class', classId: classOf(audience) });
      if (!keyring.has(audience)) throw new PreauError('KEY_MISSING', { audience });
      const database = await store.open(audience);
      const held = database.get(document);
      if (!held || held.conflicts.length === 0 || !CONFLICT_TYPES.includes(held.body.type))
        throw new PreauError('NOT_FOUND', { kind: 'conflict' });
      const versions = [{ rev: held.rev, body: held.body }, ...held.conflicts];
      // Somebody wrote while the two texts were being read: what was not seen is not decided.
      if (versions.length !== seen.length || !versions.every(({ rev }) => seen.includes(rev)))
        throw new PreauError('CONFLICT', { id: document });
      const chosen =
        choice === 'both' ? mergeTexts(versions) : versions.find(({ rev }) => rev === choice)?.body;
      if (!chosen) throw new PreauError('CONFLICT', { id: document });
      await database.resolve(
        chosen,
        versions.map(({ rev }) => rev),
      );
      remember(`${audience} ${document}`, versions);
    },
    async undo(actor, { audience, document }) {
      const versions = settled.get(`${audience} ${document}`);
      if (parseAudience(audience)?.kind !== 'classe' || !versions)
        throw new PreauError('NOT_FOUND', { kind: 'conflict' });
      demand(actor, 'plan.write', { kind: 'class', classId: classOf(audience) });
      if (!keyring.has(audience)) throw new PreauError('KEY_MISSING', { audience });
      const database = await store.open(audience);
      const held = database.get(document);
      if (!held) throw new PreauError('NOT_FOUND', { kind: 'conflict' });
      await database.put(mergeTexts(versions), held.rev);
      settled.delete(`${audience} ${document}`);
    },
  };
}

/** Who wrote a version and when, where its document tells; the writer's clock, which decides nothing. */
function writtenBy({ at, by }: DocumentBody): Pick<Conflict['versions'][number], 'at' | 'by'> {
  return {
    ...(typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? { at: new Date(at).toISOString() } : {}),
    ...(isId(by, 'staff') ? { by } : {}),
  };
}
