/** A voice or a short film, by what the browser has. Bounded: a class of recordings must fit the Wi-Fi and the disk. */
export type RecordingKind = 'voice' | 'film';

/** Longest recording, ms. */
export const LONGEST = { voice: 180_000, film: 60_000 } as const;
/** Largest, bytes; a browser that ignores the wanted rate is stopped there. */
const LARGEST = { voice: 6_000_000, film: 24_000_000 } as const;
const KINDS = {
  voice: ['audio/webm;codecs=opus', 'audio/ogg;codecs=opus', 'audio/mp4', 'audio/webm'],
  film: ['video/webm;codecs=vp8,opus', 'video/webm', 'video/mp4'],
} as const;
/** Bits a second: a voice one understands, a gesture one sees. */
const VOICE_RATE = 32_000;
const FILM_RATE = 700_000;
/** Pieces of that length come as they are made, ms: a full memory is seen before the end. */
const SLICE = 1_000;

const typeFor = (kind: RecordingKind): string | undefined =>
  typeof MediaRecorder === 'undefined'
    ? undefined
    : KINDS[kind].find((type) => MediaRecorder.isTypeSupported(type));

/** Microphone and camera are there for pages of a trusted school only (the plain page has neither). */
export function canRecord(kind: RecordingKind): boolean {
  const media: Partial<MediaDevices> | undefined = navigator.mediaDevices as MediaDevices | undefined;
  return isSecureContext && typeof media?.getUserMedia === 'function' && typeFor(kind) !== undefined;
}

export interface Recording {
  readonly stream: MediaStream;
  /** The whole of it, once stopped by `stop`, by its longest time or size. Undefined where nothing came. */
  readonly done: Promise<Blob | undefined>;
  stop(): void;
}

/** @throws DOMException when the adult or the child said no, or there is no microphone */
export async function startRecording(kind: RecordingKind): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: { echoCancellation: true, noiseSuppression: true },
    ...(kind === 'film' && {
      video: { width: { ideal: 640 }, frameRate: { ideal: 20, max: 30 }, facingMode: 'environment' },
    }),
  });
  const type = typeFor(kind);
  const recorder = new MediaRecorder(stream, {
    ...(type !== undefined && { mimeType: type }),
    audioBitsPerSecond: VOICE_RATE,
    ...(kind === 'film' && { videoBitsPerSecond: FILM_RATE }),
  });
  const pieces: Blob[] = [];
  let size = 0;
  const stop = (): void => {
    if (recorder.state !== 'inactive') recorder.stop();
  };
  const timer = setTimeout(stop, LONGEST[kind]);
  const done = new Promise<Blob | undefined>((resolve) => {
    recorder.ondataavailable = ({ data }) => {
      pieces.push(data);
      size += data.size;
      if (size > LARGEST[kind]) stop();
    };
    recorder.onstop = () => {
      clearTimeout(timer);
      // The light of the camera goes out with the recording, not with the page.
      for (const track of stream.getTracks()) track.stop();
      const bare = (recorder.mimeType || type || '').split(';')[0];
      resolve(size > 0 ? new Blob(pieces, { ...(bare && { type: bare }) }) : undefined);
    };
  });
  recorder.start(SLICE);
  return { stream, done, stop };
}
