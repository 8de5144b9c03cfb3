// Before the product's modules: they take Node's functions from there.
import { weakened } from './weaken.mjs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workshop } from '../host/hosts';
import { liveOneDay } from './school-day';
import { search } from './search';

/**
 * What somebody finds who steals a poste: every file of two data folders that a school's day went through, by the product's
 * own services. Compression is off, for what it hides it does not protect; then encryption too, and everything is found.
 */
let shop: ReturnType<typeof workshop>;
beforeEach(() => {
  weakened.compression = true;
  shop = workshop();
});
afterEach(async () => {
  await shop.end();
  weakened.compression = false;
  weakened.cipher = false;
});

describe('two data folders of a school', () => {
  it('show nothing that a person wrote, nor any password, code or sheet', async () => {
    const { folders, sealed, unwritten } = await liveOneDay(shop);
    expect(await search(folders, [...sealed, ...unwritten])).toEqual([]);
    // The search looks where it says: what is put there in the open is found.
    const [folder = ''] = folders;
    await writeFile(join(folder, 'logs', 'planted.jsonl'), [...sealed, ...unwritten].join('\n'));
    const found = new Set((await search(folders, [...sealed, ...unwritten])).map(({ text }) => text));
    expect([...sealed, ...unwritten].filter((text) => !found.has(text))).toEqual([]);
  }, 120_000);

  it('show everything with encryption switched off, but what is written in no form', async () => {
    weakened.cipher = true;
    const { folders, sealed, unwritten } = await liveOneDay(shop);
    const findings = await search(folders, [...sealed, ...unwritten]);
    const found = new Set(findings.map(({ text }) => text));
    expect(sealed.filter((text) => !found.has(text))).toEqual([]);
    expect(unwritten.filter((text) => found.has(text))).toEqual([]);
    // In each kind of place that holds what people wrote, on either poste.
    const [office = '', laptop = ''] = folders;
    const places = [`${laptop}/databases`, `${laptop}/files`, `${laptop}/parcels`, `${office}/parcels`];
    const paths = findings.map(({ path }) => path);
    expect(places.filter((place) => !paths.some((path) => path.startsWith(place)))).toEqual([]);
  }, 120_000);
});
