import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DocumentBody } from '../store/port';
import { signGrant, type Consolidation } from './grant';
import { noCounters } from './run-parts';
import { signerFrom } from './signature';
import { mustRead } from './testing/memory';
import {
  AUDIENCES,
  bytesFor,
  CLASS,
  CLASSE,
  consolidate,
  ECOLE,
  grantFor,
  HEAD,
  idFor,
  member,
  PARC,
  run,
  SCHOOL,
  SUIVI,
  type Member,
  type Weather,
} from './testing/school';

const HEAD_ROLE = { role: 'head', classIds: [] } as const;
const GRANTS = [
  grantFor('head', { roles: [HEAD_ROLE] }),
  grantFor('second', { roles: [HEAD_ROLE] }),
  ...['anne', 'marc', 'new'].map((name) => grantFor(name)),
];
const note = (n: number, text = 'un mot'): DocumentBody => ({
  _id: idFor('event', `note ${n}`),
  type: 'note',
  v: 1,
  text,
});
const poste = (name: string, grants: readonly unknown[] = GRANTS): Member => member(name, { grants });
const gateway = (): Member => member('gateway', { opens: 'nothing', grants: GRANTS });

async function parcelsOf(who: Member, audience: string): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const chain of (await who.shelf.heads(audience)).keys()) {
    let count = 0;
    for await (const bytes of who.shelf.after(audience, chain, 0)) count += mustRead(bytes) ? 1 : 0;
    counts[chain] = count;
  }
  return counts;
}
const equal = (members: readonly Member[], audiences: readonly string[] = AUDIENCES): void => {
  for (const audience of audiences) {
    const [first, ...others] = members.map((one) => one.documents.snapshot(audience));
    for (const other of others) expect(other).toEqual(first);
  }
};
const idle = { ...noCounters(), requests: 1 };

/** Anne has written in several parcels, the head has them all. */
async function school(parcels = 4): Promise<{ head: Member; anne: Member; commune: Member }> {
  const [head, anne, commune] = [poste('head'), poste('anne'), gateway()];
  for (let n = 0; n < parcels; n++) {
    anne.documents.write(CLASSE, note(n % 3, `version ${n}`));
    anne.documents.write(SUIVI, note(n % 3, `sait lire ${n}`));
    await run(anne, commune);
  }
  head.documents.write(CLASSE, note(50));
  await run(head, commune);
  await run(anne, commune);
  return { head, anne, commune };
}

