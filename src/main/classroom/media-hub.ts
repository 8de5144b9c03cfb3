import type { SeatKey } from '../../domain/lesson/model';
import { seatAt } from '../../domain/lesson/seats';
import { shareOut, type StreamShare, type Wanted } from '../../domain/lesson/bandwidth';
import { MAX_SCREEN_CHUNK, SCREEN_CODECS, SCREEN_HEAD } from '../../contract/pupil/frames';
import type { Live } from './live';
import type { StaffMedia } from './ports';

/**
 * Screens on their way to the wall. Only tiles that are on a staff screen stream, under one ceiling for the whole
 * lesson; a window that cannot follow loses frames until the next whole one. Nothing is kept (CARMO #9.18).
 */
export interface MediaHub {
  /** Tiles a staff window shows now, in place of what it showed before. */
  watch(connection: string, tiles: readonly Wanted[]): void;
  /** The window is gone. */
  unwatch(connection: string): void;
  /** The window lost the thread of that tile. */
  keyFrame(key: SeatKey): void;
  publish(key: SeatKey, chunk: Buffer): void;
  /** Somebody came, went, shares or does not any more. */
  seatsMoved(): void;
  isWatched(key: SeatKey): boolean;
  /** kbit/s for all screens of the lesson together. */
  readonly ceilingKbit: number;
  /** That much of the ceiling is taken by what is shown on the devices. */
  reserve(kbit: number): void;
  /**
   * Another way to a device's screen than its own page: asked for pictures in the page's place, which goes on saying that somebody
   * looks. @returns the end of it
   */
  beside(key: SeatKey, wanted: (share: StreamShare & { readonly key?: boolean }) => void): () => void;
  /** Looks on at a device's chunks like a window does. @returns the end of it */
  tap(key: SeatKey, share: StreamShare, listener: (chunk: Buffer) => void): () => void;
}

/** From this width on a tile is the large view: the pupil is told even where nothing streams. */
const LARGE = 640;
/** A whole picture that did not come through is asked for again after that, ms. */
const ASK_AGAIN = 1_000;

