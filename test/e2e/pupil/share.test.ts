import { describe, expect, it } from 'vitest';
import { MAX_SCREEN_CHUNK, SCREEN_CODECS, SCREEN_HEAD } from '../../../src/contract/pupil/frames';
import { enrolDevice, LAPTOP, signIn, TABLET } from './browser';
import { useScene } from './scene';

/** Heads as contract/pupil/frames.ts lays them out. */
function heads(frames: readonly Buffer[]) {
  return frames.map((frame) => ({
    version: frame.readUInt8(0),
    key: (frame.readUInt8(1) & 1) === 1,
    codec: SCREEN_CODECS[frame.readUInt8(2)],
    width: frame.readUInt16LE(4),
    height: frame.readUInt16LE(6),
    sequence: frame.readUInt32LE(12),
    size: frame.length,
  }));
}

describe('showing one’s screen', () => {
  const scene = useScene();

  it('sends encoded pictures as asked, a key picture first, and stops at nought a second', async () => {
    const page = await scene.open(LAPTOP);
    const { door } = scene;
    // Only the browser's own dialog is stood in for: what it would hand over is a real stream, with moving pictures. (The
    // walk captures a real tab; that needs a profile of its own.)
    await page.addInitScript(() => {
      MediaDevices.prototype.getDisplayMedia = () => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [1366, 768];
        const brush = canvas.getContext('2d');
        let hue = 0;
        setInterval(() => {
          if (brush) brush.fillStyle = `hsl(${(hue += 7) % 360} 60% 60%)`;
          brush?.fillRect(hue % 1_000, 100, 300, 300);
        }, 50);
        return Promise.resolve(canvas.captureStream(15));
      };
    });
    await enrolDevice(page, door.origin);
    await signIn(page, 'Zoé');
    await page.getByRole('button', { name: 'Montrer mon écran' }).click();
    await page.getByRole('button', { name: 'Ne plus montrer mon écran' }).waitFor();
    await expect.poll(() => door.inputs('lesson.shareScreen').length).toBeGreaterThan(0);
    expect(door.bytes).toHaveLength(0);
    door.say('lesson.streamWanted', { width: 456, perSecond: 4, kbit: 120, key: true });
    await expect.poll(() => door.bytes.length, { timeout: 10_000 }).toBeGreaterThan(4);
    const sent = heads(door.bytes);
    expect(sent[0]).toMatchObject({ version: 0, key: true, codec: 'vp09.00.10.08', width: 456, sequence: 0 });
    for (const one of sent) expect(one.size).toBeLessThanOrEqual(MAX_SCREEN_CHUNK);
    for (const one of sent) expect(one.size).toBeGreaterThan(SCREEN_HEAD);

    door.say('lesson.streamWanted', { width: 456, perSecond: 0, kbit: 120, key: false });
    // What was being encoded may still leave; an answered request after it shows that the pause was read.
    await page.getByRole('button', { name: 'Lever la main' }).click();
    await page.getByRole('button', { name: 'Ta main est levée' }).waitFor();
    const paused = door.bytes.length;
    await page.getByRole('button', { name: 'Les devoirs' }).click();
    await page.getByText('Les tables de 3 et de 4.').waitFor();
    expect(door.bytes.length).toBe(paused);

    await page.getByRole('button', { name: 'Retour' }).click();
    await page.getByRole('button', { name: 'Ne plus montrer mon écran' }).click();
    await expect.poll(() => door.inputs('lesson.shareScreen').at(-1)).toMatchObject({ stop: true });
  });

  it('is not offered on a touch tablet, which has no such thing', async () => {
    const page = await scene.open(TABLET);
    await enrolDevice(page, scene.door.origin);
    await signIn(page, 'Zoé');
    expect(await page.getByRole('button', { name: 'Montrer mon écran' }).count()).toBe(0);
    expect(scene.door.inputs('door.hello').at(-1)?.capabilities).toMatchObject({
      capture: false,
      touch: true,
    });
  });
});
