import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { getHeapSnapshot } from 'node:v8';
import { expect, it, onTestFinished } from 'vitest';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { openSchoolsBook } from '../../../src/main/schools-book';
import { createWorkplace } from '../../../src/main/workplace';
import { readCharter } from './hosts';
import { openLoopbackHost } from './loopback-host';

const PASSWORD = 'le chat dort sous le préau';
/** Written backwards here, so that this file is not what holds it in memory. */
const SECRET = 'sebrabertauQ';
const secret = (): string => [...SECRET].reverse().join('');

/** One computer: a workplace over real hosts, as host-entry.ts builds it. */
async function computer() {
  const root = mkdtempSync(join(tmpdir(), 'preau-schools-'));
  const machineSecret = randomBytes(32);
  const binary = createBinaryDoor(randomBytes);
  async function start() {
    const schools = await openSchoolsBook(root, randomBytes);
    await schools.prune();
    const workplace = await createWorkplace(
      {
        schools,
        leaves: (connection) => binary.area.forget(connection),
        open: (which) =>
          openLoopbackHost({
            folder: 'key' in which ? schools.folder(which.key) : join(root, 'demonstration'),
            secret: machineSecret,
            binary,
          }),
      },
      { key: schools.last() },
    );
    workplace.subscribe('window', () => undefined);
    return { workplace, schools };
  }
  let running = await start();
  onTestFinished(async () => {
    await running.workplace.close();
    rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    binary,
    get workplace() {
      return running.workplace;
    },
    get schools() {
      return running.schools;
    },
    async restart() {
      await running.workplace.close();
      running = await start();
    },
    async ask<M extends MethodOf<StaffContract>>(
      method: M,
      input: InputOf<StaffContract, M>,
    ): Promise<ReplyOf<StaffContract, M>> {
      const reply = await running.workplace.request('window', method, input);
      if (!reply.ok)
        throw Object.assign(new Error(`${method}: ${reply.error.code}`), { code: reply.error.code });
      if (method === 'session.signIn') await readCharter(running.workplace, 'window');
      return reply.value as never;
    },
  };
}
type Computer = Awaited<ReturnType<typeof computer>>;

const create = (one: Computer, name: string, uai: string) =>
  one.ask('school.create', {
    name,
    uai,
    timeZone: 'Europe/Paris',
    head: { first: 'Hélène', family: 'Aubry', password: PASSWORD },
  });
const here = async (one: Computer) => (await one.ask('schools.list', {})).schools;
/** Every file under a folder with what it holds, but for lines a log gains by being opened and the lock. */
function contents(folder: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (statSync(path).isFile())
      found.set(name, createHash('sha256').update(readFileSync(path)).digest('hex'));
  }
  return found;
}
const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });

it('two schools on one computer: nothing of the one answers, is written or is remembered while the other is open', async () => {
  const one = await computer();
  await create(one, 'École des Tilleuls', '0951099D');
  const { id: cp } = await one.ask('people.addClass', { label: 'CP', grades: ['CP'] });
  await one.ask('people.addPupil', { class: cp, first: 'Léa', family: secret() });
  expect((await one.ask('people.pupils', { class: cp })).pupils).toHaveLength(1);
  const offered = one.binary.area.offer('window', {
    name: 'classe.csv',
    type: 'text/csv',
    open: () => Readable.from([secret()]),
  });
  const firstDoor = one.workplace.host().rooms()?.exchange.postes.address?.port ?? 0;
  const firstPoste = one.workplace.host().rooms()?.exchange.postes.address;
  expect(await answers(firstDoor)).toBe(true);
  expect(await text(getHeapSnapshot()).then((heap) => heap.includes(secret()))).toBe(true);

  expect((await one.ask('schools.another', {})).school).toBe('none');
  const before = contents(join(one.root, 'school'));
  await create(one, 'École du Val', '0951100E');
  // Who was signed in there is nobody here; what was ready for the window is gone; the door is closed.
  expect(await answers(firstDoor)).toBe(false);
  expect(one.binary.area.offered('window', offered.split('/').at(-1) ?? '')).toBeUndefined();
  expect((await one.ask('people.classes', {})).classes).toEqual([]);
  expect((await one.ask('people.pupils', { class: cp })).pupils).toEqual([]);
  expect(await text(getHeapSnapshot()).then((heap) => heap.includes(secret()))).toBe(false);
  const { id: ce2 } = await one.ask('people.addClass', { label: 'CE2', grades: ['CE2'] });
  expect(contents(join(one.root, 'school'))).toEqual(before);

  const [first, second] = await here(one);
  expect([first?.name, second?.name, first?.here, second?.here]).toEqual([
    'École des Tilleuls',
    'École du Val',
    false,
    true,
  ]);
  const keys = (key: string): string => readFileSync(join(one.schools.folder(key), 'keys.json'), 'utf8');
  expect(keys(first?.key ?? '')).not.toEqual(keys(second?.key ?? ''));

  // Back: the password opens this school, its own poste answers, and the other's class is unknown.
  const state = await one.ask('schools.open', { key: first?.key ?? '' });
  expect(state).toMatchObject({ school: 'real', schoolName: 'École des Tilleuls' });
  expect(state.signedIn).toBeUndefined();
  await expect(one.ask('people.pupils', { class: cp })).rejects.toMatchObject({ code: 'NOT_SIGNED_IN' });
  await one.ask('session.signIn', { who: state.people[0]?.id ?? '', password: PASSWORD });
  expect((await one.ask('people.classes', {})).classes.map(({ label }) => label)).toEqual(['CP']);
  expect((await one.ask('people.pupils', { class: ce2 })).pupils).toEqual([]);
  expect(one.workplace.host().rooms()?.exchange.postes.address).not.toBe(firstPoste);

  // A lesson is not closed by somebody who goes to the other school.
  await one.ask('classroom.open', { class: cp, mode: 'anonymous', title: 'Lecture' });
  for (const method of ['school.backToDemonstration', 'school.leaveDemonstration'])
    expect(await one.workplace.request('another window', method, {})).toMatchObject({
      ok: false,
      error: { code: 'LESSON_OPEN_ALREADY' },
    });
  await expect(one.ask('schools.open', { key: second?.key ?? '' })).rejects.toMatchObject({
    code: 'LESSON_OPEN_ALREADY',
  });
  await one.ask('classroom.close', {});
}, 120_000);

it('a computer starts with the school that was open last; a place in which no school was made is gone', async () => {
  const one = await computer();
  await create(one, 'École des Tilleuls', '0951099D');
  await one.ask('schools.another', {});
  expect(await here(one)).toHaveLength(2);
  // Given up: back by hand, or by a restart, and nothing is left of it.
  await one.ask('schools.open', { key: 'school' });
  expect(await here(one)).toHaveLength(1);
  await one.ask('schools.another', {});
  await one.restart();
  expect(await one.ask('session.state', {})).toMatchObject({ schoolName: 'École des Tilleuls' });
  expect(readdirSync(join(one.root, 'schools'))).toEqual([]);

  await one.ask('schools.another', {});
  await create(one, 'École du Val', '0951100E');
  await one.restart();
  expect(await one.ask('session.state', {})).toMatchObject({ schoolName: 'École du Val' });
  // The list that is lost or damaged costs a name, and no school.
  writeFileSync(join(one.root, 'schools.json'), '{"v":1,"last":"../../etc","names":{}}');
  await one.restart();
  expect((await here(one)).map(({ name }) => name)).toContain('École des Tilleuls');
  expect(await here(one)).toHaveLength(2);
  await expect(one.ask('schools.open', { key: 'aaaaaaaaaaaaa' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  expect(existsSync(join(one.root, 'schools', 'aaaaaaaaaaaaa'))).toBe(false);
}, 120_000);