export function createMediaHub(
  live: Live,
  media: StaffMedia,
  ceilingKbit: number,
  now: () => number,
): MediaHub {
  const windows = new Map<string, readonly Wanted[]>();
  const told = new Map<SeatKey, string>();
  const watched = new Set<SeatKey>();
  /** Windows that dropped a frame of a tile and wait for a whole one, with when it was last asked for (ms). */
  const behind = new Map<string, number>();

  let reserved = 0;
  const taps = new Map<
    SeatKey,
    { readonly share: StreamShare; readonly listener: (chunk: Buffer) => void }
  >();

  const ways = new Map<SeatKey, (share: StreamShare & { readonly key?: boolean }) => void>();

  /** What a window watched in one lesson it does not see in the next, which may be a colleague's. */
  let of = live.lesson?.id;
  function sameLesson(): void {
    if (of === live.lesson?.id) return;
    of = live.lesson?.id;
    windows.clear();
    refresh();
  }
  function wanted(): Map<SeatKey, number> {
    const widths = new Map<SeatKey, number>();
    for (const tiles of windows.values())
      for (const { seat, width } of tiles) widths.set(seat, Math.max(width, widths.get(seat) ?? 0));
    for (const [seat, { share }] of taps) widths.set(seat, Math.max(share.width, widths.get(seat) ?? 0));
    return widths;
  }
  const sharing = (key: SeatKey): boolean => {
    const seat = live.lesson && seatAt(live.lesson, key);
    return seat?.sharing === true && live.devices.has(key);
  };

  function refresh(keyFor?: ReadonlySet<SeatKey>): void {
    const widths = wanted();
    const streaming = [...widths].filter(([key]) => sharing(key)).map(([seat, width]) => ({ seat, width }));
    const shares = shareOut(streaming, ceilingKbit - reserved);
    for (const [key, { link }] of live.devices) {
      // What goes on to many devices is bounded by what they may take together.
      const share = taps.get(key)?.share ?? shares.get(key) ?? { width: 0, perSecond: 0, kbit: 0 };
      const text = JSON.stringify(share);
      const asked = keyFor?.has(key) === true;
      if (sharing(key) && (told.get(key) !== text || asked)) {
        const wanted = { ...share, key: asked || told.get(key) === undefined };
        const way = ways.get(key);
        if (way) way(wanted);
        else link.send('lesson.streamWanted', wanted);
        told.set(key, text);
      }
      const seen = shares.has(key) || (widths.get(key) ?? 0) >= LARGE;
      if (seen === watched.has(key)) continue;
      if (seen) watched.add(key);
      else watched.delete(key);
      link.send('lesson.watched', { watched: seen });
    }
    for (const key of told.keys()) if (!sharing(key)) told.delete(key);
    for (const key of watched) if (!live.devices.has(key)) watched.delete(key);
  }

  return {
    watch(connection, tiles) {
      sameLesson();
      const before = new Set((windows.get(connection) ?? []).map((tile) => tile.seat));
      windows.set(connection, tiles);
      // A decoder that just started understands nothing before a whole frame.
      refresh(new Set(tiles.map((tile) => tile.seat).filter((seat) => !before.has(seat))));
    },
    unwatch(connection) {
      for (const place of behind.keys()) if (place.startsWith(`${connection} `)) behind.delete(place);
      if (windows.delete(connection)) refresh();
    },
    keyFrame(key) {
      sameLesson();
      refresh(new Set([key]));
    },
    publish(key, chunk) {
      sameLesson();
      if (!isScreenChunk(chunk)) return;
      taps.get(key)?.listener(chunk);
      const whole = (chunk.readUInt8(1) & 1) === 1;
      const frame = staffFrame(key, chunk);
      for (const [connection, tiles] of windows) {
        if (!tiles.some((tile) => tile.seat === key)) continue;
        const place = `${connection} ${key}`;
        const asked = behind.get(place);
        if ((asked === undefined || whole) && media.send(connection, frame)) behind.delete(place);
        else if (asked === undefined || now() - asked > ASK_AGAIN) {
          // Devices send a whole picture only when asked.
          behind.set(place, now());
          refresh(new Set([key]));
        }
      }
    },
    seatsMoved() {
      sameLesson();
      refresh();
    },
    beside(key, wanted) {
      ways.set(key, wanted);
      told.delete(key);
      refresh();
      return () => {
        if (ways.get(key) !== wanted) return;
        ways.delete(key);
        told.delete(key);
        wanted({ width: 0, perSecond: 0, kbit: 0 });
        refresh();
      };
    },
    ceilingKbit,
    reserve(kbit) {
      if (kbit === reserved) return;
      reserved = kbit;
      refresh();
    },
    tap(key, share, listener) {
      taps.set(key, { share, listener });
      refresh(new Set([key]));
      return () => {
        if (taps.get(key)?.listener !== listener) return;
        taps.delete(key);
        refresh();
      };
    },
    isWatched(key) {
      sameLesson();
      return watched.has(key);
    },
  };
}

/** Frame to a staff window: length of the seat's key (1), the key in ASCII, then the chunk as the device sent it. */
export function staffFrame(key: string, chunk: Buffer): Buffer {
  return Buffer.concat([Buffer.of(key.length), Buffer.from(key, 'latin1'), chunk]);
}

/** The head says what it must; what is inside is the decoder's business, in the window's own sandbox. */
export function isScreenChunk(chunk: Buffer): boolean {
  return (
    chunk.length > SCREEN_HEAD &&
    chunk.length <= MAX_SCREEN_CHUNK &&
    chunk.readUInt8(0) === 0 &&
    chunk.readUInt8(2) < SCREEN_CODECS.length
  );
}
