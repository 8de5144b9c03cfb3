import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import type { Id } from '../../../src/domain/id';
import { signGrant, type Grant, type PosteGrant, type Signer } from '../../../src/exchange';
import { silentLogger } from '../../../src/main/log/logger';
import { knownAddresses } from '../../../src/main/postes/discovery';
import { readHeadKey, writeHeadKey } from '../../../src/main/postes/head-key';
import { newIdentity, writeIdentity } from '../../../src/main/postes/identity';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openRelay, type Relay } from '../../../src/relay/relay';
import { machineSecret } from '../../../src/relay/secret';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  DEPUTY,
  DIRECTION,
  entitlement,
  founding,
  gone,
  HEAD,
  idOf,
  introduced,
  MARC,
  PARC,
  rebuilt,
  reopened,
  SCHOOL,
  suivi,
  UAI,
  write,
  type TestPoste,
} from '../sync/poste';

/** A head leaves: what they knew signs nothing any more, and the others go on (docs/sync.md, A head who leaves). */
const closing: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  gone.clear();
});
const keep = (poste: TestPoste): TestPoste => (closing.push(() => poste.close()), poste);
const folder = (name: string): string => {
  const made = mkdtempSync(join(tmpdir(), `preau-${name}-`));
  closing.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
};
const CLASSE = classe(CE1);
const posteOf = (poste: TestPoste): Id<'poste'> =>
  poste.mine.replica.parts.author?.poste ?? idOf('poste', 'none');
const bookOf = (poste: TestPoste) => poste.mine.replica.book;
const headOf = async (poste: TestPoste): Promise<Signer> => {
  const { book } = poste.mine.replica;
  const signer = readHeadKey(await poste.store.open(DIRECTION), (key) => book.isHeadKey(key));
  if (!signer) throw new Error('no head’s key here');
  return signer;
};
const reasons = async (poste: TestPoste, as: Id<'staff'>): Promise<string[]> =>
  (await poste.sync.status(actor(as))).refused.map(({ reason }) => reason);

async function commune(): Promise<Gateway> {
  const store = embeddedStore(folder('commune'));
  const gateway = await startGateway({ store, port: 0 });
  closing.push(
    () => store.close(),
    () => gateway.close(),
  );
  return gateway;
}

async function relayOf(head: TestPoste): Promise<Relay> {
  head.postes.introductions.openRelay(actor(HEAD));
  const at = folder('relay');
  const relay = await openRelay({
    folder: at,
    machineSecret: await machineSecret(at, undefined),
    discovery: knownAddresses(() => [head.postes.address]),
    listen: { host: '127.0.0.1', port: 0 },
    log: silentLogger,
    byItself: false,
    introduceAt: head.postes.address,
    showDigits: (digits) => void head.postes.introductions.confirm(actor(HEAD), digits),
    stop: new AbortController().signal,
  });
  if (!relay) throw new Error('no relay');
  closing.push(() => relay.close());
  return relay;
}

/**
 * A computer of a former head's own: their folder under another name, with a grant that they signed with the key they kept, and
 * a client that listens to nobody who says that it was ended.
 */
async function ofTheirOwn(
  former: TestPoste,
  key: Signer,
  near: () => readonly LanAddress[],
): Promise<{ thief: TestPoste; grant: PosteGrant }> {
  const at = folder('thief');
  cpSync(former.folder, at, { recursive: true });
  for (const name of ['poste-tls.sealed', 'neighbours.json', 'sync.json', 'parcels'])
    rmSync(join(at, name), { recursive: true, force: true });
  const identity = newIdentity((size) => randomBytes(size), [key.publicKey]);
  const grant = signGrant(
    {
      _id: idOf('grant', 'thief'),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school: SCHOOL,
      issued: '2026-11-22T08:00:00.000Z',
      poste: identity.poste,
      key: identity.signer.publicKey,
      person: HEAD,
      roles: [{ role: 'head' as const, classIds: [] }],
      audiences: [...(entitlement(HEAD)?.audiences ?? [])],
      carries: false,
    },
    key,
  );
  await writeIdentity(at, former.keyring.dataKey(PARC), { ...identity, grants: [grant] });
  const thief = keep(await reopened({ folder: at }, { owner: HEAD, neighbours: near }));
  deaf(thief);
  return { thief, grant };
}
function deaf(poste: TestPoste): void {
  const book = bookOf(poste);
  const learn = book.learn.bind(book);
  book.learn = (value) => ((value as Grant).kind === 'headKeyEnd' ? undefined : learn(value));
}

