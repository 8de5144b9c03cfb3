import { idFrom, type Id } from '../../domain/id';
import { instant } from '../../domain/time';
import {
  ENDED_KEYS_MAX,
  grantHash,
  KEPT_GRANTS_MAX,
  signGrant,
  type Grant,
  type GrantBook,
  type PosteGrant,
  type Signer,
} from '../../exchange';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Keyring } from '../../store/port-keys';
import { isGenuine, revisionKey } from '../../store/revision';
import type { Platform } from '../capability';
import type { Entitlement } from './grants';
import { currentHeadKey, heldHeadKeys, writeHeadKey, type HeldHeadKey } from './head-key';

/**
 * A head who leaves has known the key that signs grants. So another one follows it, which only those who stay can read, and
 * says what the former one signed that still counts (docs/sync.md, A head who leaves).
 */
export interface HeadKeyDeps {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'log'>;
  readonly book: GrantBook;
  readonly parc: AudienceDatabase;
  readonly direction: AudienceDatabase;
  readonly keyring: Pick<Keyring, 'dataKeys' | 'generations'>;
}

/**
 * Ends that key and all others that sign today. After the key of `direction` was exchanged: whoever left must not read the
 * new one. Again, and after a crash anywhere, it comes to the same.
 */
export async function exchangeHeadKey(deps: HeadKeyDeps, ended: string): Promise<void> {
  const { platform, book, parc, direction } = deps;
  if (!book.isHeadKey(ended)) return;
  const held = heldHeadKeys(direction);
  const past = [...book.headKeys(), ...book.endedHeadKeys()];
  // One that a crash left behind. What was written under an older key of the base, whoever left may have written.
  const newest = deps.keyring.generations('direction')[0] ?? 0;
  const begun = held.find(
    ({ signer, follows, document }) =>
      follows === ended && !past.includes(signer.publicKey) && generationOf(deps, document) === newest,
  );
  const next = begun?.signer ?? (await writeHeadKey(direction, platform.random(32), ended));
  const introduced = held
    .filter(({ signer }) => book.isHeadKey(signer.publicKey))
    .map(({ signer }) => introduction(deps, next.publicKey, signer));
  // Its own right first: without it the statement is none.
  const keeps = [...introduced, ...book.all()];
  const statements = ends(deps, past, keeps, next);
  // At once: the first statement alone would end what the second one keeps.
  await write(deps, parc, [...introduced, ...statements]);
  platform.log.info('head-key.exchanged', { kept: keeps.length });
}

/**
 * On a head's poste that hears of an end: what was signed here before still counts, by the key that follows. Nobody's right to
 * sign is kept so.
 * @param isOfSchool whether somebody still works at the school
 */
export async function keepOwnGrants(
  deps: HeadKeyDeps,
  head: Signer,
  isOfSchool: (person: Id<'staff'>) => Promise<boolean>,
): Promise<void> {
  const outdated = deps.book.outdated().filter(({ kind }) => !kind.startsWith('headKey'));
  if (outdated.length === 0) return;
  const own = await ownSignatures(deps.parc);
  const kept: Grant[] = [];
  for (const grant of outdated) {
    const person = grant.kind === 'poste' ? grant.person : null;
    if (own.has(grant.signature) && (person === null || (await isOfSchool(person)))) kept.push(grant);
  }
  await keepGrants(deps, head, kept);
}

/** Lets grants of an ended key count after all. */
export async function keepGrants(
  deps: Pick<HeadKeyDeps, 'platform' | 'book' | 'parc'>,
  head: Signer,
  kept: readonly Grant[],
): Promise<void> {
  if (kept.length === 0) return;
  await write(deps, deps.parc, ends(deps, deps.book.endedHeadKeys(), kept, head));
  // Of many that waited some were forgotten.
  deps.book.learnAll(kept);
  deps.platform.log.info('head-key.kept', { count: kept.length });
}

/**
 * Two heads may exchange the key at once: each vouches for the other's, which it finds in `direction`, and both sign from then
 * on. What was written there under an older key of the base is nobody's: a former head may have left it.
 */
