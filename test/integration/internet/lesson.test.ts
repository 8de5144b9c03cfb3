import { describe, expect, it } from 'vitest';
import type { Actor } from '../../../src/domain/rights/actor';
import type { InternetState } from '../../../src/contract/staff/internet';
import { CLASS, handTimers, openSchool, TEACHER, type Enrolled, type TestSchool } from '../lan/school';
import { get, openSite, resolve, rooted, tunnel, WHY_NOT } from './world';

const FILTER = { host: '127.0.0.1', port: 0, resolve };
const open = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
const internet = (school: TestSchool) => school.classroom.tools.internet;
const state = (school: TestSchool): InternetState => internet(school).state(TEACHER);
const portOf = (school: TestSchool): number => Number(state(school).proxy?.split(':')[1]);
/** What a device whose system knows the filter does with the door's question. */
async function obey(school: TestSchool, { client }: Enrolled): Promise<void> {
  const { url } = await client.next('internet.probe');
  expect(await tunnel(portOf(school), `${new URL(url).hostname}:443`)).toBe(403);
}

describe('the Internet of a lesson', () => {
  it('says of each device whether it really passes by the filter: seen there, or not', async () => {
    const timers = handTimers(Date.now());
    const school = await openSchool({ filter: FILTER, timers });
    const [obedient, other] = [await school.enrolled('Tablette 1'), await school.enrolled('Tablette 2')];
    await open(school);
    await obey(school, obedient);
    await other.client.next('internet.probe');
    expect(state(school).seats).toMatchObject([{ seat: obedient.device, way: 'filtered' }]);
    timers.move(5_000);
    expect(state(school).seats).toMatchObject([
      { seat: obedient.device, way: 'filtered' },
      { seat: other.device, way: 'direct' },
    ]);
  });

  it('is cut, then a list, then open, and every device is told', async () => {
    const school = await openSchool({ filter: FILTER });
    const { client } = await school.enrolled('Tablette 1');
    await open(school);
    await internet(school).set(TEACHER, { mode: 'off', sites: [] });
    expect(await client.next('internet.changed')).toEqual({ mode: 'off' });
    expect(await client.request('internet.state', {})).toEqual({ mode: 'off' });
    expect((await get(portOf(school), 'http://fr.vikidia.test.org/')).text).toContain('en pause');
    const set = await internet(school).set(TEACHER, {
      mode: 'list',
      sites: ['https://www.exemple.test.org/page', ''],
    });
    expect(set.sites).toEqual(['exemple.test.org']);
    await expect(
      internet(school).set(TEACHER, { mode: 'list', sites: ['pas un site'] }),
    ).rejects.toMatchObject({
      code: 'SITE_UNKNOWN',
    });
    expect(state(school)).toMatchObject({ mode: 'list', sites: ['exemple.test.org'] });
  });

  it('tells the device that was refused, in its page, and the teacher names of sites without a child', async () => {
    const school = await openSchool({ filter: FILTER });
    const { client, device } = await school.enrolled('Tablette 1');
    await open(school);
    await internet(school).set(TEACHER, { mode: 'list', sites: [] });
    for (let n = 0; n < 3; n += 1) await tunnel(portOf(school), 'jeux.test.org:443');
    expect(await client.next('internet.refused')).toEqual({ why: 'not-listed' });
    expect(state(school).refused).toEqual([{ host: 'jeux.test.org', times: 3 }]);
    expect(JSON.stringify(state(school).refused)).not.toContain(device);
    // A second device behind the same address: nobody is told what another one asked.
    const second = await school.enrolled('Tablette 2');
    await tunnel(portOf(school), 'jeux.test.org:443');
    await second.client.request('internet.state', {});
    expect(
      await Promise.race([second.client.next('internet.refused'), second.client.request('join.lesson', {})]),
    ).toMatchObject({ open: true });
  });

  it.skipIf(!rooted)(`opens the pages that were sent, under a list too ${WHY_NOT}`, async () => {
    await openSite();
    const school = await openSchool({ filter: FILTER });
    await open(school);
    await internet(school).set(TEACHER, { mode: 'list', sites: [] });
    expect((await get(portOf(school), 'http://fr.vikidia.test.org/')).status).toBe(403);
    await school.classroom.send(TEACHER, {
      kind: 'page',
      title: 'Le chat',
      url: 'http://fr.vikidia.test.org/wiki/Chat',
      answer: false,
      to: 'all',
    });
    expect((await get(portOf(school), 'http://fr.vikidia.test.org/')).status).toBe(200);
    expect(state(school).ofPages).toEqual(['fr.vikidia.test.org']);
  });

  it('comes back with the end of the lesson, and is the same after a restart in the middle of one', async () => {
    const first = await openSchool({ filter: FILTER });
    await open(first);
    await internet(first).set(TEACHER, { mode: 'list', sites: ['vikidia.test.org'] });
    await first.stop();
    const second = await openSchool({ folder: first.folder, filter: FILTER });
    expect(state(second)).toMatchObject({ mode: 'list', sites: ['vikidia.test.org'] });
    const port = portOf(second);
    await second.classroom.closeLesson(TEACHER);
    // Open again for everybody, and still a filter: who found it closed would go round it for minutes.
    expect((await get(port, 'http://inconnu.test.org/')).status).toBe(404);
    await open(second);
    expect(state(second)).toMatchObject({ mode: 'on', sites: [] });
  });

  it('is another lesson’s no more once the poste was lost in the middle of one', async () => {
    const first = await openSchool({ filter: FILTER });
    await open(first);
    await internet(first).set(TEACHER, { mode: 'off', sites: [] });
    const port = portOf(first);
    await first.stop();
    // The poste is gone: nothing listens, and the device's own file says to go straight then.
    await expect(get(port, 'http://fr.vikidia.test.org/')).rejects.toThrow();
    expect(internet(first).pac()).not.toContain('PROXY');
  });

  it('is nobody else’s to set, and no pupil’s', async () => {
    const school = await openSchool({ filter: FILTER });
    const { client } = await school.enrolled('Tablette 1');
    await open(school);
    const other: Actor = {
      kind: 'staff',
      personId: 'staff_ccccccccccccc',
      grants: [{ role: 'teacher', classIds: [CLASS] }],
    };
    await expect(internet(school).set(other, { mode: 'off', sites: [] })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(client.request('internet.set' as 'internet.state', {})).rejects.toThrow();
  });
});
