import { describe, expect, it } from 'vitest';
import { makePupilKey } from '../../../src/demo/pupils/keys';
import { connectPupil } from '../../../src/demo/pupils/client';
import { CLASS, CODE, HEAD, openSchool, pupilId, TABLET, TEACHER, type TestSchool } from './school';

const openLesson = (school: TestSchool) => school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });

describe('the door', () => {
  it('lets an enrolled device in by its key, and nobody by another', async () => {
    const school = await openSchool();
    const { client, key, keyId, device } = await school.enrolled('Tablette 7');
    await client.close();
    const again = await school.connect();
    expect((await again.enter(key, keyId)).device).toEqual({ id: device, label: 'Tablette 7' });

    const thief = await school.connect();
    await expect(thief.enter(makePupilKey(), keyId)).rejects.toThrow('DEVICE_UNKNOWN');
    // A proof is good once, for its own challenge.
    const replay = await school.connect();
    const { challenge } = await replay.hello(keyId);
    const signature = key.prove(challenge, school.origin);
    await replay.request('door.prove', { signature });
    await expect(replay.request('door.prove', { signature })).rejects.toThrow('DEVICE_UNKNOWN');
    const elsewhere = await school.connect();
    const other = await elsewhere.hello(keyId);
    await expect(
      elsewhere.request('door.prove', { signature: key.prove(other.challenge, 'https://10.0.0.9:8443') }),
    ).rejects.toThrow('DEVICE_UNKNOWN');
  });

  it('takes a code once; the same key may ask again; wrong codes cost time and lock nobody out', async () => {
    let now = Date.now();
    const school = await openSchool({ clock: () => now });
    const { code } = school.devices.startEnrolment(TEACHER, { label: 'Tablette 1', kind: 'tablet' });
    const key = makePupilKey();
    const first = await school.connect();
    await first.hello();
    const enrolled = await first.request('door.enrol', { code, publicKey: key.publicKey });
    const retry = await school.connect();
    await retry.hello();
    expect(await retry.request('door.enrol', { code, publicKey: key.publicKey })).toEqual(enrolled);
    const second = await school.connect();
    await second.hello();
    const other = makePupilKey().publicKey;
    for (let n = 0; n < 3; n += 1)
      await expect(second.request('door.enrol', { code, publicKey: other })).rejects.toThrow(
        'ENROLMENT_WRONG',
      );
    await expect(second.request('door.enrol', { code, publicKey: other })).rejects.toThrow('TRY_LATER');
    now += 3_000;
    const next = school.devices.startEnrolment(TEACHER, { label: 'Tablette 2', kind: 'tablet' });
    await second.request('door.enrol', { code: next.code.toLowerCase(), publicKey: other });
    expect(school.devices.list(TEACHER).map((one) => [one.label, one.enrolled])).toEqual([
      ['Tablette 1', 'here'],
      ['Tablette 2', 'here'],
    ]);
  });

  it('recognises a known device by its label instead of making a twin', async () => {
    const school = await openSchool();
    const { device } = await school.enrolled('Tablette 4');
    const again = await school.enrolled('tablette 04');
    expect(again.device).toBe(device);
    expect(school.devices.list(TEACHER)).toHaveLength(1);
  });

  it('puts a revoked device out at once, and tells it so only when it proves who it is', async () => {
    const school = await openSchool();
    const { client, key, keyId, device } = await school.enrolled('Tablette 9');
    await expect(school.devices.revoke(TEACHER, device)).rejects.toThrow('FORBIDDEN');
    await school.devices.revoke(HEAD, device);
    expect(await client.next('door.closing')).toEqual({ reason: 'revoked' });
    expect(await client.closed).toBe(4001);
    const back = await school.connect();
    await expect(back.enter(key, keyId)).rejects.toThrow('DEVICE_REVOKED');
  });

  it('tells a device that is not enrolled nothing of the class', async () => {
    const school = await openSchool();
    await openLesson(school);
    const stranger = await school.connect();
    const hello = await stranger.hello('unknown');
    expect(hello.known).toBe(false);
    for (const [method, input] of [
      ['join.pupils', {}],
      ['join.lesson', {}],
      ['lesson.state', {}],
      ['join.signIn', { pupil: pupilId(0), code: CODE }],
      ['homework.list', {}],
    ] as const)
      await expect(stranger.request(method, input)).rejects.toThrow('DEVICE_UNKNOWN');
    const raw = stranger.request as (method: string, input: unknown) => Promise<unknown>;
    await expect(raw('classroom.state', {})).rejects.toThrow('DEVICE_UNKNOWN');
  });

  it('knows no staff request even for a device that is in', async () => {
    const school = await openSchool();
    const { client } = await school.enrolled('Tablette 1');
    const raw = client.request as (method: string, input: unknown) => Promise<unknown>;
    for (const method of [
      'classroom.state',
      'session.redeem',
      'people.pupils',
      'constructor.name',
      '__proto__.x',
    ])
      await expect(raw(method, {})).rejects.toThrow('UNKNOWN_METHOD');
  });

  it('gives a visitor a number, and leaks nothing: no names, no list, no work', async () => {
    const school = await openSchool();
    await openLesson(school);
    const { code } = school.classroom.joinCode(TEACHER);
    const visitor = await connectPupil({
      origin: `http://127.0.0.1:${school.door.plainPort}`,
      capabilities: { ...TABLET, keys: false },
    });
    await visitor.hello();
    await expect(visitor.request('door.visit', { code: 'ZZZZZ' })).rejects.toThrow('LESSON_CODE_WRONG');
    expect(await visitor.request('door.visit', { code })).toEqual({ number: 1 });
    expect(await visitor.request('join.takeSeat', {})).toEqual({ number: 1 });
    await school.classroom.send(TEACHER, {
      kind: 'page',
      title: 'Carte',
      url: 'https://exemple.fr/',
      answer: true,
      to: 'all',
    });
    const state = await visitor.request('lesson.state', {});
    expect(state.items).toMatchObject([{ title: 'Carte', answer: false }]);
    for (const [method, input] of [
      ['join.pupils', {}],
      ['join.signIn', { pupil: pupilId(0), code: CODE }],
      ['homework.list', {}],
      ['lesson.upload', { upload: 'a'.repeat(13), size: 10, type: 'image/png' }],
      ['door.enrol', { code: 'AAAAAAAAAA', publicKey: makePupilKey().publicKey }],
    ] as const)
      await expect(visitor.request(method, input)).rejects.toThrow('VISITOR_ONLY');
    expect(JSON.stringify([state, await visitor.request('join.lesson', {})])).not.toMatch(/Léa|Hugo|Inès/);
  });

  it('speaks only to its own pages', async () => {
    const school = await openSchool();
    const { WebSocket } = await import('ws');
    const refused = new WebSocket(`wss://127.0.0.1:${school.door.securePort}/pupil`, {
      ca: school.root,
      origin: 'https://attaquant.exemple',
    });
    const status = await new Promise((resolve) => {
      refused.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      refused.on('error', () => undefined);
    });
    expect(status).toBe(403);
  });
});
