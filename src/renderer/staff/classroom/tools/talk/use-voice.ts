import { ref } from 'vue';
import type { SeatView } from '../../../../../contract/staff/classroom';
import { VOICE_HEAD } from '../../../../../contract/pupil/frames';
import {
  canHear,
  closeMicrophone,
  encodeVoice,
  openMicrophone,
  openVoicePlayer,
  type VoicePlayer,
} from '../../../../kit/voice';
import type { StaffClient } from '../../../client';

type To = 'all' | SeatView['key'][];

/** This window's microphone: `asking` while the system asks. */
export const speech = ref<'off' | 'asking' | 'on' | 'refused' | 'impossible'>('off');
/** Loudness of what is heard of a pupil, 0 to 1; the last packet's. */
export const loudness = ref(0);

let stop: (() => void) | undefined;
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

export async function speak(staff: StaffClient, to: To): Promise<void> {
  await hush(staff);
  speech.value = 'asking';
  const stream = await openMicrophone();
  if (typeof stream === 'string') {
    speech.value = stream;
    return;
  }
  // The devices are told before the first word.
  try {
    await staff.request('talk.speak', { on: true, to });
  } catch (error) {
    closeMicrophone(stream);
    speech.value = 'off';
    throw error;
  }
  stop = encodeVoice(stream, (packet) => {
    staff.request('talk.voice', { piece: base64(packet) }).catch(() => silence());
  });
  speech.value = 'on';
}
/** The lesson ended, or the poste let go of it: the microphone closes with it. */
export function silence(): void {
  stop?.();
  stop = undefined;
  speech.value = 'off';
}
export async function hush(staff: StaffClient): Promise<void> {
  const spoke = stop !== undefined;
  silence();
  if (spoke) await staff.request('talk.speak', { on: false }).catch(() => undefined);
}

let player: VoicePlayer | undefined;
let closeMedia: (() => void) | undefined;

/** @returns false where this window cannot play a voice */
export async function listen(staff: StaffClient, seat: SeatView['key']): Promise<boolean> {
  if (!canHear()) return false;
  stopListening();
  const opened = openVoicePlayer(
    () => undefined,
    (loud) => (loudness.value = loud),
  );
  player = opened;
  closeMedia = await staff.openMedia((frame) => {
    const length = new DataView(frame).getUint8(0);
    const key = String.fromCharCode(...new Uint8Array(frame, 1, length));
    if (key === `voice-${seat}`) opened.play(new Uint8Array(frame, 1 + length + VOICE_HEAD));
  });
  await staff.request('talk.listen', { seat, on: true });
  return true;
}
export function stopListening(): void {
  closeMedia?.();
  player?.close();
  closeMedia = undefined;
  player = undefined;
  loudness.value = 0;
}
