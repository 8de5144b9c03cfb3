import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join as pathOf } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { join } from '../at-rest/school-day';
import { workshop } from './hosts';

/** A document sent in a lesson, between whole hosts: the other computer of the class reads its bytes. */
let shop: ReturnType<typeof workshop>;
beforeEach(() => (shop = workshop()));
afterEach(() => shop.end());

const HEAD_PASSWORD = 'le chat dort sous le préau';
const TEACHER_PASSWORD = 'une marelle à la craie bleue';

it('a document of a lesson is read on the other computer of the class', async () => {
  const office = await shop.open('office');
  await office.ask('school.create', {
    name: 'École des Marronniers',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: HEAD_PASSWORD },
  });
  const { id: mine } = await office.ask('people.addClass', { label: 'CM1', grades: ['CM1'] });
  const { id: other } = await office.ask('people.addClass', { label: 'CP', grades: ['CP'] });
  const { id: teacher } = await office.ask('people.addStaff', {
    first: 'Paul',
    family: 'Roche',
    classes: [mine],
  });
  const newcomer = await shop.open('laptop');
  await join(office, newcomer, teacher, TEACHER_PASSWORD);
  await newcomer.close();

  const teach = async (of: typeof mine, content: Buffer): Promise<void> => {
    await office.ask('classroom.open', { class: of, mode: 'personal', title: 'Séance' });
    const body = Readable.from([content]);
    const upload = await office.binary.area.put('window', 'fiche.pdf', 'application/pdf', body);
    await office.ask('classroom.sendFile', { title: 'Fiche', upload, answer: true, to: 'all' });
    await office.ask('classroom.close', {});
  };
  const pdf = (size: number): Buffer => Buffer.concat([Buffer.from('%PDF-1.4\n'), randomBytes(size)]);
  const sheet = pdf(400_000);
  const foreign = pdf(200_000);
  await teach(mine, sheet);
  await teach(other, foreign);

  const laptop = await shop.open('laptop', { near: () => [office] });
  await laptop.ask('session.signIn', { who: teacher, password: TEACHER_PASSWORD });
  const status = await laptop.ask('sync.run', {});
  expect(status.files).toEqual({ waiting: 0, bytes: 0, wrong: 0 });
  const { exchange } = laptop.host.rooms() ?? {};
  const shelf = exchange?.files.shelf;
  const named = createHash('sha256').update(sheet).digest('hex');
  const given = await shelf?.give(`classe-${mine.slice('class_'.length)}_2026` as never, named);
  expect(given?.list).toMatchObject({ file: named, size: sheet.length });
  await given?.close?.();
  // Nothing of the other class is on its disk: the store of files is as large as the one that came.
  const held = sizeOf(pathOf(laptop.folder, 'files'));
  expect(held).toBeGreaterThan(sheet.length);
  expect(held).toBeLessThan(sheet.length + foreign.length);
});

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(pathOf(parentPath, name)).size, 0);
}
