import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { immediateCodec } from './codec';
import { GrantBook } from './grant-book';
import { signGrant } from './grant';
import { judge, open } from './judge';
import { pack } from './pack';
import { readParcel, type Parcel } from './parcel';
import { secretsFrom } from './secrets';
import { signerFrom } from './signature';
import {
  bytesFor,
  CLASSE,
  dataKeyOf,
  DIRECTION,
  ECOLE,
  grantFor,
  HEAD,
  idFor,
  member,
  SCHOOL,
  SUIVI,
} from './testing/school';
import { revisionOf } from '../store/revision';
import type { DocumentBody } from '../store/port';

const body: DocumentBody = {
  _id: idFor('event', 'one'),
  type: 'note',
  v: 1,
  text: 'Léa a lu le cœur du texte',
};
const book = (...grants: unknown[]): GrantBook => {
  const made = new GrantBook(SCHOOL, [HEAD.publicKey]);
  for (const grant of grants) made.learn(grant);
  return made;
};

async function parcelOf(
  audience: string,
  bodies: readonly DocumentBody[] = [body],
  name = 'a',
): Promise<Parcel> {
  const secrets = secretsFrom(dataKeyOf(audience), audience);
  const changes = bodies.map((one, index) => ({
    seq: index + 1,
    record: {
      id: one._id,
      rev: revisionOf(secrets.revisionKey, { deleted: false, body: one }),
      ancestors: [],
      deleted: false,
      body: one,
    },
  }));
  const { parcels } = await pack(
    {
      school: SCHOOL,
      origin: idFor('poste', name),
      grant: idFor('grant', name),
      signer: signerFrom(bytesFor(`poste ${name}`)),
      audience,
      secrets,
      created: '2026-11-22T08:00:00.000Z',
      codec: immediateCodec,
    },
    undefined,
    changes,
  );
  return parcels[0] as Parcel;
}

describe('parcel version 0', () => {
  it('has the bytes it had on the day it was frozen', async () => {
    // A change here is a change of the format: version 0 is final (docs/sync.md).
    const open = await parcelOf(ECOLE);
    expect(open.bytes.subarray(8, 8 + open.bytes.readUInt32BE(4)).toString()).toMatchInlineSnapshot(
      `"{"audience":"ecole_2026","codec":"br","count":1,"created":"2026-11-22T08:00:00.000Z","from":1,"grant":"grant_drld232pvahje","key":"KHqUmGrj1MM","origin":"poste_azugrkf2gslcr","previous":null,"school":"school_rfwm4fzppx4sr","sealed":false,"to":1,"v":0}"`,
    );
    expect(open.hash).toMatchInlineSnapshot(`"3WQhUUNVt-xAPhFJ87WO1I4WWxsWZDZWPkXuVPS3lKs"`);
    expect((await parcelOf(SUIVI)).hash).toMatchInlineSnapshot(
      `"QzHix4gWaNqSZRX25llTKxNie8hxo1h8Rpq_6ulPz30"`,
    );
  });

  it('comes back as it was written, and shows nothing where it is sealed', async () => {
    const clear = await parcelOf(ECOLE);
    const sealed = await parcelOf(SUIVI);
    for (const parcel of [clear, sealed]) expect(readParcel(parcel.bytes)).toEqual(parcel);
    const secretsOf = (audience: string) => secretsFrom(dataKeyOf(audience), audience);
    for (const parcel of [clear, sealed]) {
      const opened = await open(parcel, secretsOf, book(grantFor('a')), immediateCodec);
      expect(opened).toMatchObject({ records: [{ id: body._id, body }], refused: [] });
    }
    expect(await open(sealed, () => undefined, book(grantFor('a')), immediateCodec)).toBe('closed');
    const wrong = () => ({ ...secretsFrom(dataKeyOf(SUIVI), SUIVI), sealKey: bytesFor('other') });
    expect(await open(sealed, wrong, book(grantFor('a')), immediateCodec)).toBe('SEAL_WRONG');
  });

  it('is refused when any one byte of it has changed', async () => {
    const { bytes } = await parcelOf(SUIVI);
    const grants = book(grantFor('a'));
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const parcel = readParcel(changed);
      if (typeof parcel === 'string') continue;
      expect(judge(parcel, undefined, grants).kind).toBe('refuse');
    }
  });

  it('never throws on bytes that are no parcel', async () => {
    const { bytes } = await parcelOf(ECOLE);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(bytes.length), (noise, at) => {
        expect(typeof readParcel(Buffer.from(noise))).toBe('string');
        const spliced = readParcel(Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]));
        if (noise.length > 0) expect(spliced).toEqual(expect.any(String));
      }),
      { seed: 1 },
    );
    expect(readParcel(Buffer.concat([Buffer.from('PRE1'), bytes.subarray(4)]))).toBe('newer');
  });

  it('is cut at about 64 kB, and leaves out the document that no receiver would take', async () => {
    const noise = (n: number, size: number): DocumentBody => ({
      _id: idFor('event', `noise ${n}`),
      type: 'note',
      v: 1,
      // Six bits a character: nothing that Brotli would look for long.
      text: Array.from({ length: size / 40 }, (_, at) => bytesFor(`${n} ${at}`).toString('base64url')).join(
        '',
      ),
    });
    const a = member('a', { grants: [grantFor('a')] });
    for (let n = 0; n < 20; n++) a.documents.write(ECOLE, noise(n, 12_800));
    a.documents.write(ECOLE, noise(99, 1_440_000));
    a.documents.write(ECOLE, noise(100, 64));
    // Cut between the two: what is too large is on the list first, or the chain does not move past it.
    const { refusals } = a.replica.parts;
    const full = vi.spyOn(refusals, 'add').mockRejectedValueOnce(new Error('no room'));
    await expect(a.replica.packOwn(ECOLE)).rejects.toThrow('no room');
    full.mockRestore();
    expect((await a.shelf.heads(ECOLE)).size).toBe(0);
    expect(await a.replica.packOwn(ECOLE)).toBeGreaterThan(2);
    const sizes: number[] = [];
    for await (const bytes of a.shelf.after(ECOLE, a.poste, 0)) sizes.push(bytes.length);
    expect(Math.max(...sizes)).toBeLessThan(66_000);
    expect(await a.replica.parts.refusals.all()).toMatchObject([
      { document: noise(99, 64)._id, reason: 'TOO_LARGE' },
    ]);
    expect(await a.replica.packOwn(ECOLE)).toBe(0);
  }, 120_000);
});

