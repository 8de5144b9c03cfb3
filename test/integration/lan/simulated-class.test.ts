import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { LessonView } from '../../../src/contract/staff/classroom';
import { openSimulatedClass } from '../../../src/demo/pupils';
import type { Ask } from '../../../src/demo/seed';
import { systemTimers } from '../../../src/main/cart/timers';
import { isScreenChunk } from '../../../src/main/classroom/media-hub';
import { CLASS, openSchool, TEACHER } from './school';

describe('the simulated class', () => {
  it('enrols, joins, works and streams over the true door', async () => {
    const school = await openSchool();
    for (let n = 1; n <= 3; n += 1) await (await school.enrolled(`Tablette ${n}`)).client.close();
    await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal', pictureCode: false });
    const ask = ((method: string, input: never) =>
      Promise.resolve(
        method === 'devices.list'
          ? { devices: school.devices.list(TEACHER) }
          : school.devices.startEnrolment(TEACHER, input),
      )) as Ask;
    const folder = join(school.folder, 'demo');
    mkdirSync(folder);
    const simulated = await openSimulatedClass({
      ask,
      origin: school.origin,
      root: school.root,
      folder,
      timers: systemTimers,
      seed: 1,
    });
    onTestFinished(() => simulated.close());
    expect(simulated.devices).toBe(15);
    const full = await school.heard.until<{ lesson?: LessonView }>(
      'classroom.changed',
      ({ lesson }) => lesson !== undefined,
    );
    expect(full.lesson?.mode).toBe('personal');
    const computer = await new Promise<string>((resolve) => {
      const look = (): void => {
        const seats = school.classroom.state(TEACHER).lesson?.seats ?? [];
        const sharing = seats.find((seat) => seat.sharing);
        if (seats.filter((seat) => seat.joined).length >= 5 && sharing) resolve(sharing.key);
      };
      school.heard.on('classroom.seats', look);
      school.heard.on('classroom.changed', look);
      look();
    });
    school.classroom.watch(TEACHER, 'window', [{ seat: computer as `device_${string}`, width: 240 }]);
    await new Promise<void>((resolve) => {
      const look = (): void => (school.frames.length >= 2 ? resolve() : void setImmediate(look));
      look();
    });
    const first = school.frames[0] ?? Buffer.alloc(1);
    expect(isScreenChunk(first.subarray(1 + computer.length))).toBe(true);
    // The first frame a window sees is a whole one.
    expect(first.readUInt8(1 + computer.length + 1) & 1).toBe(1);
  });
});
