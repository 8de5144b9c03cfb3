import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPreauError, PreauError } from '../../../src/domain/errors';
import { openFileStore } from '../../../src/main/files/file-store';
import type { FileStore } from '../../../src/main/files/port';
import { MANIFEST, readManifest } from '../../../src/main/backup/manifest';
import { folderMedium, type Medium } from '../../../src/main/backup/medium';
import { restoreCopy, type Opener } from '../../../src/main/backup/restore-copy';
import { findCopies, verify } from '../../../src/main/backup/shelf';
import { readHeadKey } from '../../../src/main/postes/head-key';
import { readIdentity } from '../../../src/main/postes/identity';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import type { DocumentBody } from '../../../src/store/port';
import { FileKeyring } from '../../../src/store/keyring';
import { writeCopy, type CopyMade } from '../../../src/main/backup/write-copy';
import {
  actor,
  ANNE,
  CE1,
  classe,
  contents,
  DIRECTION,
  ECOLE,
  founding,
  HEAD,
  idOf,
  introduced,
  PARC,
  reopened,
  suivi,
  write,
  type TestPoste,
} from '../sync/poste';
import { pulledOut, someFiles, sourceOf, steps, temporary } from './support';

/** A copy on a key, and a bare laptop made from it: real bases, real parcels, real files. */
let key: string;
let folders: string[];
let postes: TestPoste[];
let clock: number;
beforeEach(async () => {
  folders = [(key = await temporary())];
  postes = [];
  clock = Date.UTC(2026, 10, 24, 16, 30);
  near = [];
});
afterEach(async () => {
  for (const poste of postes) await poste.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});
const kept = async (opening: Promise<TestPoste>): Promise<TestPoste> => {
  const poste = await opening;
  postes.push(poste);
  return poste;
};
async function bare(): Promise<string> {
  const folder = await temporary();
  folders.push(folder);
  return folder;
}
async function copy(
  poste: TestPoste,
  medium: Medium = folderMedium(key),
  partBytes?: number,
): Promise<CopyMade> {
  clock += 60_000;
  return writeCopy(
    { clock: () => clock, random: (size) => randomBytes(size) },
    await sourceOf(poste),
    medium,
    {
      expected: 100_000,
      ...(partBytes === undefined ? {} : { partBytes }),
    },
  );
}
const restore = (folder: string, made: CopyMade, opener: Opener) =>
  restoreCopy(steps(), folder, folderMedium(key), made.folder, opener, () => undefined);
async function rebuilt(made: CopyMade, opener: Opener): Promise<TestPoste> {
  const folder = await bare();
  await restore(folder, made, opener);
  // This machine has a keychain: what was typed once opens the school at every start from now on.
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret: MACHINE });
  if ('code' in opener) await keyring.unlockWithSheet(opener.code);
  else await keyring.unlock(HEAD, opener.password);
  return kept(reopened({ folder }, { owner: HEAD, neighbours: () => near }));
}
/** The keychain of the postes of these tests. */
const MACHINE = createHash('sha256').update('machine').digest();
let near: readonly LanAddress[];

async function school(): Promise<{ office: TestPoste; code: string }> {
  const office = await kept(founding());
  const code = await office.keyring.createSheet();
  await office.keyring.wrapFor(HEAD, 'le chat dort', office.keyring.audiences());
  await office.postes.refreshGrants();
  await write(office, ECOLE, idOf('staff', 'anne'), { name: 'Anne' });
  await write(office, DIRECTION, idOf('event', 'secret'), { text: 'pour la direction' });
  for (let at = 0; at < 40; at++)
    await write(office, classe(CE1), idOf('roll', String(at)), { text: `absent ${at}` });
  for (let at = 0; at < 5; at++)
    await write(office, classe(CE1), idOf('roll', '1'), { text: `corrigé ${at}` });
  await write(office, suivi(CE1), idOf('event', 'note'), { text: 'acquis' });
  return { office, code };
}
const AUDIENCES = [PARC, ECOLE, DIRECTION, classe(CE1), suivi(CE1)];
const all = (poste: TestPoste): Promise<Record<string, string[]>[]> =>
  Promise.all(AUDIENCES.map((name) => contents(poste, name)));

async function bytesIn(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) found.push((await readFile(join(entry.parentPath, entry.name))).toString('latin1'));
  }
  return found;
}
const codeOf = (error: unknown): string => (isPreauError(error) ? error.code : String(error));
const failing = async (work: Promise<unknown>): Promise<string> => work.then(() => 'nothing', codeOf);

