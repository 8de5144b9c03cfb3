import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '../store/port';
import { grantHash, signGrant } from './grant';
import { exchange } from './run';
import { noCounters, type Remote } from './run-parts';
import { signerFrom } from './signature';
import {
  bytesFor,
  CLASSE,
  grantFor,
  HEAD,
  idFor,
  member,
  PARC,
  remoteTo,
  run,
  SCHOOL,
  type Member,
} from './testing/school';

const GRANTS = [
  grantFor('anne'),
  grantFor('marc'),
  grantFor('relay', { audiences: [PARC], carries: true, roles: [] }),
];
const END = signGrant(
  {
    _id: idFor('grant', 'end of marc'),
    type: 'grant' as const,
    v: 1 as const,
    kind: 'revocation' as const,
    school: SCHOOL,
    issued: '2026-11-22T08:00:00.000Z',
    target: idFor('poste', 'marc'),
    accepted: {},
  },
  HEAD,
);
const note = (n: number): DocumentBody => ({
  _id: idFor('event', `note ${n}`),
  type: 'note',
  v: 1,
  text: bytesFor(`${n}`).toString('hex').repeat(200),
});
const poste = (name: string): Member => member(name, { grants: GRANTS });
const relay = (): Member => member('relay', { opens: 'nothing', grants: GRANTS });
/** As a head's poste that has just put Marc out, and wrote on. */
async function withoutMarc(): Promise<Member> {
  const anne = poste('anne');
  anne.replica.book.learn(END);
  anne.documents.write(PARC, { ...END });
  anne.documents.write(CLASSE, note(1));
  await anne.replica.packOwn(CLASSE);
  return anne;
}
const isOut = (who: Member): boolean => who.grants.kept.some(({ _id }) => _id === END._id);

describe('who was put out', () => {
  it.each(['pushed to', 'pulling'] as const)(
    'is remembered before anything behind it is taken (%s)',
    async (way) => {
      const [anne, carrier] = [await withoutMarc(), relay()];
      const kept: boolean[] = [];
      carrier.shelf.failKeep = () => {
        kept.push(isOut(carrier));
        // The machine dies before `parc`, which comes last, has brought the document itself.
        return kept.length > 1;
      };
      const both =
        way === 'pushed to' ? run(anne, carrier) : run({ ...carrier, audiences: anne.audiences }, anne);
      await expect(both).rejects.toThrow('died');
      expect(kept).toEqual([true, true]);
    },
  );

  it('stands in front of what a disk that is full does not take', async () => {
    const [anne, carrier] = [await withoutMarc(), relay()];
    carrier.grants.full = true;
    await expect(run(anne, carrier)).rejects.toThrow('full');
    expect(await carrier.replica.vectors('all')).toEqual({});
    carrier.grants.full = false;
    await run(anne, carrier);
    expect(Object.keys(await carrier.replica.vectors('all')).sort()).toEqual([CLASSE, PARC].sort());
  });

  it.each(['at once', 'after a restart'] as const)(
    'is remembered by whoever heard of their key’s end by a frame alone, and told on (%s)',
    async (when) => {
      const next = signerFrom(bytesFor('the key that follows'));
      const common = { type: 'grant' as const, v: 1 as const, school: SCHOOL, issued: END.issued };
      const follows = signGrant(
        { ...common, _id: idFor('grant', 'follows'), kind: 'headKey' as const, key: next.publicKey },
        HEAD,
      );
      const ended = signGrant(
        {
          ...common,
          _id: idFor('grant', 'end of the key'),
          kind: 'headKeyEnd' as const,
          ended: [HEAD.publicKey],
          keeps: [...GRANTS, follows].map(grantHash),
        },
        next,
      );
      const anne = poste('anne');
      for (const grant of [follows, ended]) {
        anne.replica.book.learn(grant);
        anne.documents.write(PARC, { ...grant });
      }
      anne.documents.write(CLASSE, note(1));
      await anne.replica.packOwn(CLASSE);
      const carrier = relay();
      // The line goes before `parc`, which comes last.
      let parcels = 0;
      carrier.shelf.failKeep = () => ++parcels > 1;
      await expect(run(anne, carrier)).rejects.toThrow('died');
      carrier.shelf.failKeep = () => false;
      expect(Object.keys(await carrier.replica.vectors('all'))).toEqual([CLASSE]);
      const kept = [...carrier.grants.kept];
      const later =
        when === 'at once' ? carrier : member('relay', { opens: 'nothing', grants: GRANTS, kept });
      if (when === 'after a restart')
        for await (const bytes of carrier.shelf.after(CLASSE, anne.poste, 0)) await later.replica.take(bytes);

      const marc = poste('marc');
      await run({ ...marc, audiences: anne.audiences }, later);
      expect(marc.replica.book.isHeadKey(HEAD.publicKey)).toBe(false);
      expect(marc.documents.winner(CLASSE, note(1)._id)).toBeDefined();
    },
  );

  it('is handed nothing more by a run that is under way', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    anne.documents.write(CLASSE, note(1));
    const remote = remoteTo(marc);
    const puttingOut: Remote = {
      ...remote,
      moved(body, credential) {
        anne.replica.book.learn(END);
        return remote.moved(body, credential);
      },
    };
    const counters = noCounters();
    const { poste: own, signer, replica, audiences } = anne;
    await exchange({
      replica,
      remote: puttingOut,
      poste: own,
      signer,
      audiences,
      other: marc.poste,
      counters,
    });
    expect(counters.sent).toBe(0);
    expect(marc.documents.winner(CLASSE, note(1)._id)).toBeUndefined();
    expect((await run(anne, marc)).left).toEqual({ up: [], down: [] });
  });

  it('is handed nothing more by an answer that is under way', async () => {
    const [anne, marc] = [poste('anne'), poste('marc')];
    for (const n of [1, 2, 3]) {
      anne.documents.write(CLASSE, note(n));
      await anne.replica.packOwn(CLASSE);
    }
    const remote = remoteTo(anne);
    const puttingOut: Remote = {
      ...remote,
      async *pull(body, credential) {
        for await (const frame of remote.pull(body, credential)) {
          yield frame;
          if (frame.kind === 'P') anne.replica.book.learn(END);
        }
      },
    };
    const counters = noCounters();
    const { poste: own, signer, replica, audiences } = marc;
    await exchange({ replica, remote: puttingOut, poste: own, signer, audiences, counters });
    expect(counters.received).toBe(1);
  });
});