export async function adoptHeadKeys(deps: HeadKeyDeps): Promise<void> {
  const { book, parc, direction } = deps;
  const current = currentHeadKey(direction, (key) => book.isHeadKey(key));
  const since = current && generationOf(deps, current.document);
  if (!current?.follows || since === undefined) return;
  const past = [...book.headKeys(), ...book.endedHeadKeys()];
  const others = heldHeadKeys(direction).filter(
    ({ signer, document }) =>
      !past.includes(signer.publicKey) && (generationOf(deps, document) ?? -1) >= since,
  );
  if (others.length === 0) return;
  const { signer } = current;
  await write(
    deps,
    parc,
    others.map((other) => introduction(deps, other.signer.publicKey, signer)),
  );
  deps.platform.log.info('head-key.adopted', { count: others.length });
}

/** The generation of the base's key that a first revision was made with: whoever wrote it held that key. */
function generationOf(
  { keyring }: Pick<HeadKeyDeps, 'keyring'>,
  { rev, body }: HeldHeadKey['document'],
): number | undefined {
  const record = { id: body._id, rev, ancestors: [], deleted: false, body };
  const at = keyring.dataKeys('direction').findIndex((key) => isGenuine(revisionKey(key), record));
  return at === -1 ? undefined : keyring.generations('direction')[at];
}

const common = ({ platform, book }: Pick<HeadKeyDeps, 'platform' | 'book'>) => ({
  _id: idFrom('grant', platform.random(9)),
  type: 'grant' as const,
  v: 1 as const,
  school: book.school,
  issued: instant(platform.clock()),
});
const introduction = (deps: HeadKeyDeps, key: string, by: Signer): Grant =>
  signGrant({ ...common(deps), kind: 'headKey' as const, key }, by);

function ends(
  deps: Pick<HeadKeyDeps, 'platform' | 'book'>,
  keys: readonly string[],
  kept: readonly Grant[],
  by: Signer,
): Grant[] {
  const ended = keys.filter((key) => key !== by.publicKey).slice(0, ENDED_KEYS_MAX);
  const hashes = kept.filter(({ signer }) => signer !== by.publicKey).map(grantHash);
  const pages = Array.from({ length: Math.ceil(hashes.length / KEPT_GRANTS_MAX) }, (_, at) =>
    hashes.slice(at * KEPT_GRANTS_MAX, (at + 1) * KEPT_GRANTS_MAX),
  );
  return pages.map((keeps) => signGrant({ ...common(deps), kind: 'headKeyEnd' as const, ended, keeps }, by));
}

async function write(
  { book }: Pick<HeadKeyDeps, 'book'>,
  parc: AudienceDatabase,
  grants: readonly Grant[],
): Promise<void> {
  // A grant is a document like another once it is signed.
  await parc.putAll(grants as readonly unknown[] as readonly DocumentBody[]);
  book.learnAll(grants);
}

/** Signatures of grants that were written on this very poste. */
async function ownSignatures(parc: AudienceDatabase): Promise<ReadonlySet<string>> {
  const own = new Set<string>();
  for (let seq = 0; ;) {
    const page = await parc.changesSince(seq, 500);
    for (const { foreign, record } of page)
      if (!foreign && record.body.type === 'grant') own.add(String(record.body['signature']));
    const last = page.at(-1);
    if (!last || page.length < 500) return own;
    seq = last.seq;
  }
}

/** Whether a grant gives nothing that its poste's owner may not have today. */
export function isWithin(grant: PosteGrant, today: Entitlement): boolean {
  const audiences = new Set<string>(today.audiences);
  return (
    !grant.carries &&
    grant.audiences.every((name) => audiences.has(name)) &&
    grant.roles.every(({ role, classIds }) =>
      today.roles.some(
        (one) =>
          one.role === role &&
          (one.classIds.length === 0 ||
            (classIds.length > 0 && classIds.every((id) => one.classIds.includes(id)))),
      ),
    )
  );
}