describe('a parcel is judged on its author', () => {
  it('by the grant it cites, and nobody else’s', async () => {
    const parcel = await parcelOf(ECOLE);
    const reason = (...grants: unknown[]) => {
      const verdict = judge(parcel, undefined, book(...grants));
      return verdict.kind === 'refuse' ? verdict.reason : verdict.kind;
    };
    expect(reason(grantFor('a'))).toBe('take');
    expect(reason()).toBe('GRANT_UNKNOWN');
    const thief = signerFrom(bytesFor('thief'));
    expect(reason(grantFor('a', { signer: thief }))).toBe('GRANT_UNKNOWN');
    expect(reason({ ...grantFor('a'), audiences: [ECOLE, DIRECTION] })).toBe('GRANT_UNKNOWN');
    expect(reason(grantFor('a', { audiences: [CLASSE] }))).toBe('AUDIENCE_FORBIDDEN');
    expect(reason(grantFor('b', { id: 'a' }))).toBe('SIGNATURE_WRONG');
  });

  it('counts the key of a second head once a head has signed it, in any order', () => {
    const second = signerFrom(bytesFor('second head'));
    const common = {
      type: 'grant' as const,
      v: 1 as const,
      school: SCHOOL,
      issued: '2026-11-22T08:00:00.000Z',
    };
    const key = signGrant(
      { ...common, _id: idFor('grant', 'key'), kind: 'headKey' as const, key: second.publicKey },
      HEAD,
    );
    const by = grantFor('a', { signer: second });
    expect(book(by).posteGrant(by._id)).toBeUndefined();
    expect(book(by, key).posteGrant(by._id)).toEqual(by);
  });

  it('takes nothing of a revoked poste but what the head still counts', async () => {
    const parcel = await parcelOf(ECOLE, [body, { ...body, _id: idFor('event', 'two') }]);
    const revocation = (accepted: Record<string, number>) =>
      signGrant(
        {
          _id: idFor('grant', 'end'),
          type: 'grant' as const,
          v: 1 as const,
          kind: 'revocation' as const,
          school: SCHOOL,
          issued: '2026-11-22T08:00:00.000Z',
          target: idFor('poste', 'a'),
          accepted,
        },
        HEAD,
      );
    expect(judge(parcel, undefined, book(grantFor('a'), revocation({ [ECOLE]: 2 }))).kind).toBe('take');
    expect(judge(parcel, undefined, book(grantFor('a'), revocation({ [ECOLE]: 1 })))).toMatchObject({
      reason: 'REVOKED',
    });
    expect(book(grantFor('a'), revocation({})).readable(idFor('poste', 'a')).audiences.size).toBe(0);
  });

  it('takes a replay for what it is, and sees a gap and a fork', async () => {
    const one = await parcelOf(ECOLE);
    const fork = await parcelOf(ECOLE, [{ ...body, text: 'autre' }]);
    const grants = book(grantFor('a'));
    const head = { to: one.header.to, hash: one.hash };
    expect(judge(one, head, grants).kind).toBe('duplicate');
    expect(judge(fork, head, grants)).toMatchObject({ reason: 'FORKED' });
    const late: Parcel = { ...one, header: { ...one.header, from: 5, to: 6 } };
    expect(judge(late, head, grants)).toMatchObject({ kind: 'refuse' });
  });

  it('refuses the documents its author may not write, and keeps the rest', async () => {
    const forged = grantFor('thief', { signer: signerFrom(bytesFor('thief')) });
    const bodies: DocumentBody[] = [
      body,
      { _id: idFor('school', 'test'), type: 'school', v: 1, name: 'À moi' },
      { ...forged } as unknown as DocumentBody,
    ];
    const parcel = await parcelOf('parc', bodies);
    const opened = await open(
      parcel,
      (audience) => secretsFrom(dataKeyOf(audience), audience),
      book(grantFor('a')),
      immediateCodec,
    );
    expect(opened).toMatchObject({
      records: [{ id: body._id }],
      refused: [
        { id: forged._id, reason: 'GRANT_FORGED' },
        { id: bodies[1]?._id, reason: 'AUTHOR_FORBIDDEN' },
      ],
    });
  });
});