async function twoHeads() {
  const head = keep(await founding());
  let near: readonly LanAddress[] = [head.postes.address];
  const deputy = keep(await introduced(head, DEPUTY, { neighbours: () => near }));
  await deputy.sync.run(actor(DEPUTY));
  await head.sync.run(actor(HEAD));
  return { head, deputy, meet: (addresses: readonly LanAddress[]) => (near = addresses) };
}

describe('a head who leaves', () => {
  it('has known a key that signs nothing any more: poste, relay and gateway refuse it, and say so', async () => {
    const { head, deputy } = await twoHeads();
    const gateway = await commune();
    await head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    const anne = keep(await introduced(head, ANNE, { neighbours: () => [head.postes.address] }));
    const relay = await relayOf(head);
    await anne.sync.run(actor(ANNE));
    await head.sync.run(actor(HEAD));
    await relay.run();
    await deputy.sync.run(actor(DEPUTY));
    const kept = await headOf(deputy);

    await head.postes.members.leavesSchool(actor(HEAD), DEPUTY);
    const next = await headOf(head);
    expect(next.publicKey).not.toBe(kept.publicKey);
    await head.sync.run(actor(HEAD));
    await relay.run();
    await anne.sync.run(actor(ANNE));
    expect(bookOf(anne).headKeys()).toEqual([next.publicKey]);
    expect(await reasons(head, HEAD)).toEqual([]);
    // Nobody but heads reads it, not even under the key of before.
    await deputy.sync.run(actor(HEAD));
    expect(readHeadKey(await deputy.store.open(DIRECTION))?.publicKey).toBe(kept.publicKey);
    await expect(headOf(deputy)).rejects.toThrow('no head');

    const { thief, grant } = await ofTheirOwn(deputy, kept, () => [
      head.postes.address,
      anne.postes.address,
      relay.address,
    ]);
    await write(thief, CLASSE, idOf('event', 'forged'), { text: 'Pas d’école demain' });
    await thief.sync.run(actor(HEAD));
    await thief.sync.run(actor(HEAD));
    for (const poste of [head, anne]) {
      expect(bookOf(poste).posteGrant(grant._id)).toBeUndefined();
      expect(await contents(poste, CLASSE)).not.toHaveProperty(idOf('event', 'forged'));
      expect(Object.keys(await contents(poste, PARC))).not.toContain(grant._id);
    }
    const wraps = (await head.store.open(PARC)).all('keyWrap');
    await head.sync.run(actor(HEAD));
    await relay.run();
    expect(wraps.filter(({ body }) => body['poste'] === grant.poste)).toEqual([]);
    // Said at once where it knocked, with its reason.
    expect(await reasons(head, HEAD)).toContain('KEY_ENDED');
    expect(await reasons(anne, ANNE)).toContain('KEY_ENDED');
    // The gateway gave it nothing, and handed nothing of it on.
    await write(head, CLASSE, idOf('event', 'true'), { text: 'Lire la page douze' });
    await head.sync.run(actor(HEAD));
    await thief.sync.run(actor(HEAD));
    expect(await contents(thief, CLASSE)).not.toHaveProperty(idOf('event', 'true'));
    expect(gateway.counters['failed']).toBe(0);

    // Those who stay go on, and so does whoever comes.
    await anne.sync.run(actor(ANNE));
    expect(await contents(anne, CLASSE)).toEqual(await contents(head, CLASSE));
    const marc = keep(await introduced(head, MARC));
    await marc.sync.run(actor(MARC));
    expect(marc.mine.audiences()).toContain(suivi(idOf('class', 'CM2')));
    expect(bookOf(marc).isHeadKey(kept.publicKey)).toBe(false);
    expect((await marc.sync.status(actor(MARC))).refused).toEqual([]);
  });

  it('a computer that was away for long learns all of it in one exchange, and keeps it', async () => {
    const { head, deputy } = await twoHeads();
    const away = await introduced(head, ANNE);
    await away.sync.run(actor(ANNE));
    await write(away, CLASSE, idOf('event', 'before'), { text: 'écrit avant' });
    await away.close(true);
    const kept = await headOf(deputy);
    await head.postes.members.leavesSchool(actor(HEAD), DEPUTY);
    await write(head, CLASSE, idOf('event', 'after'), { text: 'écrit après' });
    const back = keep(await reopened(away, { owner: ANNE, neighbours: () => [head.postes.address] }));
    await back.sync.run(actor(ANNE));
    expect(bookOf(back).isHeadKey(kept.publicKey)).toBe(false);
    expect(await contents(back, CLASSE)).toEqual(await contents(head, CLASSE));
    expect(Object.keys(await contents(back, CLASSE))).toHaveLength(2);
    expect(await reasons(back, ANNE)).toEqual([]);
    await back.close(true);
    closing.pop();
    // It is durable: a restart believes no more than before.
    const again = keep(await reopened(away, { owner: ANNE }));
    expect(bookOf(again).headKeys()).toEqual([(await headOf(head)).publicKey]);
  });

  it('is unknown to a new gateway, and the commune takes the key that signs now for the school’s', async () => {
    const { head, deputy } = await twoHeads();
    const [first, second] = [await commune(), await commune()];
    const enrol = (gateway: Gateway): Promise<unknown> =>
      head.sync.setCommune(actor(HEAD), { url: gateway.url, code: gateway.enrolmentCode(UAI) });
    await enrol(first);
    await write(head, CLASSE, idOf('event', 'before'), { text: 'écrit avant' });
    await head.sync.run(actor(HEAD));
    await deputy.sync.run(actor(DEPUTY));
    const kept = await headOf(deputy);
    await head.postes.members.leavesSchool(actor(HEAD), DEPUTY);
    // Not before it has heard of it: anybody may say that a key is theirs.
    await expect(enrol(first)).rejects.toMatchObject({ params: { reason: 'OTHER_SCHOOL' } });
    await head.sync.run(actor(HEAD));
    await enrol(first);
    await enrol(second);
    const sent = await head.sync.run(actor(HEAD));
    // All that was ever granted counts there by the new key alone.
    expect(sent).toMatchObject({ waiting: 0, refused: [] });
    // With the town hall's letter, and with the address of the first one: neither lets them in.
    const { thief, grant } = await ofTheirOwn(deputy, kept, () => []);
    await expect(
      thief.sync.setCommune(actor(HEAD), { url: second.url, code: second.enrolmentCode(UAI) }),
    ).rejects.toMatchObject({ params: { reason: 'OTHER_SCHOOL' } });
    await write(thief, CLASSE, idOf('event', 'forged'), { text: 'Pas d’école demain' });
    await write(head, CLASSE, idOf('event', 'after'), { text: 'écrit après' });
    await enrol(first);
    await head.sync.run(actor(HEAD));
    const said = await thief.sync.run(actor(HEAD));
    expect(said.commune.last).toMatchObject({ received: 0 });
    await head.sync.run(actor(HEAD));
    expect(bookOf(head).posteGrant(grant._id)).toBeUndefined();
    expect(await contents(head, CLASSE)).not.toHaveProperty(idOf('event', 'forged'));
    expect(await contents(thief, CLASSE)).not.toHaveProperty(idOf('event', 'after'));
  });

  it('names a successor before: the last one cannot go', async () => {
    const head = keep(await founding());
    gone.add(DEPUTY);
    await expect(head.postes.members.leavesSchool(actor(HEAD), HEAD)).rejects.toMatchObject({
      code: 'LAST_HEAD',
    });
    gone.delete(DEPUTY);
    // Not by their own hand either: from another head's computer.
    await expect(head.postes.members.leavesSchool(actor(HEAD), HEAD)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('the first head leaves, the successor goes on alone; the sheet printed before opens a dead laptop', async () => {
    const { head, deputy, meet } = await twoHeads();
    const sheet = await head.keyring.createSheet();
    await head.postes.refreshGrants();
    const anne = keep(await introduced(head, ANNE, { neighbours: () => [deputy.postes.address] }));
    await deputy.sync.run(actor(DEPUTY));
    const kept = await headOf(head);
    await head.close(true);
    closing.splice(0, 1);
    closing.push(() => rmSync(head.folder, { recursive: true, force: true }));
    meet([]);
    await deputy.postes.members.leavesSchool(actor(DEPUTY), HEAD);
    const next = await headOf(deputy);
    expect(next.publicKey).not.toBe(kept.publicKey);
    await anne.sync.run(actor(ANNE));
    await write(anne, CLASSE, idOf('event', 'a'), { text: 'Mot aux parents' });
    await anne.sync.run(actor(ANNE));
    await deputy.close(true);
    gone.delete(HEAD);
    const again = keep(await rebuilt(anne, ANNE, [sheet]));
    await again.sync.run(actor(HEAD));
    // What the sheet opens is the key that signs now.
    expect(await again.postes.headKey()).toBe(next.publicKey);
    await write(again, CLASSE, idOf('event', 'b'), { text: 'Revenue' });
    await again.sync.run(actor(HEAD));
    await anne.sync.run(actor(ANNE));
    expect(await contents(anne, CLASSE)).toEqual(await contents(again, CLASSE));
    expect(Object.keys(await contents(anne, CLASSE))).toHaveLength(2);
  });
});

describe('the exchange of the head’s key', () => {
  /** A third computer of a head's, which is stolen: its keys open `direction`. */
  async function stolen() {
    const { head, deputy, meet } = await twoHeads();
    const lost = await introduced(head, HEAD);
    await lost.sync.run(actor(HEAD));
    const poste = posteOf(lost);
    const kept = await headOf(lost);
    await lost.close(true);
    closing.push(() => rmSync(lost.folder, { recursive: true, force: true }));
    await head.sync.run(actor(HEAD));
    await deputy.sync.run(actor(DEPUTY));
    return { head, deputy, meet, lost, poste, kept };
  }

  it('follows a head’s computer that is put out, and ends in one state where two heads do it at once', async () => {
    const { head, deputy, meet, poste, kept } = await stolen();
    meet([]);
    // Apart from each other: two ends of one key.
    await head.postes.members.putOut(actor(HEAD), poste);
    await deputy.postes.members.putOut(actor(DEPUTY), poste);
    const [one, other] = [await headOf(head), await headOf(deputy)];
    expect(one.publicKey).not.toBe(other.publicKey);
    const anne = keep(await introduced(head, ANNE, { neighbours: () => [deputy.postes.address] }));
    const marc = keep(await introduced(deputy, MARC, { neighbours: () => [head.postes.address] }));
    meet([head.postes.address]);
    for (let round = 0; round < 4; round++) {
      await deputy.sync.run(actor(DEPUTY));
      await head.sync.run(actor(HEAD));
    }
    const both = [one.publicKey, other.publicKey].sort();
    expect(bookOf(head).headKeys()).toEqual(both);
    expect(bookOf(deputy).headKeys()).toEqual(both);
    expect((await headOf(head)).publicKey).toBe((await headOf(deputy)).publicKey);
    const ids = (of: TestPoste) =>
      bookOf(of)
        .all()
        .map(({ _id }) => _id)
        .sort();
    expect(ids(head)).toEqual(ids(deputy));
    expect(bookOf(head).isHeadKey(kept.publicKey)).toBe(false);
    // Whoever was introduced by one of them meanwhile is of the school for the other.
    await anne.sync.run(actor(ANNE));
    await marc.sync.run(actor(MARC));
    await write(anne, CLASSE, idOf('event', 'anne'), { text: 'sait lire' });
    await anne.sync.run(actor(ANNE));
    for (let round = 0; round < 2; round++) await deputy.sync.run(actor(DEPUTY));
    expect(await contents(head, CLASSE)).toEqual(await contents(anne, CLASSE));
    for (const [of, as] of [
      [head, HEAD],
      [deputy, DEPUTY],
      [anne, ANNE],
      [marc, MARC],
    ] as const)
      expect(await reasons(of, as)).toEqual([]);
    expect(await contents(head, PARC)).toEqual(await contents(deputy, PARC));
  });

  it('keeps what another head signed before hearing of it', async () => {
    const { head, deputy, meet, poste } = await stolen();
    meet([]);
    await head.postes.members.putOut(actor(HEAD), poste);
    // Their own computers know nothing of it yet.
    const marc = keep(await introduced(deputy, MARC, { neighbours: () => [deputy.postes.address] }));
    await marc.sync.run(actor(MARC));
    await write(marc, classe(idOf('class', 'CM2')), idOf('event', 'marc'), { text: 'compte jusqu’à cent' });
    await marc.sync.run(actor(MARC));
    expect(bookOf(head).readable(posteOf(marc)).audiences.size).toBe(0);
    meet([head.postes.address]);
    for (let round = 0; round < 3; round++) {
      await deputy.sync.run(actor(DEPUTY));
      await head.sync.run(actor(HEAD));
    }
    expect(bookOf(head).readable(posteOf(marc)).audiences.size).toBeGreaterThan(0);
    expect(bookOf(head).outdated()).toEqual([]);
    expect(await contents(head, classe(idOf('class', 'CM2')))).toHaveProperty(idOf('event', 'marc'));
    expect(await reasons(head, HEAD)).toEqual([]);
    expect(await reasons(deputy, DEPUTY)).toEqual([]);
  });

  it.each(['before the new key', 'before its statements', 'after'])(
    'that was cut %s is carried out at the next start, once',
    async (when) => {
      const { head, poste, kept } = await stolen();
      const [direction, parc] = [await head.store.open(DIRECTION), await head.store.open(PARC)];
      const cut = (): Promise<never> => Promise.reject(new Error('the power went'));
      const puts = direction.put.bind(direction);
      if (when === 'before the new key') direction.put = cut;
      if (when === 'before its statements')
        direction.put = async (body, parent) => {
          const put = await puts(body, parent);
          parc.putAll = cut;
          return put;
        };
      const done = head.postes.members.putOut(actor(HEAD), poste);
      if (when === 'after') await done;
      else await expect(done).rejects.toThrow('the power went');
      await head.close(true);
      closing.splice(0, 1);
      const again = keep(await reopened(head, { owner: HEAD }));
      const next = await headOf(again);
      expect(next.publicKey).not.toBe(kept.publicKey);
      expect(bookOf(again).headKeys()).toEqual([next.publicKey]);
      expect(bookOf(again).endedHeadKeys()).toEqual([kept.publicKey]);
      const keys = (await again.store.open(DIRECTION)).all('headKey');
      expect(keys).toHaveLength(2);
      await again.postes.refreshGrants();
      expect(
        bookOf(again)
          .all()
          .filter(({ kind }) => kind === 'headKeyEnd'),
      ).toHaveLength(1);
    },
  );

  it('leaves no way in by a key that a head hid in the base before going', async () => {
    const { head, deputy, poste } = await stolen();
    const hidden = await writeHeadKey(
      await deputy.store.open(DIRECTION),
      randomBytes(32),
      (await headOf(head)).publicKey,
    );
    await deputy.sync.run(actor(DEPUTY));
    await head.sync.run(actor(HEAD));
    await head.postes.members.putOut(actor(HEAD), poste);
    await head.sync.run(actor(HEAD));
    await head.sync.run(actor(HEAD));
    expect(bookOf(head).headKeys()).toEqual([(await headOf(head)).publicKey]);
    expect(bookOf(head).isHeadKey(hidden.publicKey)).toBe(false);
  });
});
