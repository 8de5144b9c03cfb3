import { join as path } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { suggestedDecisions } from '../../../src/domain/people/onde';
import { readKeyring } from '../../../src/store/keyring-file';
import { workshop, type TestHost } from '../host/hosts';
import { homeworkOf, join, makeSchool, run, saveHomework } from '../postes/school';

vi.setConfig({ testTimeout: 180_000 });
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

const PUPILS = `Nom élève;Prénom élève;Date naissance;Libellé classe
PONT;Ysée;04/05/2016;CM2
RIVE;Noé;04/05/2018;CE2`;
const teachers = (label: string): string =>
  `Civilité;Nom;Prénom;Directeur;Classe\nM.;Roche;Paul;non;${label}`;

async function importing(office: TestHost, ...tables: string[]): Promise<void> {
  const uploads = await Promise.all(
    tables.map((text, at) =>
      office.binary.area.put('window', `${at}.csv`, 'text/csv', Readable.from([Buffer.from(text)])),
    ),
  );
  const { plan, result } = await office.ask('people.dryRun', { uploads });
  await office.ask('people.applyImport', { plan, decisions: suggestedDecisions(result), confirmed: true });
}

it('a class that a file takes away exchanges its keys, as by hand; one given by hand stays', async () => {
  const office = await shop.open('office');
  const { teacher, cm1 } = await makeSchool(office);
  await importing(office, PUPILS, teachers('CM2'));
  const { classes } = await office.ask('people.classes', {});
  const named = (label: string) => {
    const found = classes.find((group) => group.label === label);
    if (!found) throw new Error(`no ${label}`);
    return found.id;
  };
  const laptop = await join(shop, 'laptop', office, teacher, { near: () => [office] });
  await saveHomework(laptop, named('CM2'), 'Avant');
  await run(laptop);

  await importing(office, PUPILS, teachers('CE2'));
  const member = (await office.ask('people.staff', {})).staff.find(({ id }) => id === teacher);
  expect([...(member?.classIds ?? [])].sort()).toEqual([cm1, named('CE2')].sort());
  await run(laptop);
  await run(laptop);
  await expect(saveHomework(laptop, named('CM2'), 'Trop tard')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await saveHomework(laptop, cm1, 'Toujours');
  await run(laptop);
  expect(await homeworkOf(office, cm1)).toEqual(['Toujours']);
  expect(await homeworkOf(office, named('CM2'))).toEqual(['Avant']);
  const generations = async (id: string): Promise<number | undefined> => {
    const keys = (await readKeyring(path(office.folder, 'keys.json')))?.keys ?? {};
    return Object.entries(keys).find(([name]) => name.startsWith(`classe-${id.slice('class_'.length)}`))?.[1]
      .length;
  };
  expect([await generations(named('CM2')), await generations(cm1)]).toEqual([2, 1]);
});
