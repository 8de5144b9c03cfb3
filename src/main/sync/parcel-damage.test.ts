import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Replica, type Refusal } from '../../exchange';
import { mustRead } from '../../exchange/testing/memory';
import {
  CLASSE,
  consolidate,
  grantFor,
  idFor,
  member,
  run,
  type Member,
} from '../../exchange/testing/school';
import { sealingKey } from '../../store/seal';
import { ParcelLog } from './parcel-log';

const KEY = sealingKey(Buffer.alloc(32, 3), 'test');
const HEAD_ROLES = [{ role: 'head' as const, classIds: [] }];
const GRANTS = [
  grantFor('anne', { roles: [...HEAD_ROLES, { role: 'teacher', classIds: [] }] }),
  ...['marc', 'lea'].map((name) => grantFor(name)),
];
const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const poste = (name: string): Member => member(name, { grants: GRANTS });
/** A poste whose parcels lie in a real file. */
async function onDisk(name: string): Promise<{ who: Member; file: string; reopened: () => Promise<Member> }> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-damage-'));
  folders.push(folder);
  const plain = poste(name);
  const start = async (): Promise<Member> => {
    const shelf = await ParcelLog.open(folder, KEY);
    return { ...plain, replica: new Replica({ ...plain.replica.parts, shelf }) };
  };
  return { who: await start(), file: join(folder, `${CLASSE}.log`), reopened: start };
}
async function write(who: Member, from: number, to: number): Promise<void> {
  for (let n = from; n <= to; n++) {
    who.documents.write(CLASSE, { _id: idFor('event', `${n}`), type: 'note', v: 1, text: `n° ${n}` });
    await who.replica.packOwn(CLASSE);
  }
}
/** One bit of one record's parcel, counted from 0. */
async function spoil(file: string, record: number): Promise<void> {
  const bytes = await readFile(file);
  let at = 0;
  const contentAt = (): number => at + 4 + bytes.readUInt32BE(at);
  for (let n = 0; n < record; n++) at = contentAt() + 4 + bytes.readUInt32BE(contentAt());
  const place = contentAt() + 40;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  await writeFile(file, bytes);
}
const listed = (who: Member): Promise<readonly Refusal[]> => who.replica.parts.refusals.all();
const notes = (who: Member): number => Object.keys(who.documents.snapshot(CLASSE)).length;
const DAMAGED = { audience: CLASSE, reason: 'DAMAGED' };

describe('a parcel that a disk has spoilt', () => {
  it('is said where it lies, and mended by whoever has it: the chain goes on', async () => {
    const [anne, lea] = [poste('anne'), poste('lea')];
    const { who: marc, file } = await onDisk('marc');
    await write(anne, 1, 4);
    await run(marc, anne);
    await spoil(file, 1);
    await run(marc, lea);
    expect(notes(lea)).toBe(1);
    expect(await listed(marc)).toEqual([{ ...DAMAGED, origin: anne.poste, from: 2 }]);

    await run(marc, anne);
    expect(await listed(marc)).toEqual([]);
    await run(marc, lea);
    expect(notes(lea)).toBe(4);
    expect((await run(marc, anne)).counters.requests).toBe(1);
  });

  it('is found again after a restart, and stays said while nobody has it', async () => {
    const [anne, lea] = [poste('anne'), poste('lea')];
    const { who: marc, file, reopened } = await onDisk('marc');
    await write(anne, 1, 3);
    await run(marc, anne);
    await spoil(file, 1);
    await run(marc, lea);
    const again = await reopened();
    await run(again, lea);
    expect(await listed(again)).toEqual([{ ...DAMAGED, origin: anne.poste, from: 2 }]);
    await run(again, anne);
    const third = await reopened();
    await run(third, lea);
    expect(await listed(third)).toEqual([]);
    expect(notes(lea)).toBe(3);
  });

  it('of one’s own comes back from a neighbour, and is no folder that was put back', async () => {
    const [marc, lea] = [poste('marc'), poste('lea')];
    const { who: anne, file } = await onDisk('anne');
    await write(anne, 1, 9);
    await run(anne, marc);
    await spoil(file, 0);
    await run(anne, lea);
    expect(notes(lea)).toBe(0);
    await write(anne, 10, 10);
    await run(anne, marc);
    expect(anne.replica.restored).toBe(false);
    expect(await listed(anne)).toEqual([]);
    await run(anne, lea);
    expect(notes(lea)).toBe(10);
    // Nothing was packed a second time.
    expect((await marc.shelf.heads(CLASSE)).get(anne.poste)).toEqual(
      (await lea.shelf.heads(CLASSE)).get(anne.poste),
    );
  });

  it('is not replaced by another one', async () => {
    const { who: anne, file } = await onDisk('anne');
    await write(anne, 1, 2);
    const bytes = await anne.replica.parts.shelf.get(CLASSE, anne.poste, 2);
    await spoil(file, 0);
    expect(await anne.replica.parts.shelf.get(CLASSE, anne.poste, 1)).toBeUndefined();
    const other = mustRead(bytes ?? Buffer.alloc(0));
    expect(await anne.replica.parts.shelf.mend?.(other)).toBe(false);
    expect(await anne.replica.parts.shelf.mend?.({ ...other, header: { ...other.header, from: 1 } })).toBe(
      false,
    );
  });

  it('is made good by a snapshot, unless it waited for its key', async () => {
    const { who: anne, file } = await onDisk('anne');
    await write(anne, 1, 3);
    await spoil(file, 1);
    await run(anne, poste('marc'));
    expect(await listed(anne)).toEqual([{ ...DAMAGED, origin: anne.poste, from: 2 }]);
    expect(await consolidate(anne, CLASSE, 'snap')).toBeDefined();
    const lea = poste('lea');
    await run(anne, lea);
    expect(notes(lea)).toBe(3);
    expect(await listed(anne)).toEqual([]);
  });

  it('that waits for its key is not covered by a snapshot that cannot speak for it', async () => {
    const marc = poste('marc');
    await write(marc, 1, 2);
    const { who: anne, file } = await onDisk('anne');
    const first = await marc.shelf.get(CLASSE, marc.poste, 1);
    // As where the key was away when it came.
    await anne.replica.parts.shelf.keep(mustRead(first ?? Buffer.alloc(0)), false);
    await write(anne, 3, 3);
    await spoil(file, 0);
    expect(await consolidate(anne, CLASSE, 'snap')).toBeUndefined();
    await run(anne, marc);
    await anne.replica.applyBacklog(CLASSE);
    expect(await consolidate(anne, CLASSE, 'snap')).toBeDefined();
    expect(notes(anne)).toBe(3);
  });
});
