import { describe, expect, it } from 'vitest';
import { signGrant } from '../../../src/exchange';
import { signerFrom } from '../../../src/exchange/signature';
import {
  bytesFor,
  CLASS,
  ECOLE,
  grantFor,
  HEAD,
  idFor,
  member,
  PARC,
  run,
  SCHOOL,
  type Member,
} from '../../../src/exchange/testing/school';

const HEAD_ROLE = { role: 'head', classIds: [] } as const;
const GRANTS = [grantFor('anne'), grantFor('head', { roles: [HEAD_ROLE] })];
/** A teacher with a modified client, and the head's poste. */
const cast = (): { anne: Member; head: Member } => ({
  anne: member('anne', { grants: GRANTS }),
  head: member('head', { grants: GRANTS }),
});

describe('a teacher with a modified client, in an exchange', () => {
  it.each([
    // Read by type, these would make every window of every poste a head's, without a password.
    [
      ECOLE,
      { type: 'staff', provisional: true, roles: ['head'], classIds: [], names: { first: '', family: 'x' } },
    ],
    [PARC, { type: 'school', name: 'x', timeZone: 'Europe/Paris', provisional: true }],
    // A second authority, which the next tablet would be asked to trust.
    [PARC, { type: 'schoolRoot', certificate: 'x', sealedKey: 'x' }],
    // And this would put the school's tablets out.
    [PARC, { type: 'deviceRevoked', device: idFor('device', 'one'), credentials: ['enrol_x'] }],
    // A day far away would end every document by its date, on every poste and at the commune.
    [PARC, { type: 'horizon', day: '2035-03-12' }],
    // These would destroy a year's bases and keys everywhere, or carry every poste into a year of its own.
    [PARC, { type: 'yearClosed', year: 2026, closedOn: '2026-11-22' }],
    [PARC, { type: 'yearReopened', year: 2026, after: 2025, turn: 1 }],
    [PARC, { type: 'yearConfirmed', year: 2026, after: 2025 }],
    [PARC, { type: 'yearEnded', year: 2026, held: {} }],
    [ECOLE, { type: 'yearOpened', year: 2026, after: 2025, closedOn: '2026-11-22' }],
    // A colleague's poste would be said to have handed over what it has not.
    [PARC, { type: 'yearReported', year: 2026, poste: idFor('poste', 'marc') }],
    // The key of this one would answer for a colleague's poste, or keep it without a certificate.
    [PARC, { type: 'posteCertificateRequest', poste: idFor('poste', 'marc'), publicKey: 'AA==' }],
    [PARC, { type: 'posteCertificate', poste: idFor('poste', 'marc'), request: 'x', certificate: 'x' }],
    // Keys for somebody else's audience, another box for a colleague's keys, the night and its budget.
    [PARC, { type: 'keyWrap', poste: idFor('poste', 'marc') }],
    [PARC, { type: 'posteBox', poste: idFor('poste', 'marc') }],
    [PARC, { type: 'syncSettings', nightBytes: 0 }],
  ])('cannot pass off in %s a head’s document under another kind of id', async (audience, body) => {
    const { anne, head } = cast();
    const id = idFor('event', 'harmless');
    anne.documents.write(audience, { _id: id, v: 1, ...body });
    anne.documents.write(audience, { _id: idFor('event', 'true'), type: 'note', v: 1 });
    const end = await run(anne, head);
    expect(Object.keys(head.documents.snapshot(audience))).toEqual([idFor('event', 'true')]);
    expect(end.theirs.map(({ document, reason }) => ({ document, reason }))).toEqual([
      { document: id, reason: 'AUTHOR_FORBIDDEN' },
    ]);
  });

  it('says for its own poste what it may not say for another', async () => {
    const { anne, head } = cast();
    const poste = idFor('poste', 'anne');
    anne.documents.write(PARC, {
      _id: idFor('event', 'own'),
      type: 'yearReported',
      v: 1,
      year: 2026,
      poste,
    });
    expect(await run(anne, head)).toMatchObject({ theirs: [] });
    expect(Object.keys(head.documents.snapshot(PARC))).toHaveLength(1);
  });

  it.each([
    // An empty word in its place, and the stolen tablet enters again.
    ['deviceRevoked', 'write'],
    ['schoolRoot', 'write'],
    ['deviceRevoked', 'remove'],
    ['horizon', 'remove'],
  ] as const)('does not take away what stands: %s (%s)', async (type, how) => {
    const { anne, head } = cast();
    const _id = idFor(type === 'horizon' ? 'year' : 'school', 'a head’s');
    head.documents.write(PARC, { _id, type, v: 1, day: '2026-11-20' });
    await run(anne, head);
    expect(Object.keys(anne.documents.snapshot(PARC))).toEqual([_id]);
    const before = head.documents.snapshot(PARC);
    if (how === 'remove') anne.documents.write(PARC, { _id, type, v: 1 }, true);
    else anne.documents.write(PARC, { _id, type: 'note', v: 1 });
    expect(await run(anne, head)).toMatchObject({ theirs: [{ document: _id, reason: 'AUTHOR_FORBIDDEN' }] });
    expect(head.documents.snapshot(PARC)).toEqual(before);
  });

  it.each([
    ['an id that no database takes', { _id: 'Pas un id', type: 'note', v: 1 }],
    ['a design document for the commune’s CouchDB', { _id: '_design/x', type: 'note', v: 1 }],
    [
      'a field that CouchDB keeps for itself',
      { _id: idFor('event', 'x'), type: 'note', v: 1, _deleted: true },
    ],
    ['no type', { _id: idFor('event', 'x'), type: '', v: 1 }],
    ['a prototype', JSON.parse(`{"_id":"${idFor('event', 'x')}","type":"note","v":1,"a":{"__proto__":{}}}`)],
    [
      'more than a document may hold',
      { _id: idFor('event', 'x'), type: 'note', v: 1, text: 'a'.repeat(2 ** 20) },
    ],
  ])('is refused for %s, and stops nobody else’s run', async (_what, body) => {
    const { anne, head } = cast();
    anne.documents.write(PARC, body as { _id: string; type: string; v: number });
    anne.documents.write(ECOLE, { _id: idFor('event', 'true'), type: 'note', v: 1 });
    const end = await run(anne, head);
    expect(end.theirs).toMatchObject([{ audience: PARC, reason: 'MALFORMED' }]);
    expect(head.documents.snapshot(PARC)).toEqual({});
    expect(Object.keys(head.documents.snapshot(ECOLE))).toHaveLength(1);
  });
});

