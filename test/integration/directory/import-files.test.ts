import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import { workshop, type TestHost } from '../host/hosts';
import { makeSchool } from '../postes/school';
import { everyFile } from '../store/support';

vi.setConfig({ testTimeout: 120_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

const PUPILS = `Nom élève;Prénom élève;Date naissance;Libellé classe
PONT;Ysée;04/05/2016;CM2
RIVE;Noé;04/05/2018;CE2`;

const drop = (office: TestHost, name: string, bytes: Buffer): Promise<string> =>
  office.binary.area.put('window', name, 'text/csv', Readable.from([bytes]));
const contents = async (office: TestHost): Promise<number> =>
  [...(await everyFile(join(office.folder, 'files'))).keys()].filter((path) =>
    /[/\\][0-9a-f]{2}[/\\][0-9a-f]{62}$/.test(path),
  ).length;

it('a file that was dropped is gone once it is read: written, given up or refused', async () => {
  const office = await shop.open('office');
  await makeSchool(office);
  const before = await contents(office);
  const gone = () => expect.poll(() => contents(office), { timeout: 20_000 }).toBe(before);

  const [pupils, other] = [
    await drop(office, 'eleves.csv', Buffer.from(PUPILS)),
    await drop(office, 'photo.bin', randomBytes(300_000)),
  ];
  expect(await contents(office)).toBe(before + 2);
  const givenUp = await office.ask('people.dryRun', { uploads: [pupils, other] });
  expect(givenUp.unreadable).toHaveLength(1);
  await gone();

  // The window hands its files over again each time it checks them.
  const again = await drop(office, 'eleves.csv', Buffer.from(PUPILS));
  const { plan, result } = await office.ask('people.dryRun', { uploads: [again] });
  await gone();
  const { added } = await office.ask('people.applyImport', {
    plan,
    decisions: suggestedDecisions(result),
    confirmed: true,
  });
  expect(added).toBeGreaterThanOrEqual(4);
  expect(await contents(office)).toBe(before);
});
