import type { Source } from './encoder';

/** What the share dialog gave, picture by picture. */
export interface Frames {
  /** The last picture captured, while there is one; it belongs to these frames. */
  readonly last: { readonly source: Source; readonly width: number; readonly height: number } | undefined;
  /** Each new picture is told of. */
  readonly told: boolean;
  stop(): void;
}

interface TrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}
type TrackProcessorClass = new (init: { track: MediaStreamTrack; maxBufferSize?: number }) => TrackProcessor;

/**
 * `onFrame` comes with each new picture where the browser tells (Chromium): no clock is needed, and a page that is not
 * in front (the child works in another window), whose clocks a browser slows to one a second, still sends its screen.
 * Elsewhere a `<video>` holds the last one and nothing is told.
 */
export async function framesOf(media: MediaStream, onFrame: () => void): Promise<Frames> {
  const [track] = media.getVideoTracks();
  const processor = (globalThis as { MediaStreamTrackProcessor?: TrackProcessorClass })
    .MediaStreamTrackProcessor;
  return track && processor ? processed(new processor({ track, maxBufferSize: 1 }), onFrame) : played(media);
}

function processed({ readable }: TrackProcessor, onFrame: () => void): Frames {
  const reader = readable.getReader();
  let last: VideoFrame | undefined;
  let ended = false;
  void (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      last?.close();
      last = value;
      if (ended) return value.close();
      onFrame();
    }
    // The track ended under the reader: its owner hears of that by itself.
  })().catch(() => undefined);
  return {
    told: true,
    get last() {
      return last && { source: last, width: last.displayWidth, height: last.displayHeight };
    },
    stop() {
      ended = true;
      void reader.cancel().catch(() => undefined);
      last?.close();
      last = undefined;
    },
  };
}

async function played(media: MediaStream): Promise<Frames> {
  const video = document.createElement('video');
  video.muted = true;
  video.srcObject = media;
  await video.play();
  return {
    told: false,
    get last() {
      const { videoWidth: width, videoHeight: height } = video;
      return width > 0 ? { source: video, width, height } : undefined;
    },
    stop() {
      video.srcObject = null;
    },
  };
}
