import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as v from 'valibot';
import { describe, expect, it, onTestFinished } from 'vitest';
import { systemTimers, type Timers } from '../../cart/timers';
import { applicationsSchema, createApplications, readApplications } from './applications';

const one = (over: object = {}) => ({
  id: 'calcul',
  name: 'Calcul',
  program: '/bin/sleep',
  arguments: ['600'],
  ...over,
});
const file = (...applications: object[]) => ({ v: 1, applications });

async function folderWith(content: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-apps-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'applications.json'), content);
  return folder;
}
async function bench(...applications: object[]) {
  const open: number[] = [];
  const folder = await folderWith(JSON.stringify(file(...applications)));
  // The patience with what does not listen is cut short; the rest takes the time it takes.
  const timers: Timers = {
    ...systemTimers,
    after: (ms, run) => systemTimers.after(ms === 4_000 ? 200 : ms, run),
  };
  const made = createApplications({ folder, timers, changed: (n) => open.push(n) });
  onTestFinished(async () => {
    await made.settle({ apps: { mode: 'only', apps: [] }, copy: 'free' });
  });
  return { made, open };
}
const only = (...apps: string[]) => ({ apps: { mode: 'only' as const, apps }, copy: 'free' as const });

describe('the applications of a computer in pupil mode', () => {
  it('are read from what the technician wrote, and from nothing else', async () => {
    expect(v.is(applicationsSchema, file(one()))).toBe(true);
    for (const wrong of [
      file(one({ program: 'sleep' })),
      file(one({ program: '../../bin/sh' })),
      file(one({ id: 'Calcul !' })),
      file(one({ name: 'a\u0000b' })),
      file(one({ arguments: ['x'.repeat(500)] })),
      file(one({ shell: true })),
      file(one(), one()),
      { v: 2, applications: [] },
      [],
    ])
      expect([JSON.stringify(wrong).slice(0, 90), v.is(applicationsSchema, wrong)]).toEqual([
        JSON.stringify(wrong).slice(0, 90),
        false,
      ]);
    expect(await readApplications(await folderWith('{'))).toEqual([]);
    expect(await readApplications(await folderWith(JSON.stringify(file(one())).padEnd(70_000)))).toEqual([]);
    expect(await readApplications(join(tmpdir(), 'preau-none'))).toEqual([]);
  });

  it('start only in a lesson that allows them, once, and are told when they end', async () => {
    const { made, open } = await bench(one(), one({ id: 'absent', program: '/nowhere/absent' }));
    expect(await made.start('calcul')).toBe('not-allowed');
    await made.settle(only('calcul', 'absent'));
    expect(await made.start('calcul')).toBe('started');
    expect(await made.start('calcul')).toBe('started');
    expect(await made.start('absent')).toBe('missing');
    expect(await made.start('inconnu')).toBe('missing');
    expect((await made.list()).open).toEqual(['calcul']);
    expect(await made.stop('calcul')).toBe('stopped');
    expect(await made.stop('calcul')).toBe('not-open');
    expect(open.at(-1)).toBe(0);
  });

  it('are closed once they are no longer allowed, also those that do not listen', async () => {
    const ears = join(await folderWith('{}'), 'closed');
    const script = `trap "" TERM; touch "${ears}"; while :; do sleep 1; done`;
    const deaf = one({ id: 'sourd', program: '/bin/sh', arguments: ['-c', script] });
    const { made } = await bench(one(), deaf);
    await made.settle(only('calcul', 'sourd'));
    await made.start('calcul');
    await made.start('sourd');
    await expect.poll(() => existsSync(ears)).toBe(true);
    expect(await made.settle(only('calcul'))).toEqual({ apps: 'done', copy: 'done', closed: ['sourd'] });
    expect((await made.list()).open).toEqual(['calcul']);
    expect(await made.settle({ ...only('calcul'), copy: 'blocked' })).toMatchObject({ closed: [] });
    expect(made.copy).toBe('blocked');
  });

  it('start no more after the lesson, when copies are free again and what was open is asked to close', async () => {
    const { made, open } = await bench(one());
    await made.settle({ ...only('calcul'), copy: 'blocked' });
    await made.start('calcul');
    made.release();
    expect(made.copy).toBe('free');
    await expect.poll(() => open.at(-1)).toBe(0);
    expect(await made.start('calcul')).toBe('not-allowed');
  });
});
