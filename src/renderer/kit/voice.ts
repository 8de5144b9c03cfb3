/**
 * A voice as Opus packets of 60 ms (contract/pupil/frames.ts), from a microphone and to a loudspeaker. Nothing is kept. Both
 * interfaces use it; what a browser lacks is said, never thrown.
 */
const CODEC = { codec: 'opus', sampleRate: 48_000, numberOfChannels: 1 } as const;
const PACKET_US = 60_000;
/** bit/s: speech is clear at that. */
const BITRATE = 24_000;

interface TrackReader {
  readonly readable: ReadableStream<AudioData>;
}
type TrackReaderClass = new (init: { track: MediaStreamTrack }) => TrackReader;
/** Chromium's; not in TypeScript's DOM. */
const readerClass = (): TrackReaderClass | undefined =>
  (globalThis as { MediaStreamTrackProcessor?: TrackReaderClass }).MediaStreamTrackProcessor;

export const canSpeak = (): boolean =>
  'AudioEncoder' in globalThis &&
  readerClass() !== undefined &&
  'mediaDevices' in navigator &&
  'getUserMedia' in navigator.mediaDevices;
export const canHear = (): boolean => 'AudioDecoder' in globalThis && 'AudioContext' in globalThis;

/** The microphone, or why there is none. */
export async function openMicrophone(): Promise<MediaStream | 'refused' | 'impossible'> {
  if (!canSpeak()) return 'impossible';
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotAllowedError' ? 'refused' : 'impossible';
  }
}

export function closeMicrophone(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

/** @param send takes each packet @returns the end of it: the microphone closes */
export function encodeVoice(stream: MediaStream, send: (packet: Uint8Array) => void): () => void {
  const [track] = stream.getAudioTracks();
  const Reader = readerClass();
  if (!track || !Reader) return () => closeMicrophone(stream);
  const encoder = new AudioEncoder({
    output(chunk) {
      const packet = new Uint8Array(chunk.byteLength);
      chunk.copyTo(packet);
      send(packet);
    },
    error: () => closeMicrophone(stream),
  });
  let ended = false;
  const run = async (): Promise<void> => {
    const reader = new Reader({ track }).readable.getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const data = read.value;
      if (!ended) {
        // The device's own rate: the encoder brings it to Opus's.
        if (encoder.state === 'unconfigured')
          encoder.configure({
            ...CODEC,
            sampleRate: data.sampleRate,
            numberOfChannels: data.numberOfChannels,
            bitrate: BITRATE,
            opus: { frameDuration: PACKET_US },
          });
        if (encoder.state === 'configured') encoder.encode(data);
      }
      data.close();
    }
    if (encoder.state !== 'closed') encoder.close();
  };
  run().catch(() => closeMicrophone(stream));
  return () => {
    ended = true;
    closeMicrophone(stream);
  };
}

export interface VoicePlayer {
  /** The browser waits for a finger before it lets a sound out. */
  readonly blocked: boolean;
  /** Called from a finger's touch. */
  allow(): Promise<void>;
  play(packet: Uint8Array): void;
  close(): void;
}

/** Heard that much after it came (s): a late packet on a poor Wi-Fi still finds its place. */
const DELAY = 0.15;
/** Further behind than that (s) and what waits is jumped over: a voice is heard now or not at all. */
const MOST = 1;

/** @param onChange when `blocked` may have changed @param onSound for each packet that became sound, with its loudness 0 to 1 */
export function openVoicePlayer(
  onChange: () => void,
  onSound: (loudness: number) => void = () => undefined,
): VoicePlayer {
  const context = new AudioContext({ latencyHint: 'interactive' });
  let next = 0;
  context.onstatechange = onChange;
  const play = (data: AudioData): void => {
    const buffer = context.createBuffer(1, data.numberOfFrames, data.sampleRate);
    const samples = new Float32Array(data.numberOfFrames);
    data.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
    data.close();
    buffer.copyToChannel(samples, 0);
    // What came while the browser kept silent is not said all at once afterwards.
    if (context.state !== 'running') return;
    const now = context.currentTime;
    if (next < now || next > now + MOST) next = now + DELAY;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(next);
    next += buffer.duration;
    onSound(samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0));
  };
  const decoder = new AudioDecoder({ output: play, error: () => undefined });
  decoder.configure(CODEC);
  return {
    get blocked() {
      return context.state === 'suspended';
    },
    allow: () => context.resume(),
    play(packet) {
      if (decoder.state !== 'configured') return;
      decoder.decode(new EncodedAudioChunk({ type: 'key', timestamp: 0, data: packet }));
    },
    close() {
      if (decoder.state !== 'closed') decoder.close();
      if (context.state !== 'closed') void context.close();
    },
  };
}
