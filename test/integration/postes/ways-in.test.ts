import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { GrantBook, signerFrom } from '../../../src/exchange';
import { bytesFor, CLASS, grantFor, HEAD, idFor, SCHOOL } from '../../../src/exchange/testing/school';
import { silentLogger } from '../../../src/main/log/logger';
import { makeBox } from '../../../src/main/postes/box';
import { sealWayIn, type WayIn } from '../../../src/main/postes/person-wrap';
import { giveWaysIn, isHeadsPoste, takeWaysIn, type WaysInDeps } from '../../../src/main/postes/ways-in';
import { FileKeyring } from '../../../src/store/keyring';
import { memoryDatabase } from '../cart/memory-database';
import { QUICK } from '../password-cost';

/**
 * Anne and Boris share a laptop; Anne has a computer of her own, and works on the commune's too. Boris's client is modified: it
 * holds the laptop's key, and wants a password that he knows to open what is Anne's elsewhere.
 */
const [anne, boris, marc] = [idFor('staff', 'anne'), idFor('staff', 'boris'), idFor('staff', 'marc')];
const CLASSE = 'classe-ccccccccccccc_2026';

async function emptyKeyring(name: string): Promise<FileKeyring> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-ways-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'keys.json');
  return FileKeyring.open({ path, machineSecret: bytesFor(name), stretch: QUICK });
}

const grant = (poste: string, person: Id<'staff'>, role: 'teacher' | 'head' = 'teacher') =>
  grantFor(poste, { id: `${poste} ${person}`, person, roles: [{ role, classIds: [CLASS] }] });

async function school() {
  const book = new GrantBook(SCHOOL, [HEAD.publicKey]);
  book.learnAll([
    grant('shared', anne),
    grant('shared', boris),
    grant('own', anne),
    grant('library', anne),
    grant('library', marc),
    grant('office', idFor('staff', 'head'), 'head'),
  ]);
  const parc = memoryDatabase();
  async function poste(name: string) {
    const keyring = await emptyKeyring(name);
    await keyring.create(CLASSE);
    const seed = bytesFor(`poste ${name}`);
    const identity = { poste: idFor('poste', name), seed, signer: signerFrom(seed) };
    const box = makeBox(identity.poste, seed, identity.signer);
    await parc.put(box);
    const logins = new Map<string, string>();
    const deps: WaysInDeps = {
      keyring,
      parc,
      book,
      identity,
      log: silentLogger,
      logins: {
        of: () => Promise.resolve(undefined),
        remember: (login, person) => Promise.resolve(void logins.set(login, person)),
      },
      isHeads: () => isHeadsPoste(book.grantsNow(identity.poste)),
      leftHere: () => Promise.resolve(),
      release: () => Promise.resolve(),
    };
    const opens = (password: string): Promise<boolean> =>
      keyring.unlock(anne, password).then(
        () => true,
        () => false,
      );
    return {
      keyring,
      identity,
      box: box.box,
      logins,
      opens,
      give: () => giveWaysIn(deps),
      take: () => takeWaysIn(deps),
    };
  }
  return {
    book,
    parc,
    shared: await poste('shared'),
    own: await poste('own'),
    library: await poste('library'),
    office: await poste('office'),
  };
}
type School = Awaited<ReturnType<typeof school>>;

/** What Boris's client writes for Anne's computer. */
async function forge({ parc, own, shared }: School, edition: number, over: Partial<WayIn['recipient']> = {}) {
  const his = await emptyKeyring('his');
  await his.wrapFor(anne, 'à moi', []);
  const recipient = { ...(his.wayIn(anne) ?? expect.fail()), edition, ...over } as WayIn['recipient'];
  const target = { school: SCHOOL, poste: own.identity.poste, person: anne, box: own.box };
  const wrap = sealWayIn(target, { recipient, login: 'm.directrice' });
  const vouched = { poste: shared.identity.poste, signature: 'A'.repeat(86) };
  const bold = sealWayIn(target, { recipient: { ...recipient, vouched }, login: 'm.directrice' });
  return { plain: () => put(parc, wrap), vouched: () => put(parc, bold) };
}
const put = (parc: School['parc'], body: Parameters<School['parc']['put']>[0]) =>
  parc.put(body, parc.get(body._id)?.rev);

describe('a way in that a colleague of the same computer wrote', () => {
  it('replaces nothing on a computer of one’s own, whatever edition it claims, and keeps no true one away', async () => {
    const all = await school();
    const { own, library } = all;
    await own.keyring.wrapFor(anne, 'le sien', [CLASSE], true);
    await library.keyring.wrapFor(anne, 'premier', [CLASSE]);
    for (const edition of [1, 2, 900, Number.MAX_SAFE_INTEGER]) {
      const forged = await forge(all, edition);
      for (const write of [forged.plain, forged.vouched]) {
        await write();
        expect(await own.take()).toBe(false);
        expect([await own.opens('le sien'), await own.opens('à moi'), own.logins.size]).toEqual([
          true,
          false,
          0,
        ]);
      }
    }
    // What a head resets afterwards gets through.
    await all.office.keyring.wrapFor(anne, 'un', [CLASSE]);
    for (const next of ['deux', 'trois', 'quatre']) await all.office.keyring.wrapFor(anne, next, [CLASSE]);
    await all.office.give();
    expect(await own.take()).toBe(true);
    expect(await own.opens('quatre')).toBe(true);
  });

  it('is not believed before there is one, either', async () => {
    const all = await school();
    await (await forge(all, 0)).plain();
    expect(await all.own.take()).toBe(false);
    expect(all.own.keyring.wayIn(anne)).toBeUndefined();
  });

  it('what she chose on her own computer is hers where she shares one; what was chosen there stays there', async () => {
    const all = await school();
    const { own, shared, library, office } = all;
    await office.keyring.wrapFor(anne, 'premier', [CLASSE]);
    await office.give();
    for (const one of [shared, library]) expect(await one.take()).toBe(true);
    // Changed under the same pair: the pair vouches.
    await shared.keyring.changePassword(anne, 'premier', 'second');
    await shared.give();
    expect(await library.take()).toBe(true);
    expect(await library.opens('second')).toBe(true);
    // Chosen anew, under a code of the day: on a shared computer nobody can tell who did.
    await shared.keyring.wrapFor(anne, 'troisième', [CLASSE]);
    await shared.give();
    expect(await library.take()).toBe(false);
    expect(await library.opens('second')).toBe(true);
    // On her own they can.
    await own.keyring.wrapFor(anne, 'a', [CLASSE], true);
    for (const next of ['b', 'c', 'd']) await own.keyring.wrapFor(anne, next, [CLASSE]);
    await own.give();
    for (const one of [shared, library]) {
      expect(await one.take()).toBe(true);
      expect(await one.opens('d')).toBe(true);
    }
  });
});
