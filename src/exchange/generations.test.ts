import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '../store/port';
import { immediateCodec } from './codec';
import { readLines } from './lines';
import { secretsFrom } from './secrets';
import { unseal } from './seal';
import { encodeHeader } from './header';
import { mustRead } from './testing/memory';
import {
  bytesFor,
  CLASSE,
  consolidate,
  dataKeyOf,
  ECOLE,
  grantFor,
  idFor,
  member,
  run,
  SUIVI,
  type Member,
} from './testing/school';

const HEAD_ROLE = { role: 'head', classIds: [] } as const;
const GRANTS = [grantFor('head', { roles: [HEAD_ROLE] }), grantFor('anne'), grantFor('marc')];
const note = (n: number): DocumentBody => ({
  _id: idFor('event', `note ${n}`),
  type: 'note',
  v: 1,
  text: `n° ${n}`,
});
const OLD = dataKeyOf(SUIVI);
const NEW = bytesFor('the key after somebody left');

/** A poste whose keys change under the test's hand. */
function poste(name: string): Member & { keys: Buffer[] } {
  const keys: Buffer[] = [OLD];
  const made = member(name, { grants: GRANTS, keys: () => keys });
  return Object.assign(made, { keys });
}
const exchangeKey = (...postes: { keys: Buffer[] }[]): void => {
  for (const one of postes) one.keys.unshift(NEW);
};
async function lastParcel(of: Member, audience: string) {
  const all: Buffer[] = [];
  for await (const bytes of of.shelf.after(audience, of.poste, 0)) all.push(bytes);
  return mustRead(all.at(-1) ?? Buffer.alloc(0));
}

describe('a key that was exchanged', () => {
  it('seals what was written before and not handed over yet; the revision says under which it was made', async () => {
    const [anne, head] = [poste('anne'), poste('head')];
    anne.documents.write(SUIVI, note(1));
    anne.documents.write(SUIVI, note(2));
    exchangeKey(anne, head);
    anne.documents.write(SUIVI, note(2));
    anne.documents.write(SUIVI, note(3));
    await run(anne, head);
    expect(head.documents.snapshot(SUIVI)).toEqual(anne.documents.snapshot(SUIVI));
    expect(await head.replica.parts.refusals.all()).toEqual([]);

    const parcel = await lastParcel(anne, SUIVI);
    expect(parcel.header.key).toBe(secretsFrom(NEW, SUIVI).keyId);
    // Whoever left holds the old key, and opens nothing with it.
    expect(
      unseal(secretsFrom(OLD, SUIVI).sealKey ?? OLD, encodeHeader(parcel.header), parcel.body),
    ).toBeUndefined();
    const text = unseal(secretsFrom(NEW, SUIVI).sealKey ?? NEW, encodeHeader(parcel.header), parcel.body);
    const named: (string | undefined)[] = [];
    await readLines(
      text ?? Buffer.alloc(0),
      (keyId) => (named.push(keyId), secretsFrom(keyId ? OLD : NEW, SUIVI).revisionKey),
      immediateCodec,
    );
    expect(named.sort()).toEqual([secretsFrom(OLD, SUIVI).keyId, undefined, undefined]);
  });

  it.each([SUIVI, CLASSE])(
    'keeps closed in %s what comes before the key, and opens it then, in any order',
    async (audience) => {
      const third = bytesFor('the third key');
      const [anne, head] = [poste('anne'), poste('head')];
      for (const n of [0, 1, 2]) {
        if (n === 1) exchangeKey(anne);
        if (n === 2) anne.keys.unshift(third);
        anne.documents.write(audience, note(n));
        await anne.replica.packOwn(audience);
      }
      await run(anne, head);
      expect(Object.keys(head.documents.snapshot(audience))).toEqual([note(0)._id]);
      expect(await head.shelf.unapplied(audience)).toHaveLength(2);
      // The last one first: what stands before it goes on waiting.
      head.keys.unshift(third);
      expect(await head.replica.applyBacklog(audience)).toBe(1);
      expect(await head.shelf.unapplied(audience)).toHaveLength(1);
      head.keys.splice(1, 0, NEW);
      expect(await head.replica.applyBacklog(audience)).toBe(1);
      expect(head.documents.snapshot(audience)).toEqual(anne.documents.snapshot(audience));
      expect(await head.shelf.unapplied(audience)).toEqual([]);
    },
  );

  it('closes a whole parcel where one line is of a key that is not held', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    anne.documents.write(SUIVI, note(1));
    exchangeKey(anne);
    anne.documents.write(SUIVI, note(2));
    marc.keys.splice(0, 1, NEW);
    await run(anne, marc);
    expect(marc.documents.snapshot(SUIVI)).toEqual({});
    marc.keys.push(OLD);
    expect(await marc.replica.applyBacklog(SUIVI)).toBe(1);
    expect(marc.documents.snapshot(SUIVI)).toEqual(anne.documents.snapshot(SUIVI));
  });

  it('says so durably when what was kept closed turns out to be no parcel', async () => {
    const [anne, head] = [poste('anne'), poste('head')];
    exchangeKey(anne);
    anne.documents.write(SUIVI, note(1));
    await run(anne, head);
    // Another key under the same name: nothing opens with it.
    const secrets = { ...secretsFrom(NEW, SUIVI), sealKey: bytesFor('not the key') };
    Object.assign(head.replica.parts, { secretsOf: () => secrets });
    await head.replica.applyBacklog(SUIVI);
    expect(await head.replica.parts.refusals.all()).toMatchObject([
      { audience: SUIVI, reason: 'SEAL_WRONG' },
    ]);
  });

  it('seals the snapshot too: a newcomer reads all of it', async () => {
    const [anne, head, marc] = [poste('anne'), poste('head'), poste('marc')];
    for (const audience of [SUIVI, ECOLE])
      for (let n = 0; n < 3; n++) anne.documents.write(audience, note(n));
    await run(anne, head);
    exchangeKey(anne, head, marc);
    anne.documents.write(SUIVI, note(1));
    await run(anne, head);
    for (const audience of [SUIVI, ECOLE]) await consolidate(head, audience, audience);
    await run(marc, head);
    for (const audience of [SUIVI, ECOLE])
      expect(marc.documents.snapshot(audience)).toEqual(head.documents.snapshot(audience));
  });
});
