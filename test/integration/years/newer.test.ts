import { createSecretKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { signerFrom } from '../../../src/exchange';
import {
  bytesFor,
  CLASSE,
  dataKeyOf,
  grantFor,
  HEAD,
  idFor,
  SCHOOL,
} from '../../../src/exchange/testing/school';
import { openPosteReplica } from '../../../src/main/sync/poste-replica';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import type { Versions } from '../../../src/store/versions';

/** Two versions of the product: this year's laptop and one that nobody has brought up to date. */
const OLDER: Versions = { homework: { current: 1, fields: ['subject', 'text', 'dueOn'] } };
const NEWER: Versions = {
  homework: {
    current: 2,
    upcast: { 1: (body) => ({ ...body, pieces: [] }) },
    fields: ['subject', 'text', 'dueOn', 'pieces'],
  },
};
const NAMES = ['ancien', 'nouveau', 'autre'] as const;
const GRANTS = NAMES.map((name) => grantFor(name, { audiences: [CLASSE] }));

/** A real store, keyring and parcel log, in a folder of its own. */
async function poste(name: (typeof NAMES)[number], versions: Versions) {
  const folder = await mkdtemp(join(tmpdir(), 'preau-newer-'));
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret: bytesFor(name) });
  await keyring.add(CLASSE, dataKeyOf(CLASSE));
  const store = new PouchStore({ folder, keyring, versions });
  const mine = await openPosteReplica({
    folder,
    store,
    keyring,
    identity: { poste: idFor('poste', name), signer: signerFrom(bytesFor(`poste ${name}`)) },
    school: SCHOOL,
    anchors: [HEAD.publicKey],
    grants: GRANTS,
    logKey: createSecretKey(bytesFor('log')),
    now: () => '2026-11-22T08:00:00.000Z',
  });
  onTestFinished(async () => {
    await mine.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const db = await store.open(CLASSE);
  return { name, mine, db, origin: idFor('poste', name) };
}
type Poste = Awaited<ReturnType<typeof poste>>;

/** Everything one holds of a poste's chain goes to another. @returns the bytes that went */
async function hand(from: Poste, to: Poste, origin: string): Promise<Buffer[]> {
  await from.mine.replica.packOwn(CLASSE);
  const sent: Buffer[] = [];
  for await (const bytes of from.mine.log.after(CLASSE, origin, 0)) {
    const taken = await to.mine.replica.take(bytes);
    expect(taken).toMatchObject({ kind: expect.stringMatching(/taken|duplicate/) as string });
    if (taken.kind === 'taken') expect(taken.refused).toEqual([]);
    sent.push(bytes);
  }
  return sent;
}

const ID = idFor('homework', 'lecture');
const SECOND = {
  _id: ID,
  type: 'homework',
  v: 2,
  subject: 'Lecture',
  text: 'Page 12',
  dueOn: '2026-11-24',
  pieces: [{ name: 'poésie.pdf' }],
};

describe('a document of a version that a poste does not know', () => {
  it('is read-only there and travels on as it was written', async () => {
    const ancien = await poste('ancien', OLDER);
    const nouveau = await poste('nouveau', NEWER);
    const autre = await poste('autre', NEWER);
    const { rev } = await nouveau.db.put(SECOND);
    const sent = await hand(nouveau, ancien, nouveau.origin);

    const held = ancien.db.get(ID);
    expect(held).toMatchObject({ rev, body: SECOND });
    await expect(ancien.db.put({ ...SECOND, text: 'Page 13' }, rev)).rejects.toMatchObject({
      code: 'NEWER_DATA',
    });
    await expect(ancien.db.put({ ...SECOND, v: 1, text: 'Page 13' }, rev)).rejects.toMatchObject({
      code: 'NEWER_DATA',
    });
    await expect(ancien.db.remove(ID, rev)).rejects.toMatchObject({ code: 'NEWER_DATA' });
    // The older poste carries it: the same parcel, byte for byte, and the same revision at the third.
    const carried = await hand(ancien, autre, nouveau.origin);
    expect(carried).toEqual(sent);
    expect(autre.db.get(ID)).toMatchObject({ rev, body: SECOND });
    // Nothing was written in the older poste's own name.
    expect(await ancien.mine.replica.packOwn(CLASSE)).toBe(0);
  });

  it('of an older version is brought up to date as it is read, and stays as it was written', async () => {
    const ancien = await poste('ancien', OLDER);
    const nouveau = await poste('nouveau', NEWER);
    const autre = await poste('autre', OLDER);
    const first = {
      _id: ID,
      type: 'homework',
      v: 1,
      subject: 'Lecture',
      text: 'Page 12',
      dueOn: '2026-11-24',
    };
    const { rev } = await ancien.db.put(first);
    const sent = await hand(ancien, nouveau, ancien.origin);
    expect(nouveau.db.get(ID)?.body).toEqual({ ...first, v: 2, pieces: [] });
    expect(nouveau.db.get(ID)?.rev).toBe(rev);
    // Reading changed nothing: the third gets what the first wrote.
    expect(await nouveau.mine.replica.packOwn(CLASSE)).toBe(0);
    expect(await hand(nouveau, autre, ancien.origin)).toEqual(sent);
    expect(autre.db.get(ID)).toMatchObject({ rev, body: first });
    // Once somebody writes it with the newer version, the older ones may only read it.
    await nouveau.db.put({ ...first, v: 2, pieces: [], text: 'Page 13' }, rev);
    await hand(nouveau, ancien, nouveau.origin);
    expect(ancien.db.get(ID)?.body).toMatchObject({ v: 2, text: 'Page 13' });
    await expect(ancien.db.put({ ...first, text: 'Page 14' }, ancien.db.get(ID)?.rev)).rejects.toMatchObject({
      code: 'NEWER_DATA',
    });
  });

  it('keeps the fields a poste does not know over a write of that poste', async () => {
    const ancien = await poste('ancien', OLDER);
    const nouveau = await poste('nouveau', NEWER);
    // A field was added without a new version: an older programme leaves it out of what it writes.
    const known = {
      _id: ID,
      type: 'homework',
      v: 1,
      subject: 'Lecture',
      text: 'Page 12',
      dueOn: '2026-11-24',
    };
    const { rev } = await ancien.db.put({ ...known, colour: 'bleu' });
    await ancien.db.put({ ...known, text: 'Page 13' }, rev);
    await hand(ancien, nouveau, ancien.origin);
    expect(nouveau.db.get(ID)?.body).toMatchObject({ text: 'Page 13', colour: 'bleu' });
  });
});
