import { reactive } from 'vue';
import { VOICE_HEAD, VOICE_KIND } from '../../../../contract/pupil/frames';
import {
  canHear,
  closeMicrophone,
  encodeVoice,
  openMicrophone,
  openVoicePlayer,
  type VoicePlayer,
} from '../../../kit/voice';
import type { Session } from '../../state/session';

interface VoiceState {
  /** The teacher speaks to this device. */
  speaking: boolean;
  /** The browser waits for a finger before it may make a sound. */
  blocked: boolean;
  /** This browser cannot read the voice. */
  deaf: boolean;
  /** Packets that became sound since the teacher began. */
  heard: number;
  /** The teacher asked to listen; the microphone opens after the child was told. */
  listen: 'no' | 'told' | 'on' | 'refused' | 'impossible';
}
export const voice = reactive<VoiceState>({
  speaking: false,
  blocked: false,
  deaf: false,
  heard: 0,
  listen: 'no',
});

/** The banner stands so long before the microphone opens, ms. */
const TOLD = 3_000;

let player: VoicePlayer | undefined;
export function setSpeaking(on: boolean): void {
  voice.speaking = on;
  voice.deaf = on && !canHear();
  if (!on) {
    player?.close();
    player = undefined;
    voice.blocked = false;
    return;
  }
  voice.heard = 0;
  if (voice.deaf || player) return;
  const opened = openVoicePlayer(
    () => void (voice.blocked = opened.blocked),
    () => void (voice.heard += 1),
  );
  player = opened;
  voice.blocked = opened.blocked;
}
/** A finger on « Écouter »: from here on the browser lets the voice through. */
export const allowSound = (): void => void player?.allow();

export function hearPiece(bytes: ArrayBuffer): void {
  if (bytes.byteLength <= VOICE_HEAD || new DataView(bytes).getUint8(0) !== VOICE_KIND) return;
  player?.play(new Uint8Array(bytes, VOICE_HEAD));
}

let closeVoice: (() => void) | undefined;
let countdown: ReturnType<typeof setTimeout> | undefined;
function close(): void {
  clearTimeout(countdown);
  closeVoice?.();
  closeVoice = undefined;
}

/** Told first: the banner stands, and only then the microphone opens. « Arrêter » works from the first moment. */
export function askedToListen(session: Session, on: boolean): void {
  close();
  voice.listen = on ? 'told' : 'no';
  if (on) countdown = setTimeout(() => void open(session), TOLD);
}
export function stopListening(session: Session): void {
  close();
  voice.listen = 'no';
  session.tell((line) => line.request('talk.listened', { state: 'stopped' }));
}
async function open(session: Session): Promise<void> {
  const stream = await openMicrophone();
  // Stopped while the browser asked: nothing was sent, nothing stays open.
  if (voice.listen !== 'told') {
    if (typeof stream !== 'string') closeMicrophone(stream);
    return;
  }
  if (typeof stream !== 'string') {
    let sequence = 0;
    closeVoice = encodeVoice(stream, (packet) => {
      const piece = new Uint8Array(VOICE_HEAD + packet.length);
      sequence = (sequence + 1) % 65_536;
      piece[0] = VOICE_KIND;
      new DataView(piece.buffer).setUint16(2, sequence, true);
      piece.set(packet, VOICE_HEAD);
      session.keeper.line?.sendBytes(piece.buffer);
    });
  }
  voice.listen = typeof stream === 'string' ? stream : 'on';
  const state = voice.listen;
  session.tell((line) => line.request('talk.listened', { state }));
}

export function forgetVoice(): void {
  close();
  voice.listen = 'no';
  setSpeaking(false);
}