describe('a forged grant', () => {
  const stranger = signerFrom(bytesFor('stranger'));
  const revocation = {
    _id: idFor('grant', 'end of anne'),
    type: 'grant' as const,
    v: 1 as const,
    kind: 'revocation' as const,
    school: SCHOOL,
    issued: '2026-11-22T08:00:00.000Z',
    target: idFor('poste', 'anne'),
    accepted: {},
  };

  it('that comes first under the id of a true one does not keep the true one out', () => {
    const { replica } = member('head', { grants: GRANTS });
    // The commune's administrator sees the ids and hands out a grant of its own first.
    expect(replica.book.learn(signGrant(revocation, stranger))).toBeUndefined();
    expect(replica.book.grantsOf(idFor('poste', 'anne'))).toHaveLength(1);
    expect(replica.book.learn(signGrant(revocation, HEAD))).toBeDefined();
    expect(replica.book.grantsOf(idFor('poste', 'anne'))).toHaveLength(0);
  });

  it('does not change a true one that came first', () => {
    const { replica } = member('head', { grants: GRANTS });
    replica.book.learn(signGrant(revocation, HEAD));
    replica.book.learn(signGrant({ ...revocation, target: idFor('poste', 'head') }, HEAD));
    expect(replica.book.grantsOf(idFor('poste', 'head'))).toHaveLength(1);
  });

  it('costs no memory, however many a stranger on the LAN sends', () => {
    const { replica } = member('head', { grants: GRANTS });
    for (let n = 0; n < 3_000; n += 1)
      replica.book.learn(signGrant({ ...revocation, _id: idFor('grant', `junk ${n}`) }, stranger));
    expect(replica.book.waiting).toBeLessThanOrEqual(1_000);
    // And a true one is still learned, in whatever order it comes with the key that signs it.
    const second = signerFrom(bytesFor('second head'));
    replica.book.learn(signGrant(revocation, second));
    replica.book.learn(
      signGrant(
        {
          _id: idFor('grant', 'second head'),
          type: 'grant',
          v: 1,
          kind: 'headKey',
          school: SCHOOL,
          issued: '2026-11-22T08:00:00.000Z',
          key: second.publicKey,
        },
        HEAD,
      ),
    );
    expect(replica.book.grantsOf(idFor('poste', 'anne'))).toHaveLength(0);
  });
});

describe('forged snapshots', () => {
  it('cost no memory either, though each may be a megabyte', () => {
    const { replica } = member('head', { grants: GRANTS });
    const stranger = signerFrom(bytesFor('stranger'));
    const hash = 'h'.repeat(43);
    for (let n = 0; n < 60; n += 1)
      replica.book.learn(
        signGrant(
          {
            _id: idFor('grant', `snapshot ${n}`),
            type: 'grant',
            v: 1,
            kind: 'consolidation',
            school: SCHOOL,
            issued: '2026-11-22T08:00:00.000Z',
            audience: PARC,
            covers: {},
            round: 1,
            by: idFor('poste', 'stranger'),
            to: 1,
            parcels: Array.from({ length: 4000 }, () => hash),
          },
          stranger,
        ),
      );
    // 60 of 190 kB were sent.
    expect(replica.book.waiting).toBeLessThanOrEqual(22);
    expect(replica.book.waiting).toBeGreaterThan(0);
  });
});

describe('a poste that takes the name of another', () => {
  it('has the rights of its own key only', async () => {
    // Signed by a head by mistake: Anne's key, under the head's poste.
    const { _id, type, v, kind, school, issued, key, person, roles, audiences, carries } = grantFor('anne', {
      id: 'claim',
    });
    const own = { _id, type, v, kind, school, issued, key, person, roles, audiences, carries };
    const claim = signGrant({ ...own, poste: idFor('poste', 'head') }, HEAD);
    const grants = [...GRANTS, claim];
    const impostor = member('anne', { grants: [claim] });
    Object.assign(impostor.replica.parts, {
      author: { poste: claim.poste, signer: impostor.signer, now: () => '2026-11-22T08:00:00.000Z' },
    });
    const victim = member('marc', { grants });
    impostor.documents.write(ECOLE, {
      _id: idFor('staff', 'anne'),
      type: 'staff',
      v: 1,
      roles: ['head'],
      classIds: [CLASS],
    });
    const end = await run({ ...impostor, poste: claim.poste }, victim);
    expect(end.counters.sent).toBe(1);
    expect(victim.documents.snapshot(ECOLE)).toEqual({});
  });
});