describe('a snapshot', () => {
  it('takes the place of the old parcels everywhere, also where nobody can read them', async () => {
    const { head, anne, commune } = await school();
    for (const audience of [CLASSE, SUIVI]) expect(await consolidate(head, audience, audience)).toBeDefined();
    for (const who of [head, anne, head]) await run(who, commune);
    for (const audience of [CLASSE, SUIVI]) {
      for (const who of [head, anne, commune]) {
        expect(await parcelsOf(who, audience)).toMatchObject({
          [idFor('poste', 'anne')]: 0,
          [idFor('grant', audience)]: 1,
        });
      }
    }
    equal([head, anne]);
    for (const who of [head, anne]) expect((await run(who, commune)).counters).toEqual(idle);
    expect(commune.shelf.dump().includes('sait lire')).toBe(false);
  });

  it('is what a newcomer receives, at the commune and from a neighbour, cut at any parcel', async () => {
    const { head, anne, commune } = await school(6);
    const noise = (n: number): DocumentBody => ({
      ...note(n),
      text: Array.from({ length: 200 }, (_, at) => bytesFor(`${n} ${at}`).toString('hex')).join(''),
    });
    for (let n = 100; n < 130; n++) anne.documents.write(CLASSE, noise(n));
    await run(anne, commune);
    await run(head, commune);
    const statement = await consolidate(head, CLASSE, 'snap');
    expect(statement?.parcels.length).toBeGreaterThan(2);
    await run(head, commune);
    await run(anne, commune);
    anne.documents.write(CLASSE, note(1, 'après'));
    await run(anne, commune);
    await run(head, commune);
    for (const from of [commune, anne]) {
      const fresh = poste('new');
      let cuts = 0;
      for (let left = 20_000; ; left += 1000) {
        const weather: Weather = { left };
        const done = await run(fresh, from, weather).then(
          () => true,
          () => false,
        );
        if (done) break;
        cuts += 1;
      }
      expect(cuts).toBeGreaterThan(1);
      equal([head, fresh]);
      const held = await parcelsOf(fresh, CLASSE);
      expect(held[idFor('grant', 'snap')]).toBe(statement?.parcels.length);
      expect(held[anne.poste]).toBe(1);
      expect((await run(fresh, from)).counters).toEqual(idle);
    }
  });

  it('lets a poste go on that was away and wrote meanwhile', async () => {
    const { head, anne, commune } = await school();
    for (let n = 0; n < 3; n++) {
      anne.documents.write(CLASSE, note(10 + n));
      await anne.replica.packOwn(CLASSE);
    }
    await consolidate(head, CLASSE, 'snap');
    await run(head, commune);
    const end = await run(anne, commune);
    expect(end.theirs).toEqual([]);
    expect(end.ours).toEqual([]);
    await run(head, commune);
    equal([head, anne], [CLASSE]);
    expect(await parcelsOf(anne, CLASSE)).toMatchObject({ [anne.poste]: 3 });
  });

  it('brings a poste up that had taken in a part only', async () => {
    const { head, anne, commune } = await school(2);
    const marc = poste('marc');
    await run(marc, commune);
    for (let n = 20; n < 24; n++) {
      anne.documents.write(CLASSE, note(n));
      await run(anne, commune);
    }
    const winner = anne.documents.winner(CLASSE, note(1)._id);
    expect(winner).toBeDefined();
    anne.documents.write(CLASSE, note(1), true);
    await run(anne, commune);
    await run(head, commune);
    await consolidate(head, CLASSE, 'snap');
    await run(head, commune);
    await run(marc, commune);
    equal([head, marc]);
    // What a person deleted is deleted for the newcomer as well.
    expect(marc.documents.winner(CLASSE, note(1)._id)?.deleted).toBe(true);
  });

  it('of two heads at once: both hold, and the next one replaces both', async () => {
    const { head, anne, commune } = await school();
    const second = poste('second');
    await run(second, commune);
    head.documents.write(CLASSE, note(60));
    second.documents.write(CLASSE, note(61));
    await consolidate(head, CLASSE, 'one');
    await consolidate(second, CLASSE, 'other');
    for (let round = 0; round < 2; round++) for (const who of [head, second, anne]) await run(who, commune);
    equal([head, second, anne], [CLASSE]);
    const fresh = poste('new');
    await run(fresh, commune);
    equal([head, fresh], [CLASSE]);

    anne.documents.write(CLASSE, note(62));
    for (const who of [anne, head]) await run(who, commune);
    await consolidate(head, CLASSE, 'third');
    for (let round = 0; round < 2; round++)
      for (const who of [head, second, anne, fresh]) await run(who, commune);
    for (const who of [head, second, anne, fresh, commune]) {
      const held = Object.entries(await parcelsOf(who, CLASSE)).filter(([chain]) =>
        chain.startsWith('grant_'),
      );
      expect(held).toEqual([[idFor('grant', 'third'), 1]]);
      expect((await run(head, commune)).counters).toEqual(idle);
    }
    equal([head, second, anne, fresh], [CLASSE]);
  });

  it('made again over the same parcels, because documents expired, is the one that stays', async () => {
    const { head, anne, commune } = await school();
    const ids = ['zz', 'aa', 'mm'];
    for (const name of ids) {
      await consolidate(head, CLASSE, name);
      for (const who of [head, anne]) await run(who, commune);
    }
    for (const who of [head, anne, commune])
      expect(Object.keys(await parcelsOf(who, CLASSE)).filter((chain) => chain.startsWith('grant_'))).toEqual(
        [idFor('grant', 'mm')],
      );
  });
});

