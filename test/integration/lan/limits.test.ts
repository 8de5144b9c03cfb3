import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InputOf } from '../../../src/contract/define';
import type { PupilContract } from '../../../src/contract/pupil';
import type { StaffContract } from '../../../src/contract/staff';
import type { LessonDevice } from '../../../src/contract/staff/apps';
import { simulateComputer, type SimulatedComputer } from '../../../src/demo/pupils/computer';
import type { PupilClient } from '../../../src/demo/pupils/client';
import type { ComputerApp } from '../../../src/domain/device/apps-of-class';
import {
  DESKTOP,
  handTimers,
  openSchool,
  TABLET,
  TEACHER,
  type SchoolOptions,
  type TestSchool,
} from './school';

const GEO = { id: 'geo', name: 'GeoGebra' };
const DRAW = { id: 'dessin', name: 'Dessin' };
/** Another technician called the same ones otherwise. */
const OTHERS: ComputerApp[] = [
  { id: 'geo', name: 'Géographie' },
  { id: 'maths-1', name: 'Geogebra' },
];

type Order = InputOf<StaffContract, 'apps.set'>;
const NOTHING: Order = { mode: 'all', apps: [], programs: [], copy: 'free' };
const ONLY_GEO: Order = { mode: 'only', apps: [], programs: ['GeoGebra'], copy: 'blocked' };

interface Laptop extends SimulatedComputer {
  readonly client: PupilClient;
  readonly label: string;
}
const tools = (school: TestSchool) => school.classroom.tools.apps;
const named = (school: TestSchool, label: string): LessonDevice | undefined =>
  tools(school)
    .state(TEACHER)
    .devices.find((device) => device.label === label);
/** What became of it there, once it is known. */
const became = (school: TestSchool, label: string) =>
  expect.poll(() => {
    const { result, copy, working } = named(school, label) ?? {};
    return working ? 'working' : { result, copy };
  });

async function opened(options: SchoolOptions = {}): Promise<TestSchool> {
  const school = await openSchool(options);
  await school.classroom.open(TEACHER, { mode: 'numbered', title: 'Géométrie' });
  return school;
}
/** A computer in pupil mode that is in the lesson. */
async function laptop(school: TestSchool, label: string, apps: readonly ComputerApp[]): Promise<Laptop> {
  const { client } = await school.enrolled(label, DESKTOP);
  const computer = simulateComputer(apps);
  computer.hear(client);
  await client.request('join.takeSeat', {});
  await computer.arrive(client);
  return Object.assign(computer, { client, label });
}

