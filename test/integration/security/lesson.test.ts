import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import type { Id } from '../../../src/domain/id';
import type { Actor } from '../../../src/domain/rights/actor';
import type { SeatKey } from '../../../src/domain/lesson/model';
import { CLASS, CODE, DESKTOP, HEAD, openSchool, pupilId, TABLET, TEACHER } from '../lan/school';

const COLLEAGUE: Actor = {
  kind: 'staff',
  personId: 'staff_ccccccccccccc',
  grants: [{ role: 'teacher', classIds: ['class_ccccccccccccc'] }],
};
const personal = { class: CLASS, mode: 'personal' } as const;
const handIn = (item: Id<'item'>, letter: string) => ({
  id: `handin_${letter.repeat(13)}` as Id<'handin'>,
  item,
  pupils: [],
  parts: [{ kind: 'text' as const, text: 'ma réponse' }],
});

describe('a device on the school’s Wi-Fi', () => {
  it('does not end the host by resetting its line while it is refused', async () => {
    const school = await openSchool();
    const upgrade = (port: number): string =>
      `GET /pupil HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n';
    const { plainPort, securePort } = school.door;
    const half = { host: '127.0.0.1', allowHalfOpen: true };
    for (let n = 0; n < 5; n += 1) {
      const plain = connect({ ...half, port: plainPort });
      const under = connect({ ...half, port: securePort });
      const closed = [once(plain, 'close'), once(under, 'close')];
      for (const socket of [plain, under]) socket.on('error', () => undefined);
      const secure = connectTls({ socket: under, host: '127.0.0.1', ca: school.root });
      secure.on('error', () => undefined);
      await Promise.all([once(plain, 'connect'), once(secure, 'secureConnect')]);
      plain.write(upgrade(plainPort));
      secure.write(upgrade(securePort));
      // The door has refused and closed its half; ours is cut the hard way.
      await Promise.all([once(plain, 'data'), once(secure, 'data')]);
      plain.resetAndDestroy();
      under.resetAndDestroy();
      await Promise.all(closed);
    }
    // An exception of the door's sockets would fail this run, as it would end the host.
    expect((await (await school.enrolled('Tablette 1')).client.request('join.lesson', {})).open).toBe(false);
  });

  it('is out after its good-bye, so that a revocation misses nothing', async () => {
    const school = await openSchool();
    await school.classroom.open(TEACHER, personal);
    const { client, device } = await school.enrolled('Tablette volée');
    await client.request('door.bye', {});
    await expect(client.request('join.pupils', {})).rejects.toThrow('DEVICE_UNKNOWN');
    await school.devices.revoke(HEAD, device);
    await expect(client.request('join.signIn', { pupil: pupilId(0), code: CODE })).rejects.toThrow(
      'DEVICE_UNKNOWN',
    );
  });

  it('does not fill the teacher’s disk, however many files it announces', async () => {
    const school = await openSchool();
    await school.classroom.open(TEACHER, personal);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const announce = (n: number) =>
      client.request('lesson.upload', {
        upload: `aaaaaaaaaaa${'abcdefghijklmnopqrstuvwxyz234567'.charAt(n)}a`,
        size: 50 * 1024 * 1024,
        type: 'image/png',
      });
    for (let n = 0; n < 8; n += 1) await announce(n);
    await expect(announce(8)).rejects.toThrow('TOO_LARGE');
    // What was announced already goes on.
    expect((await announce(3)).offset).toBe(0);
  });

  it('does not learn a neighbour’s picture code by showing its own in between', async () => {
    const school = await openSchool();
    await school.classroom.open(TEACHER, personal);
    const { client } = await school.enrolled('Tablette 1');
    const guess = () => client.request('join.signIn', { pupil: pupilId(1), code: ['dog', 'dog', 'dog'] });
    for (let n = 0; n < 2; n += 1) await expect(guess()).rejects.toThrow('PICTURE_CODE_WRONG');
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    await client.request('join.leave', {});
    await expect(guess()).rejects.toThrow('PICTURE_CODE_WRONG');
    await expect(guess()).rejects.toThrow('TRY_LATER');
  });
});

describe('a teacher with a modified client', () => {
  it('does not go on seeing the screens of the lesson that a colleague opens next', async () => {
    const school = await openSchool();
    const { client, device } = await school.enrolled('Portable 2', DESKTOP);
    const seat: SeatKey = device;
    await school.classroom.open(TEACHER, personal);
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    await client.request('lesson.shareScreen', { codec: 'vp09' });
    school.classroom.watch(TEACHER, 'window', [{ seat, width: 320 }]);
    await school.classroom.closeLesson(TEACHER);

    await school.classroom.open(COLLEAGUE, { mode: 'numbered' });
    await client.request('join.takeSeat', {});
    await client.request('lesson.shareScreen', { codec: 'vp09' });
    const before = school.frames.length;
    client.sendScreen(Buffer.concat([Buffer.from([0, 1, 0]), Buffer.alloc(60, 1)]));
    // Answered after the frame: what the frame does has been done.
    expect((await client.request('lesson.state', {})).watched).toBe(false);
    expect(school.frames.length).toBe(before);
    expect(() => school.classroom.watch(TEACHER, 'window', [{ seat, width: 320 }])).toThrow('FORBIDDEN');
  });

  it('reads the work of their own lesson only, where a lesson has no class', async () => {
    const school = await openSchool();
    const { client } = await school.enrolled('Tablette 1', TABLET);
    const work = async (who: Actor, letter: string) => {
      await school.classroom.open(who, { mode: 'numbered' });
      await client.request('join.takeSeat', {});
      const item = await school.classroom.send(who, {
        kind: 'page',
        title: 'Devoir',
        url: 'https://example.fr/',
        answer: true,
        to: 'all',
      });
      await client.request('lesson.handIn', handIn(item, letter));
    };
    await work(TEACHER, 'a');
    await school.classroom.closeLesson(TEACHER);
    await work(COLLEAGUE, 'b');
    const list = await school.classroom.work.list(COLLEAGUE, {});
    expect(list.map(({ id }) => id)).toEqual(['handin_bbbbbbbbbbbbb']);
    await expect(
      school.classroom.work.detail(COLLEAGUE, 'window', 'handin_aaaaaaaaaaaaa', undefined),
    ).rejects.toThrow('NOT_FOUND');
    await expect(school.classroom.work.list(TEACHER, {})).rejects.toThrow('FORBIDDEN');
  });
});