describe('a snapshot and a crash', () => {
  const died = (): Promise<never> => Promise.reject(new Error('the machine died'));

  it('between its parcels and its statement counts for nothing, and the next one takes its place', async () => {
    const { head, anne, commune } = await school();
    await expect(consolidate(head, CLASSE, 'lost', died)).rejects.toThrow();
    expect(await parcelsOf(head, CLASSE)).toHaveProperty(idFor('grant', 'lost'));
    const end = await run(head, commune);
    expect(end.theirs).toEqual([]);
    expect((await run(head, commune)).counters).toEqual(idle);
    await consolidate(head, CLASSE, 'again');
    for (const who of [head, anne]) await run(who, commune);
    expect(await parcelsOf(head, CLASSE)).not.toHaveProperty(idFor('grant', 'lost'));
    expect((await run(anne, commune)).counters).toEqual(idle);
  });

  it('between its statement and the letting go is made good by the next run', async () => {
    const { head, anne, commune } = await school();
    head.shelf.failCover = () => true;
    await expect(consolidate(head, CLASSE, 'snap')).rejects.toThrow();
    head.shelf.failCover = () => false;
    commune.shelf.failCover = () => true;
    await run(head, commune).catch(() => undefined);
    commune.shelf.failCover = () => false;
    await run(head, commune);
    await commune.replica.settle();
    await run(anne, commune);
    for (const who of [head, anne, commune])
      expect(await parcelsOf(who, CLASSE)).toMatchObject({ [anne.poste]: 0, [idFor('grant', 'snap')]: 1 });
    anne.documents.write(CLASSE, note(80));
    await run(anne, commune);
    await run(head, commune);
    equal([head, anne]);
  });

  it('is taken up when its statement comes after it, as a document', async () => {
    const { head, anne } = await school();
    let statement: Consolidation | undefined;
    await consolidate(head, CLASSE, 'snap', (one) => {
      statement = one;
      return Promise.resolve();
    });
    // Its parcels alone are refused: nobody vouches for them here yet.
    for await (const bytes of head.shelf.after(CLASSE, idFor('grant', 'snap'), 0))
      expect(await anne.replica.take(bytes)).toMatchObject({ kind: 'refused', reason: 'GRANT_UNKNOWN' });
    await anne.replica.learn(statement);
    for await (const bytes of head.shelf.after(CLASSE, idFor('grant', 'snap'), 0))
      expect(await anne.replica.take(bytes)).toMatchObject({ kind: 'taken' });
    expect(await parcelsOf(anne, CLASSE)).toMatchObject({ [anne.poste]: 0 });
  });
});

