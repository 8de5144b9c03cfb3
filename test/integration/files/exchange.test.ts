import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it, onTestFinished } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import { openLine } from './line';
import { everyFile } from '../store/support';
import {
  CLASSE_CE1,
  CLASSE_CM2,
  ECOLE,
  openFileSchool,
  SUIVI_CE1,
  type FilePoste,
  type FileSchool,
} from './school';

async function school(): Promise<FileSchool> {
  const opened = await openFileSchool();
  onTestFinished(() => opened.close());
  return opened;
}
const document = (): string => idFrom('item', randomBytes(9));
const content = async (poste: FilePoste, sha256: string): Promise<Buffer> =>
  buffer(await poste.files.openRead(sha256));
const ENOUGH = 1e12;

describe('the file exchange', () => {
  it('brings a file from a neighbour, of an open and of a sealed audience, of any size', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const marc = await poste('marc');
    const sizes = [0, 1, 8191, 70_000, 3_000_000];
    for (const of of [CLASSE_CE1, SUIVI_CE1]) {
      const shared = [];
      for (const size of sizes) {
        const bytes = randomBytes(size);
        shared.push({ bytes, file: await anne.share(of, document(), bytes) });
      }
      await carry(anne, of, [marc]);
      const run = await marc.exchange.run({ lineBytes: 0, remotes: [marc.remote({ to: anne })] });
      expect(run).toMatchObject({
        fetched: of === CLASSE_CE1 ? sizes.length : 4,
        lineBytes: { up: 0, down: 0 },
      });
      for (const { bytes, file } of shared)
        expect((await content(marc, file.sha256)).equals(bytes)).toBe(true);
    }
    expect(await marc.exchange.waiting()).toEqual({ files: 0, bytes: 0 });
  });

  it('goes by the commune, which holds nothing of a sealed audience that it could read', async () => {
    const { poste, carry, folder } = await school();
    const anne = await poste('anne');
    const text = Buffer.from('Mathéo a bien progressé en lecture. '.repeat(40_000));
    const open = await anne.share(CLASSE_CE1, document(), randomBytes(500_000));
    const sealed = await anne.share(SUIVI_CE1, document(), text);
    const up = await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    expect(up.offered).toBe(2);
    expect(up.lineBytes.up).toBeLessThan(700_000);
    for (const [path, bytes] of await everyFile(`${folder}/commune`)) {
      expect(bytes.includes('Mathéo')).toBe(false);
      expect(path).not.toContain(sealed.sha256);
    }
    const marc = await poste('marc');
    for (const of of [CLASSE_CE1, SUIVI_CE1]) await carry(anne, of, [marc]);
    const down = await marc.exchange.run({ lineBytes: ENOUGH, remotes: [marc.remote({ to: 'commune' })] });
    expect(down).toMatchObject({ fetched: 2, lanBytes: 0 });
    expect((await content(marc, sealed.sha256)).equals(text)).toBe(true);
    expect(await marc.files.has(open.sha256)).toBe(true);
    // Nothing lacks there: the next run offers nothing.
    expect(
      await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] }),
    ).toMatchObject({
      offered: 0,
      lineBytes: { up: 0, down: 0 },
    });
  });

  it('gives nothing to who may not read the audience, and nothing for a hash that somebody wrote down', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne', [ECOLE, CLASSE_CE1]);
    const marc = await poste('marc', [ECOLE, CLASSE_CM2]);
    const named = document();
    const file = await anne.share(CLASSE_CE1, named, randomBytes(100_000));
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    for (const to of [anne, 'commune'] as const)
      for (const [audience, id] of [
        [CLASSE_CE1, named],
        [ECOLE, named],
        [CLASSE_CM2, named],
      ] as const) {
        const remote = marc.remote({ to });
        await expect(remote.list({ audience, document: id, files: [file.sha256] })).rejects.toMatchObject({
          code: 'GATEWAY_REFUSED',
          params: { reason: 'NOT_FOUND' },
        });
        await expect(
          remote.offer({ audience, document: id, file: file.sha256, list: 'A'.repeat(43) }),
        ).rejects.toMatchObject({ params: { reason: 'NOT_FOUND' } });
      }
    // A document of his own names it, in an audience that both read.
    const mine = document();
    await marc.name(ECOLE, mine, file);
    await carry(marc, ECOLE, [anne]);
    for (const to of [anne, 'commune'] as const)
      await expect(
        marc.remote({ to }).list({ audience: ECOLE, document: mine, files: [file.sha256] }),
      ).rejects.toMatchObject({ params: { reason: 'NOT_FOUND' } });
    expect(
      await marc.exchange.run({
        lineBytes: ENOUGH,
        remotes: [marc.remote({ to: anne }), marc.remote({ to: 'commune' })],
      }),
    ).toMatchObject({ fetched: 0, stopped: 'nobody' });
    const stranger = anne.remote({ to: 'commune' });
    const forged = { ...marc, poste: anne.poste };
    expect(stranger.id).toBe('gateway 0751234a');
    await expect(
      forged.remote({ to: 'commune' }).list({ audience: CLASSE_CE1, document: named, files: [file.sha256] }),
    ).rejects.toMatchObject({ code: 'GATEWAY_REFUSED' });
  });

  it(
    'goes on at the byte where a line was cut, at any byte, across restarts',
    { timeout: 120_000 },
    async () => {
      const { poste, carry, gateway, book } = await school();
      expect(book.waiting).toBe(0);
      const anne = await poste('anne');
      const bytes = randomBytes(1_500_000);
      const file = await anne.share(CLASSE_CE1, document(), bytes);
      const line = await openLine(gateway.port);
      onTestFinished(() => line.close());
      const cuts = (): number => 1 + Math.floor(Math.random() * 300_000);
      for (let tries = 0; tries < 60; tries++) {
        line.budget = cuts();
        const run = await anne.exchange.run({
          lineBytes: ENOUGH,
          remotes: [anne.remote({ to: 'commune', port: line.port })],
        });
        if (run.offered === 1) break;
      }
      // A cut each 150 kB: what is in the sockets is lost, and each offer costs its heads.
      expect(line.up).toBeLessThan(bytes.length * 1.15);
      let marc = await poste('marc');
      await carry(anne, CLASSE_CE1, [marc]);
      for (let tries = 0; tries < 60 && !(await marc.files.has(file.sha256)); tries++) {
        line.budget = cuts();
        await marc.exchange.run({
          lineBytes: ENOUGH,
          remotes: [marc.remote({ to: 'commune', port: line.port })],
        });
        await marc.close();
        marc = await poste('marc');
      }
      expect((await content(marc, file.sha256)).equals(bytes)).toBe(true);
      expect(line.down).toBeLessThan(bytes.length * 1.15);
    },
  );

  it('refuses what a hostile neighbour changes, says who, and asks elsewhere', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const bytes = randomBytes(400_000);
    const file = await anne.share(SUIVI_CE1, document(), bytes);
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    const marc = await poste('marc');
    await carry(anne, SUIVI_CE1, [marc]);
    const honest = marc.remote({ to: anne });
    const hostile = {
      ...honest,
      async *chunks(...request: Parameters<typeof honest.chunks>) {
        for await (const piece of honest.chunks(...request)) {
          const changed = Buffer.from(piece.bytes);
          changed.writeUInt8(changed.readUInt8(0) ^ 1, 0);
          yield { ...piece, bytes: changed };
        }
      },
    };
    const run = await marc.exchange.run({
      lineBytes: ENOUGH,
      remotes: [hostile, marc.remote({ to: 'commune' })],
    });
    expect(run).toMatchObject({
      fetched: 1,
      wrong: [{ source: anne.poste, reason: 'CHUNK_WRONG', file: file.sha256 }],
    });
    expect((await content(marc, file.sha256)).equals(bytes)).toBe(true);
  });

  it('does not believe a list of another file, and takes that of an honest side', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const bytes = randomBytes(300_000);
    const liar = await poste('liar');
    const named = document();
    const file = await anne.share(CLASSE_CE1, named, bytes);
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    const other = document();
    const false_ = await liar.share(CLASSE_CE1, other, randomBytes(300_000));
    const marc = await poste('marc');
    await carry(anne, CLASSE_CE1, [marc]);
    const honest = marc.remote({ to: liar });
    const lying = {
      ...honest,
      list: () => honest.list({ audience: CLASSE_CE1, document: other, files: [false_.sha256] }),
      chunks: (request: Parameters<typeof honest.chunks>[0]) =>
        honest.chunks({ ...request, document: other, file: false_.sha256 }),
    };
    const run = await marc.exchange.run({
      lineBytes: ENOUGH,
      remotes: [lying, marc.remote({ to: 'commune' })],
    });
    expect(run).toMatchObject({ fetched: 1, wrong: [{ source: liar.poste, reason: 'LIST_WRONG' }] });
    expect((await content(marc, file.sha256)).equals(bytes)).toBe(true);
  });

  it('moves only what changed of a new version, and keeps what was made under a former key', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const marc = await poste('marc');
    // Always the same: where chance cuts decides how many chunks an insertion touches.
    const first = createHash('shake256', { outputLength: 3_000_000 }).update('first').digest();
    const named = document();
    await anne.share(CLASSE_CE1, named, first);
    await carry(anne, CLASSE_CE1, [marc]);
    const near = () => [marc.remote({ to: anne })];
    await marc.exchange.run({ lineBytes: 0, remotes: near() });
    const second = Buffer.concat([
      first.subarray(0, 1_000_000),
      createHash('shake256', { outputLength: 30_000 }).update('inserted').digest(),
      first.subarray(1_000_000),
    ]);
    const changed = await anne.share(CLASSE_CE1, named, second);
    await carry(anne, CLASSE_CE1, [marc]);
    const run = await marc.exchange.run({ lineBytes: 0, remotes: near() });
    expect(run.fetched).toBe(1);
    expect(run.lanBytes).toBeLessThan(400_000);
    expect((await content(marc, changed.sha256)).equals(second)).toBe(true);
    // Generation 1 writes, generation 0 is still read.
    const sealed = await anne.share(SUIVI_CE1, document(), randomBytes(10_000));
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    const next = randomBytes(32);
    const late = await poste('late');
    for (const one of [anne, late]) one.keys.set(SUIVI_CE1, [next, ...(one.keys.get(SUIVI_CE1) ?? [])]);
    const since = await anne.share(SUIVI_CE1, document(), randomBytes(10_000));
    await carry(anne, SUIVI_CE1, [late]);
    const after = await late.exchange.run({ lineBytes: 0, remotes: [late.remote({ to: anne })] });
    expect(after.fetched).toBe(2);
    for (const { sha256 } of [sealed, since]) expect(await late.files.has(sha256)).toBe(true);
  });

  it(
    'shares one line between postes that start at once, and sends nothing twice over it',
    { timeout: 120_000 },
    async () => {
      const { poste, carry, gateway } = await school();
      const anne = await poste('anne');
      const bytes = Buffer.concat([
        randomBytes(6_000_000),
        Buffer.from('Une ligne de texte. '.repeat(30_000)),
      ]);
      const file = await anne.share(CLASSE_CE1, document(), bytes);
      await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
      const line = await openLine(gateway.port);
      onTestFinished(() => line.close());
      const three = [await poste('un'), await poste('deux'), await poste('trois')];
      await carry(anne, CLASSE_CE1, three);
      const runs = await Promise.all(
        three.map((one) =>
          one.exchange.run({
            lineBytes: ENOUGH,
            remotes: [
              ...three.filter((other) => other !== one).map((other) => one.remote({ to: other })),
              one.remote({ to: 'commune', port: line.port }),
            ],
          }),
        ),
      );
      for (const one of three) expect((await content(one, file.sha256)).equals(bytes)).toBe(true);
      expect(runs.every(({ fetched }) => fetched === 1)).toBe(true);
      expect(line.down).toBeLessThan(6_000_000 * 1.05);
    },
  );

  it('keeps to its budget, the urgent first, and goes on with another', async () => {
    const { poste, carry } = await school();
    const anne = await poste('anne');
    const small = await anne.share(CLASSE_CE1, document(), randomBytes(200_000));
    const large = await anne.share(CLASSE_CE1, document(), randomBytes(600_000));
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    const marc = await poste('marc');
    await carry(anne, CLASSE_CE1, [marc]);
    marc.exchange.pin(large.sha256);
    const first = await marc.exchange.run({ lineBytes: 400_000, remotes: [marc.remote({ to: 'commune' })] });
    expect(first).toMatchObject({ fetched: 0, stopped: 'budget' });
    expect(first.lineBytes.down).toBeLessThanOrEqual(400_000);
    const second = await marc.exchange.run({ lineBytes: 345_000, remotes: [marc.remote({ to: 'commune' })] });
    expect(second.fetched).toBe(1);
    expect([await marc.files.has(large.sha256), await marc.files.has(small.sha256)]).toEqual([true, false]);
    expect(
      (await marc.exchange.run({ lineBytes: ENOUGH, remotes: [marc.remote({ to: 'commune' })] })).fetched,
    ).toBe(1);
  });

  it('lets go, here and at the commune, of what nobody names, after the wait', async () => {
    const { poste, shelf } = await school();
    const anne = await poste('anne');
    const kept = document();
    const one = await anne.share(CLASSE_CE1, kept, randomBytes(100_000));
    const other = document();
    const two = await anne.share(CLASSE_CE1, other, Readable.from([randomBytes(100_000)]));
    await anne.exchange.run({ lineBytes: ENOUGH, remotes: [anne.remote({ to: 'commune' })] });
    const database = await anne.documents.open(CLASSE_CE1);
    await database.remove(other, database.get(other)?.rev ?? '');
    expect(await anne.exchange.collect(Date.now() - 1000)).toBe(0);
    expect(await shelf.collect(Date.now() - 60_000)).toBe(0);
    expect(await anne.exchange.collect(Date.now() + 60_000)).toBeGreaterThan(0);
    expect([await anne.files.has(one.sha256), await anne.files.has(two.sha256)]).toEqual([true, false]);
    expect(await shelf.collect(Date.now() + 60_000)).toBeGreaterThan(200_000);
    expect(await shelf.list(CLASSE_CE1, one.sha256)).toBeUndefined();
  });

  it('lets go at once of a file that was handed over, and not of one that a document names', async () => {
    const { poste } = await school();
    const anne = await poste('anne');
    const bytes = randomBytes(100_000);
    const named = await anne.share(CLASSE_CE1, document(), bytes);
    const dropped = await anne.files.store(Readable.from([randomBytes(100_000)]));
    expect(await anne.exchange.discard(dropped.sha256)).toBe(true);
    expect(await anne.exchange.discard(named.sha256)).toBe(false);
    expect([await anne.files.has(dropped.sha256), await anne.files.has(named.sha256)]).toEqual([false, true]);
    expect((await content(anne, named.sha256)).equals(bytes)).toBe(true);
  });
});
