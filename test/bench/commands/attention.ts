import type { Page } from 'playwright-core';
import { lockPicture } from '../../../src/demo/pupils/lock-picture';
import { createScreenPlayer } from '../../../src/demo/pupils/screen-player';
import { connectPupil } from '../../../src/demo/pupils/client';
import { makePupilKey } from '../../../src/demo/pupils/keys';
import { systemTimers } from '../../../src/main/cart/timers';

/** A device that is a program: replays a recorded screen where it can capture, and shows the lock when told. */
export async function openCommandPeer(world: {
  readonly origin: string;
  readonly root: string;
  readonly code: string;
  readonly capture: boolean;
  readonly index: number;
}): Promise<{ close(): Promise<void> }> {
  const { origin, root, code, capture, index } = world;
  const capabilities = { capture, battery: false, touch: !capture, camera: false, keys: true };
  const client = await connectPupil({ origin, root, capabilities });
  const player = createScreenPlayer(systemTimers, (chunk) => client.sendScreen(chunk), index * 7);
  client.on('lesson.streamWanted', (wanted) => player.want(wanted));
  client.on('lesson.attention', ({ on, code: lock }) => {
    if (capture) player.hold(on && lock !== undefined ? lockPicture(lock) : undefined);
    client.request('lesson.attentionShown', { on }).catch(() => undefined);
  });
  await client.hello();
  await client.request('door.enrol', { code, publicKey: makePupilKey().publicKey });
  await client.request('join.takeSeat', {});
  await client.request('lesson.activity', { screen: 'home', visible: true });
  if (capture) await client.request('lesson.shareScreen', { codec: 'vp8' });
  return {
    async close() {
      player.stop();
      client.socket.terminate();
      await client.closed;
    },
  };
}

/** What the wall says of a tile, and ms from the click to its being there on the teacher's glass. */
export interface TileTime {
  readonly label: string;
  readonly state: 'shown' | 'seen';
  readonly ms: number;
}

/** Runs in the teacher's page: one click on « Attention ! », then looks at the tiles until all say so (or 10 s). */
async function clickAndWatch(tiles: number): Promise<{ label: string; state: string; ms: number }[]> {
  const button = document.querySelector<HTMLButtonElement>('[data-test=attention]');
  if (!button) throw new Error('no button');
  const found = new Map<string, { label: string; state: string; ms: number }>();
  const begun = performance.now();
  button.click();
  while (performance.now() - begun < 10_000) {
    await new Promise(requestAnimationFrame);
    const ms = performance.now() - begun;
    for (const mark of document.querySelectorAll<HTMLElement>('[data-attention]')) {
      const tile = mark.closest<HTMLElement>('.tile');
      const label = tile?.querySelector('.name')?.textContent ?? '';
      const state = mark.dataset['attention'] ?? '';
      const live = tile?.querySelector('canvas') !== null;
      // A tile with a picture counts once the picture says so.
      if (live && state !== 'seen') continue;
      if (!found.has(label)) found.set(label, { label, state, ms });
    }
    if (found.size >= tiles) break;
  }
  return [...found.values()];
}

export async function attentionRound(page: Page, tiles: number): Promise<TileTime[]> {
  const times = (await page.evaluate(clickAndWatch, tiles)) as TileTime[];
  await page.locator('[data-test=unlock]').click();
  await page.waitForFunction(() => !document.querySelector('[data-attention]'));
  return times;
}