describe('what a lesson wants of computers in pupil mode', () => {
  it('each computer gets the limits in its own words, and says what became of them; a browser cannot, and it is said why', async () => {
    const school = await opened();
    const one = await laptop(school, 'Portable 1', [GEO, DRAW]);
    const two = await laptop(school, 'Portable 2', OTHERS);
    const tablet = await school.enrolled('Tablette 1', TABLET);
    await tablet.client.request('join.takeSeat', {});
    const desktop = await school.enrolled('Fixe 1', DESKTOP);
    await desktop.client.request('join.takeSeat', {});
    expect((await tools(school).look(TEACHER)).apps).toEqual([
      { name: 'Dessin', apps: [], program: 'Dessin', tablets: 0, computers: 1 },
      { name: 'GeoGebra', apps: [], program: 'GeoGebra', tablets: 0, computers: 2 },
      { name: 'Géographie', apps: [], program: 'Géographie', tablets: 0, computers: 1 },
    ]);
    expect(one.start('dessin')).toBe('done');

    await tools(school).set(TEACHER, ONLY_GEO);
    await became(school, 'Portable 1').toEqual({
      result: { state: 'done', asleep: ['Dessin'], refused: [], closed: ['Dessin'] },
      copy: { state: 'done' },
    });
    await became(school, 'Portable 2').toEqual({
      result: { state: 'done', asleep: ['Géographie'], refused: [], closed: [] },
      copy: { state: 'done' },
    });
    expect(one.limits).toEqual({ apps: { mode: 'only', apps: ['geo'] }, copy: 'blocked' });
    expect(two.limits).toEqual({ apps: { mode: 'only', apps: ['maths-1'] }, copy: 'blocked' });
    expect([one.start('dessin'), two.start('geo'), two.start('maths-1')]).toEqual([
      'not-allowed',
      'not-allowed',
      'done',
    ]);
    for (const [label, why] of [
      ['Tablette 1', 'browser-tablet'],
      ['Fixe 1', 'browser-computer'],
    ] as const)
      expect(named(school, label)).toMatchObject({
        kind: 'browser',
        result: { state: 'impossible', why },
        copy: { state: 'impossible', why },
      });

    await tools(school).set(TEACHER, NOTHING);
    await expect.poll(() => one.limits).toEqual({ apps: { mode: 'all', apps: [] }, copy: 'free' });
    expect(named(school, 'Tablette 1')).not.toHaveProperty('result');
  });

  it('open and close an application by its name where it is; who has it not, may not or is not there is named', async () => {
    const school = await opened();
    const one = await laptop(school, 'Portable 1', [GEO, DRAW]);
    const two = await laptop(school, 'Portable 2', OTHERS);
    await school.enrolled('Fixe 1', DESKTOP);
    const run = async (what: 'start' | 'stop', program: string) =>
      Object.fromEntries(
        (await tools(school).run(TEACHER, { do: what, apps: [], program })).outcomes.map(
          ({ label, outcome }) => [label, outcome.state === 'impossible' ? outcome.why : outcome.state],
        ),
      );
    expect(await run('start', 'geogebra')).toEqual({
      'Portable 1': 'done',
      'Portable 2': 'done',
      'Fixe 1': 'browser-computer',
    });
    expect([[...one.open], [...two.open]]).toEqual([['geo'], ['maths-1']]);
    expect(await run('start', 'Dessin')).toMatchObject({ 'Portable 1': 'done', 'Portable 2': 'no-such-app' });
    expect(await run('stop', 'Dessin')).toMatchObject({ 'Portable 1': 'done' });
    expect([...one.open]).toEqual(['geo']);
    await tools(school).set(TEACHER, { ...NOTHING, mode: 'without', programs: ['Dessin'] });
    await expect.poll(() => one.limits?.apps.mode).toBe('without');
    expect(await run('start', 'Dessin')).toMatchObject({ 'Portable 1': 'resting' });
  });

  it('who comes late, comes back or finds its poste again has the limits of the lesson', async () => {
    const school = await opened();
    await tools(school).set(TEACHER, ONLY_GEO);
    const late = await laptop(school, 'Portable 1', [GEO, DRAW]);
    expect(late.limits?.apps).toEqual({ mode: 'only', apps: ['geo'] });
    await became(school, 'Portable 1').toMatchObject({ result: { state: 'done' } });
    await late.client.close();
    await became(school, 'Portable 1').toMatchObject({
      result: { state: 'no-answer', cause: 'cut' },
      copy: { state: 'no-answer', cause: 'cut' },
    });
    await school.stop();

    const again = await openSchool({ folder: school.folder });
    expect(tools(again).state(TEACHER)).toMatchObject({
      mode: 'only',
      programs: ['GeoGebra'],
      copy: 'blocked',
    });
    const back = await laptop(again, 'Portable 2', [GEO, DRAW]);
    expect(back.limits?.copy).toBe('blocked');
    await became(again, 'Portable 2').toMatchObject({ result: { state: 'done', asleep: ['Dessin'] } });
    await again.classroom.closeLesson(TEACHER);
    await expect.poll(() => back.limits).toBeUndefined();
    expect(existsSync(join(again.folder, 'apps.json'))).toBe(false);
    await again.classroom.open(TEACHER, { mode: 'numbered' });
    expect(tools(again).state(TEACHER)).toMatchObject({ mode: 'all', programs: [], copy: 'free' });
    await back.arrive(back.client);
    expect(back.limits).toEqual({ apps: { mode: 'all', apps: [] }, copy: 'free' });
  });

  it('one that is there and says nothing is said to be hanging; its word counts when it comes', async () => {
    const hand = handTimers(Date.now());
    const school = await opened({ timers: hand, clock: hand.now });
    const { client } = await school.enrolled('Portable 1', DESKTOP);
    await client.request('join.takeSeat', {});
    await client.request('device.tell', { applications: [GEO] });
    await tools(school).set(TEACHER, ONLY_GEO);
    const { turn } = await client.next('device.limits');
    expect(named(school, 'Portable 1')).toMatchObject({ working: true });
    hand.move(8_300);
    expect(named(school, 'Portable 1')?.result).toMatchObject({ state: 'no-answer', cause: 'hanging' });
    // An answer to what is no longer asked says nothing of what is.
    await client.request('device.settled', { turn: turn - 1, outcome: 'done', closed: [] });
    expect(named(school, 'Portable 1')?.result?.state).toBe('no-answer');
    await client.request('device.settled', { turn, outcome: 'still-open', closed: [] });
    expect(named(school, 'Portable 1')).toMatchObject({
      result: { state: 'impossible', why: 'still-open' },
      copy: { state: 'done' },
    });
    await client.request('device.settled', { turn, outcome: 'failed', closed: [] });
    expect(named(school, 'Portable 1')?.copy).toEqual({ state: 'impossible', why: 'failed' });
  });

  it('one that goes while it opens an application is said to be cut off, at once', async () => {
    const school = await opened();
    const { client } = await school.enrolled('Portable 1', DESKTOP);
    await client.request('join.takeSeat', {});
    await client.request('device.tell', { applications: [GEO] });
    const running = tools(school).run(TEACHER, { do: 'start', apps: [], program: 'GeoGebra' });
    await client.next('device.run');
    client.socket.terminate();
    expect((await running).outcomes).toMatchObject([{ outcome: { state: 'no-answer', cause: 'cut' } }]);
  });
});

