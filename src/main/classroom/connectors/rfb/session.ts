import { randomInt } from 'node:crypto';
import type { StreamShare } from '../../../../domain/lesson/bandwidth';
import type { Channel } from '../channel';
import { openChannel } from '../channel';
import { Impossible, NoAnswer } from '../failure';
import { COMMAND_DEADLINE, CONNECT_DEADLINE, type Cause, type HelpInput } from '../port';
import { FEATURE_MESSAGE, MAX_MESSAGE } from '../veyon/wire';
import { pngChunk } from './chunk';
import { greet, type Way } from './greeting';
import type { Decoding, Pictures } from './thread';

/** A device's screen, connected: asked for pictures one at a time, told keys, and heard when it falls silent. */
export interface RfbSession {
  /** Name the device gives itself. */
  readonly name: string;
  watch(share: StreamShare): void;
  /** 32 × 18 greys of the screen as it is now. @throws NoAnswer */
  marks(): Promise<Uint8Array>;
  /** Bytes of a message the server understands beside RFB's own. */
  send(bytes: Uint8Array): void;
  input(input: HelpInput): void;
  /** What it answers comes after all that it was told before. @throws NoAnswer */
  ping(): Promise<void>;
  close(): void;
  /** Why it ended. */
  readonly ended: Promise<Cause>;
}

export interface SessionOrder {
  readonly host: string;
  readonly port: number;
  readonly way: Way;
  readonly pictures: Pictures;
  readonly clock: () => number;
  readonly picture: (chunk: Buffer) => void;
}

const MAX_SIDE = 8_192;
/** Points of a screen: two of 4K side by side. A quarter of a gigabyte for each hostile computer is too much. */
const MAX_POINTS = 2 * 3_840 * 2_160;
const MAX_RECT = 32 * 1024 * 1024;
/** Points that one update may draw, in screens. */
const MAX_DRAWN = 4;
/** Messages and rectangles a second; whoever sends more is not showing a screen. */
const PER_SECOND = 5_000;
const MAX_TEXT = 256 * 1024;
/** ZRLE, copyrect, raw; the screen may change its size. Never Tight: Veyon ends the connection. */
const ENCODINGS = [16, 1, 0, -223];
/** Red, green and blue in that order in memory, 32 bits a pixel. */
const PIXELS = Buffer.from([0, 0, 0, 0, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16, 0, 0, 0]);
/** A quiet device is asked for one pixel so often, ms; without any answer for twice as long it hangs. */
const QUIET = 1_500;
const HANGING = 3_000;
/** However thin its share, a screen that is watched is asked again after so long, ms. */
const SLOWEST = 3_000;

/** @throws Impossible, NoAnswer */
export async function openSession(order: SessionOrder): Promise<RfbSession> {
  const channel = await openChannel(order.host, order.port);
  try {
    await greet(channel, order.way);
    channel.write(Buffer.of(1));
    const head = await channel.read(24, CONNECT_DEADLINE);
    const size = sizeOf(head.readUInt16BE(0), head.readUInt16BE(2));
    const length = head.readUInt32BE(20);
    if (length > MAX_TEXT) throw new Impossible('broken');
    const name = (await channel.read(length, CONNECT_DEADLINE)).toString('utf8').slice(0, 120);
    channel.write(PIXELS);
    const encodings = Buffer.alloc(4 + ENCODINGS.length * 4);
    encodings.writeUInt8(2, 0);
    encodings.writeUInt16BE(ENCODINGS.length, 2);
    ENCODINGS.forEach((one, n) => encodings.writeInt32BE(one, 4 + n * 4));
    channel.write(encodings);
    return run(order, channel, name, size);
  } catch (error) {
    channel.close();
    throw error;
  }
}

interface Size {
  readonly width: number;
  readonly height: number;
}
function sizeOf(width: number, height: number): Size {
  if (width < 1 || height < 1 || width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_POINTS)
    throw new Impossible('broken');
  return { width, height };
}

interface Waiting {
  readonly x: number;
  readonly y: number;
  done(): void;
}

