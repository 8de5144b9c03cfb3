import { watch } from 'vue';
import { capabilities } from '../state/capabilities';
import type { Session } from '../state/session';
import { FASTEST } from './pace';
import type { ScreenStream } from './stream';

export const canShare = (): boolean => capabilities().capture;

let stream: ScreenStream | undefined;
let unwatch: (() => void)[] = [];

/**
 * Asks the browser's own dialog, then says so to the door, which answers with `lesson.streamWanted`. The encoder is
 * fetched only now: most tablets never need it. A child who closes the dialog has said no: nothing is shown.
 */
export async function startSharing(session: Session): Promise<void> {
  const { state } = session;
  let media: MediaStream;
  try {
    media = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: FASTEST }, audio: false });
  } catch {
    return;
  }
  const { streamScreen } = await import('./stream');
  const mine = await streamScreen(media, () => session.keeper.line);
  stream = mine;
  media.getVideoTracks()[0]?.addEventListener('ended', () => stopSharing(session));
  session.onStream = (wanted) => mine.want(wanted);
  state.sharing = 'on';
  const say = (): void => session.tell((line) => line.request('lesson.shareScreen', { codec: mine.codec }));
  say();
  unwatch = [
    watch(
      () => state.attention.code,
      // The lock is painted with the next frame; what is captured before shows it not.
      (code) => code !== undefined && requestAnimationFrame(() => mine.hurry()),
    ),
    watch(
      () => [state.line, state.step] as const,
      ([line, step]) => {
        if (step === 'waiting' || step === 'names') stopSharing(session);
        else if (line === 'up') say();
        else mine.want({ width: 0, perSecond: 0, kbit: 0, key: true });
      },
    ),
  ];
}

export function stopSharing(session: Session): void {
  const ended = stream;
  if (!ended) return;
  stream = undefined;
  for (const end of unwatch) end();
  unwatch = [];
  session.onStream = undefined;
  ended.stop();
  session.state.sharing = 'off';
  session.tell((line) => line.request('lesson.shareScreen', { codec: ended.codec, stop: true }));
}
