import { Readable } from 'node:stream';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { HandInSummary } from '../../../src/contract/staff/classroom';
import { CLASS, TEACHER, type TestSchool } from '../../integration/lan/school';
import { useRealClass } from './real-class';

/** Thirty seconds of a quiet tone: 8 kHz, 16 bits. */
function song(seconds = 30): Buffer {
  const rate = 8_000;
  const data = Buffer.alloc(rate * 2 * seconds);
  for (let at = 0; at < rate * seconds; at += 1)
    data.writeInt16LE(Math.round(Math.sin(at / 6) * 900), at * 2);
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + data.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}
const send = async (school: TestSchool, kind: 'audio' | 'video' | 'text', type: string, bytes: Buffer) => {
  const file = { ...(await school.files.store(Readable.from([bytes]))), type };
  return school.classroom.send(TEACHER, { kind, title: 'La comptine', answer: true, file, to: 'all' });
};
const sheet = (school: TestSchool) => send(school, 'text', 'text/plain', Buffer.from('Raconte ta journée.'));
const outcome = (school: TestSchool) =>
  school.classroom
    .state(TEACHER)
    .lesson?.items.at(-1)
    ?.outcomes.map(({ state, why }) => why ?? state);
/** As long as the tablet's own counter says, in seconds. */
async function record(page: Page, what: 'Dire avec la voix' | 'Filmer', seconds: number): Promise<void> {
  await page.getByRole('button', { name: what }).tap();
  const box = page.getByRole('dialog');
  await box.getByText('Ça enregistre').waitFor();
  const left = async (): Promise<number> =>
    Number(/\d+/.exec(await box.locator('.p-record-left').innerText())?.[0]);
  const until = (await left()) - seconds;
  await expect.poll(left).toBeLessThanOrEqual(until);
  await box.getByRole('button', { name: 'C’est dit' }).tap();
  await box.getByRole('button', { name: 'Je garde' }).tap();
}
const list = (school: TestSchool) => school.classroom.work.list(TEACHER, { class: CLASS });

describe('sound and pictures on a tablet', () => {
  const real = useRealClass();

  it('are played in the app, from anywhere in them; what a tablet cannot play is said for that tablet', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await send(school, 'audio', 'audio/wav', song());
    await page.getByRole('button', { name: 'Lire' }).tap();
    await expect
      .poll(() => page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0))
      .toBeGreaterThan(0.2);
    await page.getByText('/ 0:30').waitFor();
    await page.getByLabel('Où on en est').fill('25');
    await expect
      .poll(() => page.evaluate(() => document.querySelector('audio')?.currentTime ?? 0))
      .toBeGreaterThan(25);
    await page.getByRole('button', { name: 'Pause' }).tap();
    expect(await page.evaluate(() => document.querySelector('audio')?.paused)).toBe(true);
    await expect.poll(() => outcome(school)).toEqual(['done']);

    await send(
      school,
      'video',
      'video/x-matroska',
      Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3]), song(1)]),
    );
    await page.getByText('Cette tablette ne sait pas le lire').waitFor();
    await expect.poll(() => outcome(school)).toEqual(['not-supported']);
    // The right kind, and bytes that are not: another cause.
    await send(school, 'audio', 'audio/mpeg', Buffer.concat([Buffer.from('ID3'), Buffer.alloc(9_000, 7)]));
    await expect.poll(() => outcome(school)?.[0]).toMatch(/broken|not-supported/);
  });

  it('are recorded, heard again, handed in: a line cut and a poste stopped in mid-upload lose nothing', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Noé', 'Zoé');
    const item = await sheet(school);
    await page.getByText('Raconte ta journée.').waitFor();
    await record(page, 'Dire avec la voix', 2);
    await page.getByLabel('Ta voix 1').waitFor();
    await record(page, 'Filmer', 6);

    const slow = await page.context().newCDPSession(page);
    await slow.send('Network.enable');
    const line = { latency: 5, downloadThroughput: 2_000_000, uploadThroughput: 60_000, offline: false };
    await slow.send('Network.emulateNetworkConditions', line);
    await page.getByRole('button', { name: 'J’ai fini' }).tap();
    await page.waitForRequest((request) => request.method() === 'PUT');
    await slow.send('Network.emulateNetworkConditions', { ...line, offline: true });
    await page.getByText('Ton travail est gardé').waitFor();
    expect(await list(school)).toEqual([]);
    await slow.send('Network.emulateNetworkConditions', line);
    await page.waitForRequest((request) => request.method() === 'PUT');
    const { folder, door } = school;
    await school.stop();
    await page.getByText('Ton travail est gardé').waitFor();
    const again = await real.open({ folder, securePort: door.securePort });
    await slow.send('Network.emulateNetworkConditions', { ...line, uploadThroughput: 5_000_000 });
    await page.getByText('C’est arrivé').waitFor({ timeout: 30_000 });

    const [work] = await list(again);
    expect(work).toMatchObject({ authors: ['Noé', 'Zoé'], version: 1, parts: ['file', 'file'] });
    expect(await list(again)).toHaveLength(1);
    const detail = await again.classroom.work.detail(TEACHER, 'w', (work as HandInSummary).id, CLASS);
    const files = Object.values(detail.files);
    expect(files.map(({ name, type }) => [name, type])).toEqual([
      ['voix 1.weba', 'audio/webm'],
      ['film 1.webm', 'video/webm'],
    ]);
    expect(detail.summary.item).toBe(item);
    // Whole: a browser plays it to its end.
    const film = await again.files.openRead(files[1]?.sha256 ?? '');
    const bytes: Buffer[] = [];
    for await (const chunk of film) bytes.push(chunk as Buffer);
    const url = `data:video/webm;base64,${Buffer.concat(bytes).toString('base64')}`;
    const player = await page.context().newPage();
    await player.setContent('<video muted></video>');
    const ended = await player.evaluate(
      (src) =>
        new Promise<number>((resolve) => {
          const video = document.querySelector('video');
          if (!video) return resolve(0);
          video.onended = () => resolve(video.currentTime);
          video.onerror = () => resolve(-1);
          video.src = src;
          video.playbackRate = 4;
          void video.play();
        }),
      url,
    );
    expect(ended).toBeGreaterThan(4);
  });

  it('say that the tablet is full, and are handed in all the same', async () => {
    const school = await real.open();
    const page = await real.tablet(school, 'Tablette 1', 'Léa');
    await sheet(school);
    await page.getByText('Raconte ta journée.').waitFor();
    // Chromium's own override of quotas does not reach IndexedDB: its answer of a full disk is given in its place.
    await page.evaluate(() => {
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('no room', 'QuotaExceededError');
      };
    });
    await record(page, 'Dire avec la voix', 2);
    await page.getByText('La tablette est pleine').waitFor();
    await page.getByRole('button', { name: 'J’ai fini' }).tap();
    await page.getByText('C’est arrivé').waitFor();
    expect(await list(school)).toMatchObject([{ authors: ['Léa'], parts: ['file'] }]);
  });
});
