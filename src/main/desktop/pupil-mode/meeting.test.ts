import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIntermediate, createLeaf, createSchoolRoot } from '../../devices/ca';
import { systemTimers } from '../../cart/timers';
import { textOf, type DoorAddress, type Visit } from './door-visit';
import { createLeaveCode } from './leave-code';
import { createMeeting } from './meeting';
import { openMemory } from './memory';
import { printOf } from './trust';

const read = (pem: string): X509Certificate => new X509Certificate(pem);
const A: DoorAddress = { host: '10.0.0.1', port: 8443 };
const B: DoorAddress = { host: '10.0.0.2', port: 8443 };
const NOW = Date.now();

function school() {
  const root = createSchoolRoot('0750001A', NOW);
  return (door: DoorAddress, poste: string): Visit => {
    const own = createIntermediate(root, '0750001A', poste, NOW);
    const leaf = createLeaf(own, poste, { host: `preau-${poste}.local`, addresses: [door.host] }, NOW);
    return {
      door,
      name: poste,
      root: read(root.certificate),
      chain: [read(leaf.certificate), read(own.certificate)],
    };
  };
}
async function bench() {
  const folder = await mkdtemp(join(tmpdir(), 'preau-meeting-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const memory = await openMemory(folder);
  const there = new Map<string, Visit>();
  const opened: string[] = [];
  const meeting = createMeeting({
    memory,
    code: createLeaveCode(memory, systemTimers.now),
    timers: systemTimers,
    look: () => Promise.resolve([...there.values()].map(({ door }) => door)),
    visit: (door) => Promise.resolve(there.get(textOf(door))),
    open: (door) => opened.push(textOf(door)),
    changed: () => undefined,
  });
  onTestFinished(() => meeting.stop());
  const stands = (...visits: Visit[]): void => {
    there.clear();
    for (const visit of visits) there.set(textOf(visit.door), visit);
  };
  return { folder, memory, meeting, opened, stands };
}

describe('finding the teacher’s computer', () => {
  it('shows the print of the first one, pins it only under that print, and remembers', async () => {
    const { folder, meeting, opened, stands } = await bench();
    const visit = school()(A, 'k3zq');
    stands(visit);
    await meeting.look();
    expect(meeting.state).toMatchObject({ at: 'meeting', print: printOf(visit.root) });
    await meeting.trust('0000 0000 0000 0000', '1234');
    expect(opened).toEqual([]);
    await meeting.trust(printOf(visit.root), '1234');
    expect(opened).toEqual(['10.0.0.1:8443']);
    const kept = (await openMemory(folder)).now;
    expect(kept.root).toBe(visit.root.toString());
    expect(kept.doors).toEqual(['10.0.0.1:8443']);
    await meeting.look();
    expect(opened).toHaveLength(2);
  });

  it('lets one choose between two of the school, the last one first, and passes another school over', async () => {
    const { memory, meeting, opened, stands } = await bench();
    const make = school();
    await memory.set({ root: make(A, 'k3zq').root.toString(), doors: [textOf(B)] });
    stands(make(A, 'k3zq'), make(B, 'b7xx'), school()({ host: '10.0.0.3', port: 1 }, 'zzzz'));
    await meeting.look();
    expect(meeting.state).toMatchObject({
      at: 'choose',
      doors: [
        { name: 'b7xx', last: true },
        { name: 'k3zq', last: false },
      ],
    });
    await meeting.go('10.0.0.1');
    expect(opened).toEqual(['10.0.0.1:8443']);
  });

  it('refuses a school that is not the pinned one, in words, by search and by address', async () => {
    const { memory, meeting, opened, stands } = await bench();
    await memory.set({ root: school()(A, 'k3zq').root.toString() });
    stands(school()(A, 'k3zq'));
    await meeting.look();
    expect(meeting.state).toMatchObject({ at: 'problem', why: 'other-school' });
    await meeting.go('10.0.0.1:8443');
    expect(meeting.state).toMatchObject({ at: 'problem', why: 'other-school' });
    await meeting.go('10.0.0.9');
    expect(meeting.state).toMatchObject({ at: 'problem', why: 'no-answer' });
    await meeting.go('https://exemple.fr');
    expect(meeting.state).toMatchObject({ at: 'problem', why: 'address' });
    expect(opened).toEqual([]);
  });

  it('follows its class’s computer to another address while the line is lost, and nobody else’s', async () => {
    const { memory, meeting, opened, stands } = await bench();
    const make = school();
    await memory.set({ root: make(A, 'k3zq').root.toString() });
    stands(make(A, 'k3zq'));
    await meeting.look();
    stands(make(B, 'b7xx'));
    await meeting.follow();
    expect(opened).toEqual(['10.0.0.1:8443']);
    stands(make(B, 'k3zq'));
    await meeting.follow();
    expect(opened).toEqual(['10.0.0.1:8443', '10.0.0.2:8443']);
  });

  it('takes a file that is not its own for none', async () => {
    const { folder, memory } = await bench();
    await memory.set({ doors: ['10.0.0.1:8443'] });
    await writeFile(join(folder, 'pupil-mode.json'), '{"v":1,"root":7}');
    expect((await openMemory(folder)).now).toEqual({ v: 1, doors: [] });
  });
});