describe('a computer that lies', () => {
  const refused = async (asked: Promise<unknown>): Promise<string> =>
    asked.then(
      () => 'ok',
      (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : 'cut'),
    );

  it('speaks for itself only: neither the turn nor the order of another is answered by it', async () => {
    const school = await opened();
    const honest = await school.enrolled('Portable 1', DESKTOP);
    const liar = await school.enrolled('Portable 2', DESKTOP);
    for (const { client } of [honest, liar]) {
      await client.request('join.takeSeat', {});
      await client.request('device.tell', { applications: [GEO] });
    }
    await tools(school).set(TEACHER, ONLY_GEO);
    const { turn } = await honest.client.next('device.limits');
    await liar.client.next('device.limits');
    await liar.client.request('device.settled', { turn, outcome: 'done', closed: [] });
    expect(named(school, 'Portable 1')).toMatchObject({ working: true });
    expect(named(school, 'Portable 2')).toMatchObject({ working: true });

    const running = tools(school).run(TEACHER, { do: 'start', apps: [], program: 'GeoGebra' });
    const { order } = await honest.client.next('device.run');
    const own = await liar.client.next('device.run');
    await liar.client.request('device.ran', { order, outcome: 'done' });
    await liar.client.request('device.ran', { order: own.order, outcome: 'failed' });
    await honest.client.request('device.ran', { order, outcome: 'missing' });
    const { outcomes } = await running;
    expect(outcomes.map(({ label, outcome }) => [label, outcome])).toEqual([
      ['Portable 1', { state: 'impossible', why: 'no-such-app' }],
      ['Portable 2', { state: 'impossible', why: 'failed' }],
    ]);
  });

  it('tells no more than a list of a hundred plain names, and closes only what its own list holds', async () => {
    const school = await opened();
    const { client } = await school.enrolled('Portable 1', DESKTOP);
    await client.request('join.takeSeat', {});
    const tell = (applications: InputOf<PupilContract, 'device.tell'>['applications']) =>
      refused(client.request('device.tell', { applications }));
    expect(await tell(Array.from({ length: 101 }, (_, n) => ({ id: `a${n}`, name: `A${n}` })))).toBe(
      'BAD_INPUT',
    );
    expect(await tell([{ id: 'geo', name: 'Geo\u001b[2J' }])).toBe('BAD_INPUT');
    expect(await tell([{ id: '../geo', name: 'Geo' }])).toBe('BAD_INPUT');
    expect(await tell([{ id: 'geo', name: 'x'.repeat(61) }])).toBe('BAD_INPUT');
    expect(
      await tell([
        { id: 'geo', name: '<img src=x onerror=alert(1)>' },
        { id: 'geo', name: 'GeoGebra' },
      ]),
    ).toBe('ok');
    expect((await tools(school).look(TEACHER)).apps.map(({ name }) => name)).toEqual(['GeoGebra']);
    await tools(school).set(TEACHER, ONLY_GEO);
    const { turn } = await client.next('device.limits');
    await client.request('device.settled', { turn, outcome: 'done', closed: ['geo', 'antivirus'] });
    expect(named(school, 'Portable 1')?.result).toMatchObject({ closed: ['GeoGebra'] });
  });

  it('that talks without end is told to wait, and its neighbour is served meanwhile', async () => {
    const school = await opened();
    const liar = await school.enrolled('Portable 2', DESKTOP);
    await liar.client.request('join.takeSeat', {});
    const said: string[] = [];
    for (let n = 0; n < 60; n += 1)
      said.push(
        await refused(liar.client.request('device.settled', { turn: n, outcome: 'done', closed: [] })),
      );
    expect(said).toContain('TRY_LATER');
    const neighbour = await laptop(school, 'Portable 1', [GEO]);
    await tools(school).set(TEACHER, ONLY_GEO);
    await became(school, 'Portable 1').toMatchObject({ result: { state: 'done' } });
    expect(neighbour.limits?.copy).toBe('blocked');
    // Nobody told anything of it: a browser as any other.
    expect(named(school, 'Portable 2')).toMatchObject({ kind: 'browser' });
  });

  it('is wanted nothing of without a lesson, and another lesson does not know what it told', async () => {
    const school = await openSchool();
    const { client } = await school.enrolled('Portable 1', DESKTOP);
    expect(await client.request('device.tell', { applications: [GEO] })).toEqual({});
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    await client.request('device.tell', { applications: [GEO] });
    expect(named(school, 'Portable 1')?.kind).toBe('computer');
    await school.classroom.closeLesson(TEACHER);
    await school.classroom.open(TEACHER, { mode: 'numbered' });
    expect((await tools(school).look(TEACHER)).apps).toEqual([]);
    expect(named(school, 'Portable 1')?.kind).toBe('browser');
  });
});