describe('a snapshot is judged', () => {
  it('by its statement alone: forged, changed, replayed', async () => {
    const { head, anne, commune } = await school();
    const statement = (await consolidate(head, CLASSE, 'snap')) as Consolidation;
    await run(head, commune);
    const thief = signerFrom(bytesFor('thief'));
    const { signature, signer, ...content } = statement;
    expect(signature).toBeTruthy();
    expect(signer).toBe(HEAD.publicKey);
    const marc = poste('marc');
    expect(await marc.replica.learn(signGrant(content, thief))).toBeUndefined();
    const covers = { ...content.covers, [anne.poste]: { to: 999, hash: 'x'.repeat(43) } };
    expect(await marc.replica.learn({ ...statement, covers })).toBeUndefined();
    await run(marc, commune);
    equal([head, marc], [CLASSE]);

    // A parcel of the snapshot that the statement does not name.
    const [chain] = Object.keys(await parcelsOf(head, CLASSE)).filter((name) => name.startsWith('grant_'));
    for await (const bytes of head.shelf.after(CLASSE, chain ?? '', 0)) {
      const changed = Buffer.from(bytes);
      changed[changed.length - 70] = (changed[changed.length - 70] ?? 0) ^ 1;
      expect((await poste('new', [...GRANTS, statement]).replica.take(changed)).kind).toBe('refused');
    }

    // Replayed after a newer one has taken its place.
    const old: Buffer[] = [];
    for await (const bytes of head.shelf.after(CLASSE, chain ?? '', 0)) old.push(bytes);
    await consolidate(head, CLASSE, 'newer');
    await run(head, commune);
    await run(marc, commune);
    for (const who of [head, marc, commune]) {
      await who.replica.learn(statement);
      for (const bytes of old) expect((await who.replica.take(bytes)).kind).toBe('duplicate');
      expect(await parcelsOf(who, CLASSE)).not.toHaveProperty(chain ?? '');
    }
  });

  it('without asking who first wrote what is in it, but a grant still proves itself', async () => {
    const { head, commune } = await school();
    head.documents.write(CLASSE, { _id: idFor('plan', 'one'), type: 'plan', v: 1 });
    const forged = grantFor('thief', { signer: signerFrom(bytesFor('thief')) });
    head.documents.write(PARC, { ...forged } as unknown as DocumentBody);
    await consolidate(head, CLASSE, 'snap');
    await consolidate(head, PARC, 'parc');
    await run(head, commune);
    const fresh = poste('new');
    const end = await run(fresh, commune);
    expect(end.ours).toEqual([]);
    expect(fresh.documents.winner(CLASSE, idFor('plan', 'one'))).toBeDefined();
    expect(fresh.documents.winner(PARC, forged._id)).toBeUndefined();
    expect(await fresh.replica.parts.refusals.all()).toMatchObject([
      { audience: PARC, origin: idFor('grant', 'parc'), document: forged._id, reason: 'GRANT_FORGED' },
    ]);
  });

  it('is a head’s: a poste that was put out stands for what was counted of it, and no more', async () => {
    const { head, anne, commune } = await school();
    const counted = (await head.shelf.heads(CLASSE)).get(anne.poste)?.to ?? 0;
    const end = signGrant(
      {
        _id: idFor('grant', 'end of anne'),
        type: 'grant' as const,
        v: 1 as const,
        kind: 'revocation' as const,
        school: SCHOOL,
        issued: '2026-11-22T08:00:00.000Z',
        target: anne.poste,
        accepted: { [CLASSE]: counted },
      },
      HEAD,
    );
    // Marc met Anne before he heard of it.
    const marc = poste('marc');
    anne.documents.write(CLASSE, note(90, 'trop tard'));
    await run(anne, marc);
    head.documents.write(PARC, { ...end });
    for (const who of [head, commune]) who.replica.book.learn(end);
    await consolidate(head, CLASSE, 'snap');
    await run(head, commune);
    await run(marc, commune);
    const again = await run(marc, commune);
    expect(again.counters).toEqual(idle);
    // It stays where it is, on the list, and goes no further.
    const common = { origin: anne.poste, reason: 'REVOKED' };
    expect(await marc.replica.parts.refusals.all()).toEqual([
      { ...common, audience: CLASSE, from: counted + 1 },
      { ...common, audience: SUIVI, from: 1 },
    ]);
    expect(head.documents.winner(CLASSE, note(90)._id)).toBeUndefined();
    const fresh = poste('new');
    await run(fresh, commune);
    equal([head, fresh], [CLASSE]);
  });
});

