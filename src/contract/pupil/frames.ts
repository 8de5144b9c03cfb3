import * as v from 'valibot';
import { eventMessageSchema, replySchema } from '../bridge';

/** Text frames of the pupil WebSocket (`/pupil`), both ways. Binary frames are screen chunks: see docs/lan-door.md. */
export const toDoorSchema = v.strictObject({
  id: v.pipe(v.number(), v.integer(), v.minValue(0)),
  method: v.pipe(v.string(), v.maxLength(64)),
  input: v.unknown(),
});
export type ToDoor = v.InferOutput<typeof toDoorSchema>;

export const fromDoorSchema = v.union([
  v.object({ id: v.number(), reply: replySchema }),
  v.object({ event: eventMessageSchema }),
]);
export type FromDoor = v.InferOutput<typeof fromDoorSchema>;

/** Longest text frame either side accepts, in bytes. */
export const MAX_TEXT_FRAME = 64 * 1024;
/** Longest screen chunk (one encoded video frame with its 16-byte head), in bytes. */
export const MAX_SCREEN_CHUNK = 512 * 1024;

/**
 * Head of a screen chunk, 16 bytes, little endian: version (1), flags (1: bit 0 = key frame), codec (1: see CODECS),
 * reserved (1), width (2), height (2), timestamp in ms since the stream's start (4), sequence (4).
 */
export const SCREEN_HEAD = 16;
/** H.264 in Annex B, as Android's encoders write it; « High » is what decodes all that they make. */
export const SCREEN_CODECS = ['vp8', 'vp09.00.10.08', 'jpeg', 'png', 'avc1.640028'] as const;

/**
 * Head of a piece of voice, 4 bytes, little endian: kind (1: `VOICE_KIND`, where a screen chunk has its version), reserved (1),
 * sequence (2, begins again after 65,535). Then one Opus packet, mono, 48 kHz, 60 ms. The teacher's to the devices, and from the
 * one device that is listened to; nothing is kept of it.
 */
export const VOICE_KIND = 0x56;
export const VOICE_HEAD = 4;
/** Bytes of a piece, its head included: Opus at its dearest is a fifth of it. */
export const MAX_VOICE_PIECE = 2_048;

/** A picture of what is shown on a device: a screen chunk whose first byte, the version, is this kind instead. */
export const SHOW_KIND = 0x50;
