import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { FileKeyring } from '../../../src/store/keyring';
import { PouchStore } from '../../../src/store/pouch-store';
import { QUICK } from '../password-cost';

/** Private notes after somebody else has set their owner's password anew. */
const ANNE = 'staff_aaaaaaaaaaaaa';
const NOTES = 'perso-aaaaaaaaaaaaa';
const NOTE = { _id: 'event_aaaaaaaaaaaaa', type: 'note', v: 1, text: 'à moi seule' };
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function afterReset(sheet: boolean) {
  const folder = mkdtempSync(join(tmpdir(), 'preau-reset-'));
  folders.push(folder);
  const open = () => FileKeyring.open({ path: join(folder, 'keys.json'), stretch: QUICK });
  const keyring = await open();
  await keyring.wrapFor(ANNE, 'le sien', []);
  const code = sheet ? await keyring.createSheet(ANNE) : '';
  await keyring.create(NOTES);
  const store = new PouchStore({ folder, keyring });
  await (await store.open(NOTES)).put(NOTE);
  await store.close();
  keyring.forget(ANNE);
  // The head gives another password: it opens nothing of hers.
  await keyring.wrapFor(ANNE, 'remis par la direction', []);
  return { folder, open, code };
}

it('keeps them closed, and whole, until the sheet of their owner is typed', async () => {
  const { folder, open, code } = await afterReset(true);
  const keyring = await open();
  await keyring.unlock(ANNE, 'remis par la direction');
  expect(keyring.has(NOTES)).toBe(false);
  await expect(keyring.create(NOTES)).rejects.toMatchObject({ code: 'KEY_MISSING' });
  await keyring.unlockWithSheet(code);
  const store = new PouchStore({ folder, keyring });
  expect((await store.open(NOTES)).get(NOTE._id)?.body['text']).toBe(NOTE.text);
  await store.close();
});

it('begins new ones beside those that nobody can open any more', async () => {
  const { folder, open } = await afterReset(false);
  const keyring = await open();
  await keyring.unlock(ANNE, 'remis par la direction');
  await keyring.create(NOTES);
  const store = new PouchStore({ folder, keyring });
  const notes = await store.open(NOTES);
  expect(notes.get(NOTE._id)).toBeUndefined();
  await notes.put({ ...NOTE, text: 'nouvelle note' });
  await store.close();
  const again = new PouchStore({ folder, keyring });
  expect((await again.open(NOTES)).get(NOTE._id)?.body['text']).toBe('nouvelle note');
  await again.close();
  // The former ones are where they were, under another name, and are no base of anything.
  const names = readdirSync(join(folder, 'databases'));
  expect(names.filter((name) => name.startsWith(`${NOTES}.former-`))).toHaveLength(1);
  expect(await again.list()).toEqual([NOTES]);
});