describe('a snapshot leaves out', () => {
  it('what is refused: its parcel stays, and is taken when the right has come', async () => {
    const [head, anne, commune] = [poste('head'), poste('anne'), gateway()];
    anne.documents.write(ECOLE, note(1));
    await run(anne, commune);
    anne.documents.write(ECOLE, { _id: idFor('staff', 'x'), type: 'staff', v: 1, roles: ['head'] });
    await run(anne, commune);
    anne.documents.write(ECOLE, note(2));
    await run(anne, commune);
    await run(head, commune);
    expect((await head.replica.parts.refusals.all()).map(({ reason }) => reason)).toEqual([
      'AUTHOR_FORBIDDEN',
    ]);
    const statement = await consolidate(head, ECOLE, 'snap');
    expect(statement?.covers[anne.poste]?.to).toBe(1);
    await run(head, commune);
    const right = grantFor('anne', {
      id: 'promoted',
      roles: [HEAD_ROLE, { role: 'teacher', classIds: [CLASS] }],
    });
    head.replica.book.learn(right);
    await head.replica.retryRefused();
    expect(await head.replica.parts.refusals.all()).toEqual([]);
    expect(head.documents.winner(ECOLE, idFor('staff', 'x'))).toBeDefined();
  });

  it('nothing that waits for a key: whoever cannot read it all makes none', async () => {
    const { head, commune } = await school();
    const other = bytesFor('another key');
    const anne = member('marc', { grants: GRANTS, keys: () => [other] });
    anne.documents.write(SUIVI, note(30));
    await run(anne, commune);
    await run(head, commune);
    expect(await consolidate(head, SUIVI, 'snap')).toBeUndefined();
    expect(await consolidate(head, CLASSE, 'snap')).toBeDefined();
  });
});

type Step =
  | { readonly kind: 'write'; readonly who: number; readonly audience: number; readonly n: number }
  | { readonly kind: 'run'; readonly who: number; readonly with: number; readonly left: number }
  | { readonly kind: 'snap'; readonly who: number; readonly audience: number; readonly dies: number };
const who = fc.nat(3);
const audience = fc.nat(AUDIENCES.length - 1);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), who, audience, n: fc.nat(5) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('run' as const),
        who,
        with: fc.nat(4),
        left: fc.oneof(fc.constant(1e9), fc.nat(6000)),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('snap' as const), who: fc.nat(1), audience, dies: fc.nat(5) }),
    },
  ),
  { maxLength: 40 },
);

describe('two heads, two teachers and a gateway', () => {
  it('are equal after any writing, cutting and consolidating, and so is a newcomer', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (story) => {
        const postes = ['head', 'second', 'anne', 'marc'].map((name) => poste(name));
        const everyone = [...postes, gateway()];
        const commune = everyone[4] as Member;
        const written = new Set<string>();
        for (const [at, step] of story.entries()) {
          const one = postes[step.who] as Member;
          const name = step.kind === 'run' ? '' : (AUDIENCES[step.audience] as string);
          if (step.kind === 'write') {
            const body = note(step.n, `${at}`);
            written.add(`${name} ${body._id} ${one.documents.write(name, body)}`);
          } else if (step.kind === 'run') {
            const other = everyone[step.with] as Member;
            if (other !== one) await run(one, other, { left: step.left }).catch(() => undefined);
          } else {
            let keeps = step.dies;
            one.shelf.failKeep = () => step.dies < 3 && keeps-- === 0;
            one.shelf.failCover = () => step.dies === 3;
            const publish = step.dies === 4 ? () => Promise.reject(new Error('the machine died')) : undefined;
            await consolidate(one, name, `snap ${at}`, publish).catch(() => undefined);
            one.shelf.failKeep = () => false;
            one.shelf.failCover = () => false;
          }
        }
        for (let round = 0; round < 3; round++) for (const one of postes) await run(one, commune);
        const fresh = poste('new');
        await run(fresh, commune);
        equal([...postes, fresh]);
        for (const one of [...postes, fresh]) expect((await run(one, commune)).counters).toEqual(idle);
        for (const line of written) {
          const [name = '', id = '', rev = ''] = line.split(' ');
          expect(fresh.documents.holds(name, id, rev)).toBe(true);
        }
      }),
      { numRuns: 80, seed: 20261122 },
    );
  }, 120_000);
});
