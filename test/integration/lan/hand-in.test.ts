import { describe, expect, it } from 'vitest';
import { idFrom } from '../../../src/domain/id';
import { randomBytes, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { HandInSummary } from '../../../src/contract/staff/classroom';
import { ask } from './https';
import { CLASS, CODE, openSchool, pupilId, TEACHER, type TestSchool } from './school';

const open = async (school: TestSchool) => {
  await school.classroom.open(TEACHER, { class: CLASS, mode: 'personal' });
  const file = await school.files.store(Readable.from([Buffer.from('%PDF-1.7 '.repeat(100))]));
  const item = await school.classroom.send(TEACHER, {
    kind: 'pdf',
    title: 'Fiche de maths',
    file: { ...file, type: 'application/pdf' },
    answer: true,
    to: 'all',
  });
  return { item, file };
};
const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), randomBytes(699_996)]);
const upload = 'bcdefghijklmn';
const drawing = {
  kind: 'drawing' as const,
  page: 1,
  strokes: [
    {
      colour: 'blue' as const,
      width: 2,
      points: [
        [10, 10],
        [500, 500],
      ] as [number, number][],
    },
  ],
};

describe('documents', () => {
  it('reach a device by its own ticket, in ranges, and nobody after the lesson', async () => {
    const school = await openSchool();
    const { item, file } = await open(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const { items } = await client.request('lesson.state', {});
    const sent = items.find((one) => one.id === item);
    expect(sent).toMatchObject({ size: 900, sha256: file.sha256, answer: true });
    const path = sent?.url ?? '';
    const whole = await ask(school, path);
    expect(whole).toMatchObject({ status: 200 });
    const part = await ask(school, path, { headers: { range: 'bytes=890-' } });
    expect(part).toMatchObject({ status: 206, headers: { 'content-range': 'bytes 890-899/900' } });
    if (whole !== 'cut' && part !== 'cut') expect(whole.body.subarray(890)).toEqual(part.body);
    expect(await ask(school, `${path}x`)).toMatchObject({ status: 404 });
    expect(await ask(school, `/files/${file.sha256}`)).toMatchObject({ status: 404 });
    await school.classroom.closeLesson(TEACHER);
    expect(await ask(school, path)).toMatchObject({ status: 404 });
  });
});

describe('hand-ins', () => {
  it('resume an upload cut in the middle, arrive named, once, and survive a restart of the poste', async () => {
    const school = await openSchool();
    const { item } = await open(school);
    const { client, key, keyId, device } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const order = { upload, size: photo.length, type: 'image/jpeg' as const };
    const first = await client.request('lesson.upload', order);
    expect(first.offset).toBe(0);
    await ask(school, `${first.path}?offset=0`, { method: 'PUT', body: photo, cutAfter: 400_000 });
    const handIn = {
      id: idFrom('handin', randomBytes(9)),
      item,
      pupils: [pupilId(0)],
      parts: [{ kind: 'file' as const, upload, name: 'cahier.jpg' }, drawing],
    };
    await expect(client.request('lesson.handIn', handIn)).rejects.toThrow('UPLOAD_BROKEN');

    // The poste is stopped in the middle; the device comes back with its key and goes on.
    await school.stop();
    const second = await openSchool({ folder: school.folder });
    const state = second.classroom.state(TEACHER).lesson;
    expect(state?.seats).toMatchObject([{ key: device, pupils: [{ name: 'Léa' }], presence: 'silent' }]);
    const back = await second.connect();
    // Another origin after a restart on another port: a real poste keeps its port, the test does not.
    const { code } = second.devices.startEnrolment(TEACHER, { device });
    await back.hello();
    await back.request('door.enrol', { code, publicKey: key.publicKey });
    expect(keyId).toBeTruthy();
    expect((await back.request('join.lesson', {})).here).toMatchObject({
      joined: true,
      pupils: [{ name: 'Léa' }],
    });
    const again = await back.request('lesson.upload', order);
    expect(again.offset).toBeGreaterThan(0);
    expect(again.offset).toBeLessThanOrEqual(400_000);
    const wrong = await ask(second, `${again.path}?offset=${again.offset + 5}`, {
      method: 'PUT',
      body: photo.subarray(0, 10),
    });
    expect(wrong).toMatchObject({ status: 409 });
    const rest = await ask(second, again.path, {
      method: 'PUT',
      body: photo.subarray(again.offset),
      headers: { 'content-range': `bytes ${again.offset}-${photo.length - 1}/${photo.length}` },
    });
    expect(rest).toMatchObject({ status: 200 });
    const receipt = await back.request('lesson.handIn', handIn);
    expect(receipt.version).toBe(1);
    expect(await back.request('lesson.handIn', handIn)).toEqual(receipt);
    const said = await second.heard.until<HandInSummary>('classroom.handedIn');
    expect(said).toMatchObject({ authors: ['Léa'], title: 'Fiche de maths', parts: ['file', 'drawing'] });
    const next = { ...handIn, id: idFrom('handin', randomBytes(9)), parts: [drawing] };
    expect((await back.request('lesson.handIn', next)).version).toBe(2);
    await expect(
      back.request('lesson.handIn', { ...next, id: idFrom('handin', randomBytes(9)), pupils: [pupilId(3)] }),
    ).rejects.toThrow('FORBIDDEN');

    await second.stop();
    const third = await openSchool({ folder: school.folder });
    const list = await third.classroom.work.list(TEACHER, { class: CLASS });
    expect(list.map((one) => [one.authors, one.version])).toEqual([
      [['Léa'], 2],
      [['Léa'], 1],
    ]);
    const detail = await third.classroom.work.detail(TEACHER, 'window', handIn.id, CLASS);
    expect(detail.files[upload]).toMatchObject({
      name: 'cahier.jpg',
      size: photo.length,
      sha256: createHash('sha256').update(photo).digest('hex'),
    });
  });

  it('keep nothing of what passes the announced size', async () => {
    const school = await openSchool();
    await open(school);
    const { client } = await school.enrolled('Tablette 1');
    await client.request('join.signIn', { pupil: pupilId(0), code: CODE });
    const { path } = await client.request('lesson.upload', { upload, size: 1000, type: 'image/png' });
    const over = await ask(school, path, { method: 'PUT', body: Buffer.alloc(2000) });
    expect(over).toMatchObject({ status: 413 });
    expect(await ask(school, path, { method: 'HEAD' })).toMatchObject({ headers: { 'x-offset': '0' } });
  });
});