function run(order: SessionOrder, channel: Channel, name: string, first: Size): RfbSession {
  const { clock } = order;
  let size = first;
  const decoding: Decoding = order.pictures.open(size);
  let share: StreamShare = { width: 0, perSecond: 0, kbit: 0 };
  /** The whole screen was asked for once: from then on only what changed. */
  let primed = false;
  let whole = false;
  let asked = 0;
  let heard = clock();
  let bytesBefore = 0;
  let sequence = 0;
  const began = clock();
  let poll: NodeJS.Timeout | undefined;
  let over: Cause | undefined;
  /** Who waits to be answered, each about a pixel of its own: an answer that was on its way already proves nothing. */
  const answers = new Set<Waiting>();

  function request(incremental: boolean, { width, height }: Size, x = 0, y = 0): void {
    const bytes = Buffer.alloc(10);
    bytes.writeUInt8(3, 0);
    bytes.writeUInt8(incremental ? 1 : 0, 1);
    bytes.writeUInt16BE(x, 2);
    bytes.writeUInt16BE(y, 4);
    bytes.writeUInt16BE(width, 6);
    bytes.writeUInt16BE(height, 8);
    channel.write(bytes);
  }
  /** All that changed, and one pixel in any case: there is always an answer, and it says that the device lives. */
  function ask(screen: boolean): void {
    asked = clock();
    if (screen) {
      bytesBefore = channel.received;
      request(primed, size);
      if (!primed) return void (primed = true);
    }
    request(false, { width: 1, height: 1 });
  }
  function schedule(): void {
    clearTimeout(poll);
    if (over || share.perSecond <= 0) return;
    const bits = (channel.received - bytesBefore) * 8;
    const wait = Math.max(1_000 / share.perSecond, Math.min(SLOWEST, bits / Math.max(1, share.kbit)));
    poll = setTimeout(() => ask(true), Math.max(0, asked + wait - clock()));
  }
  const watchdog = setInterval(() => {
    const quiet = clock() - heard;
    if (asked > heard && clock() - asked > HANGING) end('hanging');
    else if (quiet > QUIET && asked <= heard) ask(false);
  }, QUIET / 3);

  let ended: (cause: Cause) => void = () => undefined;
  const whyEnded = new Promise<Cause>((resolve) => {
    ended = resolve;
  });
  function end(cause: Cause): void {
    if (over) return;
    over = cause;
    clearTimeout(poll);
    clearInterval(watchdog);
    channel.close();
    decoding.close();
    for (const answer of [...answers]) answer.done();
    ended(cause);
  }

  let counted = 0;
  let countedSince = clock();
  /** @throws Impossible where it only keeps us busy */
  function count(): void {
    counted += 1;
    if (counted <= PER_SECOND) return;
    if (clock() - countedSince < 1_000) throw new Impossible('broken');
    counted = 0;
    countedSince = clock();
  }
  /** Points of this update, and those that the thread was given since it last answered. */
  let drawn = 0;
  let behind = 0;
  function draw(points: number): void {
    drawn += points;
    behind += points;
    if (drawn > MAX_DRAWN * size.width * size.height) throw new Impossible('broken');
  }

  /** @returns true where more than the asked pixel came */
  async function rect(covered: Waiting[]): Promise<boolean> {
    count();
    const head = await channel.read(12, HANGING);
    const [x = 0, y = 0, w = 0, h = 0] = [0, 2, 4, 6].map((at) => head.readUInt16BE(at));
    const encoding = head.readInt32BE(8);
    if (encoding === -223) {
      size = sizeOf(w, h);
      draw(w * h);
      decoding.resize(size);
      primed = false;
      return true;
    }
    if (x + w > size.width || y + h > size.height) throw new Impossible('broken');
    draw(w * h);
    const data = await channel.read(await lengthOf(encoding, w, h), HANGING);
    decoding.rect({ x, y, w, h, encoding, data });
    for (const one of answers)
      if (one.x >= x && one.x < x + w && one.y >= y && one.y < y + h) covered.push(one);
    return w * h > 1;
  }
  async function lengthOf(encoding: number, w: number, h: number): Promise<number> {
    if (encoding === 1) return 4;
    if (encoding !== 0 && encoding !== 16) throw new Impossible('broken');
    const length = encoding === 0 ? w * h * 4 : (await channel.read(4, HANGING)).readUInt32BE(0);
    if (length > MAX_RECT) throw new Impossible('broken');
    return length;
  }
  async function update(): Promise<void> {
    const rects = (await channel.read(3, HANGING)).readUInt16BE(1);
    let changed = false;
    drawn = 0;
    const covered: Waiting[] = [];
    for (let n = 0; n < rects; n += 1) changed = (await rect(covered)) || changed;
    heard = clock();
    for (const one of covered) one.done();
    if (share.perSecond > 0 && (changed || whole)) {
      const now = whole;
      whole = false;
      behind = 0;
      const { png, ...made } = await decoding.picture(share.width, now);
      if (png && share.perSecond > 0)
        order.picture(pngChunk(png, made, { at: clock() - began, sequence: sequence++ }));
    } else if (behind > size.width * size.height) {
      // Drawn without being asked: it waits its turn in the thread like everybody's.
      behind = 0;
      await decoding.picture(0, false);
    }
    schedule();
  }
  async function listen(): Promise<never> {
    for (;;) {
      const type = (await channel.read(1)).readUInt8(0);
      heard = clock();
      count();
      if (type === 0) await update();
      else if (type === 1) {
        const colours = (await channel.read(5, HANGING)).readUInt16BE(3);
        await channel.read(colours * 6, HANGING);
      } else if (type === 3 || type === FEATURE_MESSAGE) {
        if (type === 3) await channel.read(3, HANGING);
        const length = (await channel.read(4, HANGING)).readUInt32BE(0);
        if (length > (type === 3 ? MAX_TEXT : MAX_MESSAGE)) throw new Impossible('broken');
        await channel.read(length, HANGING);
      } else if (type !== 2) throw new Impossible('broken');
    }
  }
  listen().catch((error: unknown) => end(error instanceof NoAnswer ? error.cause_ : 'cut'));

  /** Asks about a pixel, and waits until the device has answered about that one. */
  function answer(screen: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        answers.delete(one);
        reject(new NoAnswer('hanging'));
      }, COMMAND_DEADLINE);
      const one: Waiting = {
        x: randomInt(size.width),
        y: randomInt(size.height),
        done() {
          answers.delete(one);
          clearTimeout(timer);
          if (over) reject(new NoAnswer(over));
          else resolve();
        },
      };
      answers.add(one);
      if (screen) ask(true);
      else asked = clock();
      request(false, { width: 1, height: 1 }, one.x, one.y);
    });
  }

  return {
    name,
    watch(wanted) {
      const before = share;
      share = wanted;
      if (wanted.perSecond <= 0) return void clearTimeout(poll);
      if (before.perSecond > 0 && before.width === wanted.width) return;
      // Somebody begins to look, or looks closer: a picture at once.
      whole = true;
      clearTimeout(poll);
      ask(true);
    },
    async marks() {
      await answer(true);
      const { marks } = await decoding.picture(0, false);
      if (!marks) throw new NoAnswer('cut');
      return marks;
    },
    ping: () => answer(false),
    send: (bytes) => channel.write(bytes),
    input(input) {
      const bytes = 'key' in input ? keyEvent(input.key, input.down) : pointerEvent(input, size);
      channel.write(bytes);
    },
    close: () => end('cut'),
    ended: whyEnded,
  };
}

function keyEvent(key: number, down: boolean): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt8(4, 0);
  bytes.writeUInt8(down ? 1 : 0, 1);
  bytes.writeUInt32BE(key, 4);
  return bytes;
}

/** `x` and `y` in thousandths of the screen: who points sees a picture of another size. */
function pointerEvent({ x, y, buttons }: { x: number; y: number; buttons: number }, size: Size): Buffer {
  const bytes = Buffer.alloc(6);
  bytes.writeUInt8(5, 0);
  bytes.writeUInt8(buttons & 255, 1);
  bytes.writeUInt16BE(Math.min(size.width - 1, Math.max(0, Math.round((x / 1000) * size.width))), 2);
  bytes.writeUInt16BE(Math.min(size.height - 1, Math.max(0, Math.round((y / 1000) * size.height))), 4);
  return bytes;
}
