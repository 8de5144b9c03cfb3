import { PreauError } from '../../../domain/errors';
import { concerns } from '../../../domain/lesson/attention';
import type { Recipients, SeatKey } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import { MAX_VOICE_PIECE, VOICE_HEAD, VOICE_KIND } from '../../../contract/pupil/frames';
import type { TalkView } from '../../../contract/staff/talk';
import type { Timers } from '../../cart/timers';
import type { Live } from '../live';
import { staffFrame } from '../media-hub';
import type { StaffMedia } from '../ports';

type Listening = NonNullable<TalkView['listening']>;

/**
 * Voices on their way: the teacher's to devices, one pupil's to the window that asked (CARMO #9.15, both). Relayed and never
 * kept; whoever is listened to is told first and says when the microphone is on.
 */
export interface VoiceHub {
  readonly speakingTo: Recipients | undefined;
  readonly listening: Listening | undefined;
  speak(connection: string, to: Recipients | undefined): void;
  /** @throws PreauError `FORBIDDEN` where another window, or none, speaks */
  piece(connection: string, bytes: Buffer): void;
  listen(connection: string, seat: SeatKey, on: boolean): void;
  listened(seat: SeatKey, state: 'on' | 'stopped' | 'refused' | 'impossible'): void;
  heard(seat: SeatKey, piece: Buffer): void;
  isHeard(seat: SeatKey): boolean;
  hears(seat: SeatKey): boolean;
  windowClosed(connection: string): void;
  left(seat: SeatKey): void;
  end(): void;
}

/** Without a piece for so long (ms) the window that spoke is taken to be gone. */
const SILENT_AFTER = 5_000;

export function createVoiceHub(live: Live, media: StaffMedia, timers: Timers, changed: () => void): VoiceHub {
  let speaking: { readonly connection: string; readonly to: Recipients } | undefined;
  let listening: (Listening & { readonly connection: string }) | undefined;
  let sequence = 0;
  let cancelSilence: (() => void) | undefined;

  const targets = (to: Recipients) =>
    [...live.devices].filter(([key]) => concerns(to, key) && live.lesson && seatAt(live.lesson, key)?.joined);

  function quiet(): void {
    cancelSilence?.();
    cancelSilence = undefined;
    if (!speaking) return;
    const { to } = speaking;
    speaking = undefined;
    for (const [, { link }] of targets(to)) link.send('talk.speaking', { on: false });
    changed();
  }
  function arm(): void {
    cancelSilence?.();
    cancelSilence = timers.after(SILENT_AFTER, quiet);
  }
  function stopListening(): void {
    if (!listening) return;
    live.devices.get(listening.seat)?.link.send('talk.listen', { on: false });
    listening = undefined;
    changed();
  }
  return {
    get speakingTo() {
      return speaking?.to;
    },
    get listening() {
      return listening && { seat: listening.seat, state: listening.state };
    },
    speak(connection, to) {
      quiet();
      if (to === undefined) return;
      speaking = { connection, to };
      arm();
      for (const [, { link }] of targets(to)) link.send('talk.speaking', { on: true });
      changed();
    },
    piece(connection, bytes) {
      if (speaking?.connection !== connection) throw new PreauError('FORBIDDEN', { action: 'talk.voice' });
      arm();
      sequence = (sequence + 1) % 65_536;
      const head = Buffer.alloc(VOICE_HEAD);
      head.writeUInt8(VOICE_KIND, 0);
      head.writeUInt16LE(sequence, 2);
      const frame = Buffer.concat([head, bytes]);
      for (const [, { link }] of targets(speaking.to)) link.sendBytes?.(frame);
    },
    listen(connection, seat, on) {
      stopListening();
      if (!on) return;
      const present = live.devices.get(seat);
      if (!present) throw new PreauError('NOT_FOUND', { kind: 'seat' });
      listening = { connection, seat, state: 'asked' };
      present.link.send('talk.listen', { on: true });
      changed();
    },
    listened(seat, state) {
      if (listening?.seat !== seat) return;
      listening = { ...listening, state };
      changed();
    },
    heard(seat, piece) {
      if (listening?.seat !== seat || listening.state !== 'on') return;
      if (piece.length <= VOICE_HEAD || piece.length > MAX_VOICE_PIECE) return;
      media.send(listening.connection, staffFrame(`voice-${seat}`, piece));
    },
    isHeard: (seat) => listening?.seat === seat && listening.state !== 'stopped',
    hears: (seat) => speaking !== undefined && concerns(speaking.to, seat),
    windowClosed(connection) {
      if (speaking?.connection === connection) quiet();
      if (listening?.connection === connection) stopListening();
    },
    left(seat) {
      if (listening?.seat !== seat) return;
      listening = { ...listening, state: 'stopped' };
      changed();
    },
    end() {
      quiet();
      stopListening();
    },
  };
}
