import { shallowReactive, shallowReadonly } from 'vue';
import type { OverlayLines } from '../../../../../contract/pupil/show';
import type { SeatKeyView } from '../../../../../contract/staff/classroom';
import type { ShowView, ShowWhat } from '../../../../../contract/staff/show';
import type { StaffClient } from '../../../client';

/** Pictures on their way to the host at once; more would come late. */
const AT_ONCE = 3;

const state = shallowReactive<{ view: ShowView; own: MediaStream | undefined }>({ view: {}, own: undefined });
let end: (() => void) | undefined;
let heard = false;
let key: (() => void) | undefined;

/** What is shown on the devices now, and this window's own picture where it is the one that shows. */
export const showing: Readonly<typeof state> = shallowReadonly(state);

/** Hears what is shown, from whichever room; once for the window. */
export function hearShow(staff: StaffClient, on: StaffClient['on']): void {
  if (!heard)
    void staff.request('show.state', {}).then(
      (view) => (state.view = view),
      () => undefined,
    );
  heard = true;
  on('show.changed', (view) => {
    state.view = view;
    if (!view.showing?.wanted) halt();
  });
  on('show.keyWanted', () => key?.());
}
export function halt(): void {
  end?.();
  end = undefined;
  key = undefined;
  state.own = undefined;
}

/** Asks for a screen or opens the camera. @returns nothing where the person chose nothing */
async function capture(what: 'screen' | 'camera'): Promise<MediaStream | undefined> {
  const { mediaDevices } = navigator;
  const asked =
    what === 'screen'
      ? mediaDevices.getDisplayMedia({ video: { frameRate: 8 }, audio: false })
      : mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, frameRate: 8 } });
  return asked.catch(() => undefined);
}

/** @returns whether something is shown now */
export async function show(
  staff: StaffClient,
  what: ShowWhat,
  to: 'all' | readonly SeatKeyView[],
): Promise<boolean> {
  halt();
  const recipients = to === 'all' ? to : [...to];
  if (what.what === 'pupil') {
    state.view = await staff.request('show.start', { show: what, to: recipients });
    return true;
  }
  const media = await capture(what.what);
  if (!media) return false;
  const { streamScreen } = await import('../../../../pupil/screen/stream');
  let waiting = 0;
  let ended = false;
  const line = {
    sendBytes(bytes: ArrayBuffer): boolean {
      if (waiting >= AT_ONCE || ended) return false;
      waiting += 1;
      staff.request('show.picture', { chunk: base64(bytes) }).then(
        () => (waiting -= 1),
        // Somebody else shows, or the lesson is over.
        () => halt(),
      );
      return true;
    },
  };
  const stream = await streamScreen(media, () => line);
  const stop = (): void => {
    if (ended) return;
    ended = true;
    stream.stop();
  };
  end = stop;
  // The system's own « stop sharing » is as good as ours.
  media.getVideoTracks()[0]?.addEventListener('ended', () => void stopShowing(staff));
  const view = await staff.request('show.start', { show: what, to: recipients }).catch((error: unknown) => {
    stop();
    throw error;
  });
  state.view = view;
  const wanted = view.showing?.wanted;
  if (!wanted) return false;
  state.own = media;
  key = () => stream.want({ ...wanted, key: true });
  stream.want({ ...wanted, key: true });
  return true;
}

export async function stopShowing(staff: StaffClient): Promise<void> {
  halt();
  await staff.request('show.stop', {});
}
export const drawOver = (staff: StaffClient, lines: OverlayLines): Promise<unknown> =>
  staff.request('show.draw', { lines });

function base64(bytes: ArrayBuffer): string {
  const view = new Uint8Array(bytes);
  let text = '';
  // In pieces: an argument for each byte of a large picture is more than a call takes.
  for (let at = 0; at < view.length; at += 8_192)
    text += String.fromCharCode(...view.subarray(at, at + 8_192));
  return btoa(text);
}