describe('a copy on a key', () => {
  it('makes a bare laptop a new poste of the school with everything on it', async () => {
    const { office, code } = await school();
    await someFiles(office.folder, [0, 10, 70_000, 300_000]);
    const made = await copy(office, folderMedium(key), 64 * 1024);
    const wanted = await all(office);
    expect(await findCopies(folderMedium(key))).toMatchObject([{ folder: made.folder, bytes: made.bytes }]);
    const before = await readIdentity(office.folder, office.keyring.dataKey(PARC));

    for (const opener of [{ code }, { password: 'le chat dort' }]) {
      const laptop = await rebuilt(made, opener);
      const got = await all(laptop);
      // Its own grant joins `parc` when it opens; everything else is equal, revision by revision.
      expect(got.slice(1)).toEqual(wanted.slice(1));
      expect(got[0]).toMatchObject(wanted[0] ?? {});
      const files = await bytesIn(join(laptop.folder, 'files'));
      expect(files.map((bytes) => bytes.length).sort((a, b) => a - b)).toEqual([0, 10, 70_000, 300_000]);
      expect(files.sort()).toEqual((await bytesIn(join(office.folder, 'files'))).sort());
      const identity = await readIdentity(laptop.folder, laptop.keyring.dataKey(PARC));
      expect(identity?.poste).not.toBe(before?.poste);
      expect(laptop.mine.replica.book.grantsOf(identity?.poste ?? 'poste_x')).not.toEqual([]);
    }
  });

  it('brings back a base whose old parcels a snapshot stands for', async () => {
    const { office, code } = await school();
    const direction = await office.store.open(DIRECTION);
    const head = readHeadKey(direction);
    if (!head) throw new Error('no head’s key');
    await office.mine.replica.packOwn(classe(CE1));
    await office.mine.replica.consolidate(classe(CE1), {
      id: idOf('grant', 'snapshot'),
      issued: new Date(clock).toISOString(),
      head,
      publish: async (statement) => {
        await (await office.store.open(PARC)).put(statement as unknown as DocumentBody);
      },
    });
    await write(office, classe(CE1), idOf('roll', 'later'), { text: 'après' });
    const laptop = await rebuilt(await copy(office), { code });
    expect(await contents(laptop, classe(CE1))).toEqual(await contents(office, classe(CE1)));
    const mine = await laptop.mine.replica.vectors(new Set([classe(CE1)]));
    expect(mine).toEqual(await office.mine.replica.vectors(new Set([classe(CE1)])));
  });

  it('brings files back as the file store lays them', async () => {
    const { office, code } = await school();
    const filesOf = (poste: TestPoste): Promise<FileStore> =>
      openFileStore({ folder: join(poste.folder, 'files'), key: () => poste.keyring.dataKey(PARC) });
    const contents = [randomBytes(300_000), Buffer.from('petit'), Buffer.alloc(0)];
    const before = await filesOf(office);
    const stored = await Promise.all(contents.map((content) => before.store(Readable.from([content]))));
    const laptop = await rebuilt(await copy(office), { code });
    const after = await filesOf(laptop);
    for (const [at, { sha256 }] of stored.entries()) {
      const pieces: Buffer[] = [];
      for await (const piece of (await after.openRead(sha256)) as AsyncIterable<Buffer>) pieces.push(piece);
      expect(Buffer.concat(pieces).equals(contents[at] ?? Buffer.from('none'))).toBe(true);
    }
  });

  it('does not fork: a copy that is older than the school catches up, and both go on writing', async () => {
    const { office, code } = await school();
    const made = await copy(office);
    await write(office, ECOLE, idOf('staff', 'anne'), { name: 'Anne, après la copie' });
    await write(office, classe(CE1), idOf('roll', 'after'), { text: 'après' });
    near = [office.postes.address];
    const laptop = await rebuilt(made, { code });
    await write(laptop, classe(CE1), idOf('roll', 'new'), { text: 'écrit sur le nouvel ordinateur' });
    for (let run = 0; run < 2; run++) await laptop.sync.run(actor(HEAD));
    expect(await all(laptop)).toEqual(await all(office));
    expect((await laptop.sync.status(actor(HEAD))).refused).toEqual([]);
    expect((await office.store.open(classe(CE1))).get(idOf('roll', 'new'))?.body).toMatchObject({
      text: 'écrit sur le nouvel ordinateur',
    });
    // What was written before the copy stands under the old poste's name: nothing is packed a second time.
    const vectors = await laptop.mine.replica.vectors('all');
    expect(Object.keys(vectors[ECOLE] ?? {})).toHaveLength(1);
  });

  it('made before the head’s key was exchanged still restores: one click makes it of the school again', async () => {
    const { office, code } = await school();
    const lost = await introduced(office, HEAD);
    await lost.sync.run(actor(HEAD));
    const { poste } = lost.mine.replica.parts.author ?? {};
    await lost.close();
    const made = await copy(office);
    await office.postes.members.putOut(actor(HEAD), poste ?? 'poste_x');
    await write(office, classe(CE1), idOf('roll', 'after'), { text: 'après' });
    near = [office.postes.address];
    const laptop = await rebuilt(made, { code });
    expect(laptop.mine.replica.book.isHeadKey((await office.postes.headKey()) ?? '')).toBe(false);
    await write(laptop, classe(CE1), idOf('roll', 'new'), { text: 'écrit sur le nouvel ordinateur' });
    await laptop.sync.run(actor(HEAD));
    // What it signed for itself is the former key's: it knows, and asks.
    const [request] = await office.postes.requests.list();
    expect(request).toMatchObject({ person: HEAD });
    await office.postes.requests.accept(actor(HEAD), request?._id ?? '');
    for (let run = 0; run < 5; run++) await laptop.sync.run(actor(HEAD));
    expect(await all(laptop)).toEqual(await all(office));
    expect((await laptop.sync.status(actor(HEAD))).refused).toEqual([]);
    expect((await office.sync.status(actor(HEAD))).refused).toEqual([]);
    expect(await laptop.postes.headKey()).toBe(await office.postes.headKey());
    expect((await office.store.open(classe(CE1))).get(idOf('roll', 'new'))).toBeDefined();
  });

  it('of a teacher’s poste opens with the sheet, or with her password what is hers', async () => {
    const { office, code } = await school();
    const anne = await kept(introduced(office, ANNE));
    await anne.sync.run(actor(ANNE));
    await anne.keyring.wrapFor(ANNE, 'la marelle', anne.keyring.audiences());
    await write(anne, classe(CE1), idOf('homework', 'hers'), { text: 'à relire' });
    const made = await copy(anne);

    const bySheet = await rebuilt(made, { code });
    expect((await bySheet.store.open(classe(CE1))).get(idOf('homework', 'hers'))).toBeDefined();
    expect(bySheet.mine.audiences().size).toBeGreaterThan(0);

    const folder = await bare();
    const restored = await restore(folder, made, { password: 'la marelle' });
    expect(restored.granted).toBe(false);
    expect(restored.opened).not.toContain(DIRECTION);
    expect(restored.opened).toContain(classe(CE1));
  });

  it('holds nothing that reads without a key, and no way to sign as the old poste', async () => {
    const { office } = await school();
    await copy(office);
    const names = ['Anne', 'absent', 'acquis', 'direction', 'Hélène', 'École des tests'];
    for (const bytes of await bytesIn(key)) {
      for (const name of names)
        for (const text of [
          name,
          Buffer.from(name).toString('base64').slice(0, -2),
          Buffer.from(name, 'utf16le').toString('latin1'),
        ])
          expect(name === 'direction' ? false : bytes.includes(Buffer.from(text).toString('latin1'))).toBe(
            false,
          );
    }
    const all = await readdir(key, { recursive: true });
    expect(all.some((path) => path.includes('poste.sealed'))).toBe(false);
    expect((await bytesIn(key)).some((bytes) => bytes.includes('"machine"'))).toBe(false);
    // FAT: lower case, short, no sign it does not know.
    for (const path of all) expect(path).toMatch(/^[a-z0-9./-]{1,160}$/);
  });

  it('keeps the former copy whole wherever the key is pulled out', async () => {
    const { office, code } = await school();
    await someFiles(office.folder, [1000, 90_000]);
    const first = await copy(office);
    await write(office, ECOLE, idOf('staff', 'marc'), { name: 'Marc' });
    await someFiles(office.folder, [1000, 90_000, 50_000]);
    const whole = pulledOut(folderMedium(key), Infinity);
    const dry = await temporary();
    folders.push(dry);
    const counting = pulledOut(folderMedium(dry), Infinity);
    await copy(office, counting.medium);
    const operations = counting.done();
    expect(operations).toBeGreaterThan(30);
    for (let at = 0; at < operations; at += 1) {
      const { medium } = pulledOut(folderMedium(key), at);
      const ended = await failing(copy(office, medium));
      expect(['BACKUP_CUT', 'nothing']).toContain(ended);
      const found = await findCopies(folderMedium(key));
      expect(found.every(({ problem }) => problem === undefined)).toBe(true);
      for (const { folder } of found)
        await verify(folderMedium(key), folder, await readManifest(folderMedium(key), folder));
      expect(found.length).toBeGreaterThan(0);
    }
    const last = await copy(office, whole.medium);
    const laptop = await rebuilt(last, { code });
    expect((await laptop.store.open(ECOLE)).get(idOf('staff', 'marc'))).toBeDefined();
    expect((await readdir(join(key, first.folder, '..'))).filter((name) => name.endsWith('.nv'))).toEqual([]);
  });

  it('refuses a key without room before it writes, and one that fills up without harm', async () => {
    const { office } = await school();
    const first = await copy(office);
    const medium = folderMedium(key);
    const full: Medium = { ...medium, free: () => Promise.resolve(1000) };
    expect(await failing(copy(office, full))).toBe('BACKUP_NO_ROOM');
    let left = 5;
    const filling: Medium = {
      ...medium,
      free: () => Promise.resolve(undefined),
      write: (path, content) => {
        if (--left < 0) throw new PreauError('DISK_FULL');
        return medium.write(path, content);
      },
    };
    expect(await failing(copy(office, filling))).toBe('BACKUP_NO_ROOM');
    expect((await findCopies(medium)).map(({ folder }) => folder)).toEqual([first.folder]);
  });

  it('keeps two copies, and the files that they name', async () => {
    const { office } = await school();
    await someFiles(office.folder, [5000]);
    for (let day = 0; day < 4; day++) await copy(office);
    const found = await findCopies(folderMedium(key));
    expect(found).toHaveLength(2);
    expect(await readdir(join(key, found[0]?.folder ?? '', '..', 'fichiers'))).toHaveLength(1);
  });

  it('does not use a copy that was cut, changed, or put together', async () => {
    const { office, code } = await school();
    await someFiles(office.folder, [5000]);
    const made = await copy(office);
    const inside = await readdir(join(key, made.folder));
    const pool = (await readdir(join(key, made.folder, '..', 'fichiers'))).map(
      (name) => `../fichiers/${name}`,
    );
    for (const name of [...inside, ...pool]) {
      const path = join(key, made.folder, name);
      const bytes = await readFile(path);
      for (const change of [cut, flipped, gone]) {
        await change(path, bytes);
        const folder = await bare();
        const ended = await failing(restore(folder, made, { code }));
        expect([`${name} ${change.name}`, ended]).toEqual([
          `${name} ${change.name}`,
          expect.stringMatching(/^BACKUP_(DAMAGED|CUT|NEWER)$|^RECOVERY_WRONG$|^NEWER_DATA$/),
        ]);
        expect(await readdir(folder)).toEqual([]);
        await writeFile(path, bytes);
      }
    }
    expect(await failing(restore(await bare(), made, { code }))).toBe('nothing');
  });

  it('knows a newer copy, a wrong code, another school’s parts, and a computer that has a school', async () => {
    const { office, code } = await school();
    const made = await copy(office);
    const medium = folderMedium(key);
    expect(await failing(restore(await bare(), made, { code: '7H2K9' }))).toBe('RECOVERY_WRONG');
    expect(await failing(restore(await bare(), made, { password: 'non' }))).toBe('KEY_WRONG');
    expect(await failing(restore(office.folder, made, { code }))).toBe('SCHOOL_EXISTS');

    const other = await school();
    const key2 = await temporary();
    folders.push(key2);
    const theirs = await copy(other.office, folderMedium(key2));
    expect(await failing(restore(await bare(), made, { code: other.code }))).toBe('RECOVERY_WRONG');
    // Their keys beside our documents: what the sheet opens did not seal these.
    const manifest = await readManifest(medium, made.folder);
    const mixed = { ...manifest, keys: (await readManifest(folderMedium(key2), theirs.folder)).keys };
    await writeFile(
      join(key, made.folder, 'cles.json'),
      await readFile(join(key2, theirs.folder, 'cles.json')),
    );
    await writeFile(join(key, made.folder, MANIFEST), JSON.stringify(mixed));
    expect(await failing(restore(await bare(), made, { code: other.code }))).toBe('BACKUP_DAMAGED');

    await writeFile(join(key, made.folder, MANIFEST), JSON.stringify({ ...manifest, format: 2 }));
    expect(await failing(restore(await bare(), made, { code }))).toBe('BACKUP_NEWER');
    expect(await findCopies(medium)).toMatchObject([{ problem: 'newer' }]);
  });
});

const cut = (path: string, bytes: Buffer): Promise<void> =>
  writeFile(path, bytes.subarray(0, bytes.length >> 1));
async function flipped(path: string, bytes: Buffer): Promise<void> {
  const changed = Buffer.from(bytes);
  const at = changed.length >> 1;
  changed[at] = (changed[at] ?? 0) ^ 1;
  await writeFile(path, changed);
}
const gone = (path: string): Promise<void> => rm(path);
