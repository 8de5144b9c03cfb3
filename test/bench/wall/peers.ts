import { connectPupil, type PupilClient } from '../../../src/demo/pupils/client';
import { makePupilKey, type PupilKey } from '../../../src/demo/pupils/keys';
import { PACE } from '../../../src/renderer/pupil/state/activity';
import type { Recorded } from './record';

/** One device that replays what a real one captured, over the true door. */
export interface Peer {
  readonly label: string;
  /** Replays from now on; each starts elsewhere in the recording, always at a whole picture. */
  replay(recording: Recorded): void;
  /** Says what a child's tablet says of itself while its page is turned and written on. */
  work(): void;
  /** Nothing is read nor said any more: the lid was closed. */
  freeze(): void;
  /** Gone and back, with the same key. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

const CAPABILITIES = { battery: false, touch: true, camera: false, keys: true };

export async function openPeer(world: {
  readonly root: string;
  readonly origin: string;
  readonly code: string;
  readonly label: string;
  readonly capture: boolean;
}): Promise<Peer> {
  const { root, origin, label, capture } = world;
  const capabilities = { ...CAPABILITIES, capture };
  let client: PupilClient;
  let recording: Recorded = [];
  let next = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let working: ReturnType<typeof setInterval> | undefined;
  let perSecond = 0;

  /** When the recording's first picture left, this time round; late timers add up to nothing. */
  let round = 0;
  /** At the pace that is asked for: a device of its own would not share its processor with thirty others, as the recorded one did. */
  const play = (): void => {
    clearTimeout(timer);
    const chunk = recording[next];
    if (perSecond <= 0 || !chunk) return;
    const now = performance.now();
    const every = 1_000 / perSecond;
    if (next === 0) round = now;
    client.sendScreen(chunk.bytes);
    next += 1;
    const due = next * every;
    next %= recording.length;
    timer = setTimeout(play, Math.max(0, round + due - now));
  };
  const listen = (): void => {
    client.on('lesson.streamWanted', (wanted) => {
      const paused = perSecond <= 0;
      perSecond = wanted.perSecond;
      // The recording starts with a whole picture; pictures between need the ones before them.
      if (wanted.key || paused) {
        next = 0;
        play();
      }
    });
  };
  const join = async (): Promise<void> => {
    await client.request('join.lesson', {});
    await client.request('join.takeSeat', {});
    await client.request('lesson.state', {});
    await client.request('lesson.activity', { screen: 'home', visible: true });
    if (capture) await client.request('lesson.shareScreen', { codec: 'vp09.00.10.08' });
  };

  client = await connectPupil({ origin, root, capabilities });
  listen();
  const key: PupilKey = makePupilKey();
  await client.hello();
  const { keyId } = await client.request('door.enrol', { code: world.code, publicKey: key.publicKey });
  await join();
  return {
    label,
    replay(next_) {
      recording = next_;
      next = 0;
      play();
    },
    work() {
      let strokes = 0;
      working = setInterval(() => {
        strokes += 3;
        const page = 1 + (Math.floor(strokes / 20) % 4);
        const activity = { screen: 'home' as const, page, pages: 4, strokes, visible: true };
        client.request('lesson.activity', activity).catch(() => undefined);
      }, PACE);
    },
    freeze() {
      clearTimeout(timer);
      perSecond = 0;
      client.socket.pause();
    },
    async cut() {
      clearTimeout(timer);
      perSecond = 0;
      client.socket.terminate();
      client = await connectPupil({ origin, root, capabilities });
      listen();
      await client.enter(key, keyId);
      await join();
    },
    async close() {
      clearTimeout(timer);
      clearInterval(working);
      client.socket.terminate();
      await client.closed;
    },
  };
}
