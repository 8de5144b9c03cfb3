/**
 * The programme of the thread that decodes screens. It is handed to the thread as text (`thread.ts`), so that no bundler and
 * no archive has to carry one more file: everything it uses stands inside this one function, and types vanish.
 */

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  /** RFB: 0 raw, 1 copyrect, 16 ZRLE. */
  readonly encoding: number;
  readonly data: Uint8Array;
}

export type ToThread =
  | { readonly screen: number; readonly do: 'open'; readonly width: number; readonly height: number }
  | { readonly screen: number; readonly do: 'size'; readonly width: number; readonly height: number }
  | { readonly screen: number; readonly do: 'rect'; readonly rect: Rect }
  /** End of an update. `width` 0: no picture is wanted, only the marks. `whole`: also where nothing has changed. */
  | {
      readonly screen: number;
      readonly do: 'picture';
      readonly width: number;
      readonly whole: boolean;
      readonly limit: number;
    }
  | { readonly screen: number; readonly do: 'close' };

export type FromThread =
  | {
      readonly screen: number;
      readonly width: number;
      readonly height: number;
      /** Undefined where the picture is the one sent before. */
      readonly png?: Uint8Array | undefined;
      /** Asked for by `width` 0: 32 × 18 levels of grey, enough to say whether a screen is still the pupil's. */
      readonly marks?: Uint8Array | undefined;
    }
  | { readonly screen: number; readonly failed: true };

interface Zlib {
  createInflate(options: object): {
    write(chunk: Uint8Array, done: () => void): void;
    read(): Uint8Array | null;
    on(event: 'error', listener: () => void): void;
    on(event: 'data', listener: (part: Uint8Array) => void): void;
    destroy(): void;
  };
  deflateSync(bytes: Uint8Array, options: object): Uint8Array;
  crc32(bytes: Uint8Array, value?: number): number;
}

/** @param zlib Node's own. @returns what takes one message, and answers with what is to be told */
export function createDecoder(zlib: Zlib): (message: ToThread) => Promise<FromThread | undefined> {
  interface Screen {
    width: number;
    height: number;
    /** R, G, B, unused: as the pixel format asked for has them. */
    pixels: Uint8Array;
    inflate: ReturnType<Zlib['createInflate']> | undefined;
    /** Ends the rectangle that is being read: its bytes are no zlib. */
    refuse: () => void;
    /** A piece of what that rectangle unpacks to. */
    took: (part: Uint8Array) => void;
    /** It sent what is none of the protocol: there is no picture of it any more. */
    broken: boolean;
    last: number;
    lastWidth: number;
  }
  const ACROSS = 32;
  const DOWN = 18;
  const screens = new Map<number, Screen>();

  /**
   * One zlib stream for the whole connection (RFC 6143, 7.7.6). What swells to more than its points could need is refused while it
   * swells: the thread is every screen's.
   */
  function inflated(screen: Screen, { w, h, data }: Rect): Promise<Uint8Array> {
    if (!screen.inflate) {
      screen.inflate = zlib.createInflate({ chunkSize: 64 * 1024 });
      screen.inflate.on('error', () => screen.refuse());
      screen.inflate.on('data', (part) => screen.took(part));
    }
    const { inflate } = screen;
    const most = w * h * 4 + Math.ceil(w / 64) * Math.ceil(h / 64) * 400;
    return new Promise((resolve, reject) => {
      const parts: Uint8Array[] = [];
      let size = 0;
      screen.refuse = () => reject(new Error('zlib'));
      screen.took = (part) => {
        size += part.length;
        if (size <= most) return void parts.push(part);
        inflate.destroy();
        screen.refuse();
      };
      inflate.write(data, () => {
        // What still waits comes as `data`, too.
        while (inflate.read() !== null);
        const whole = new Uint8Array(size <= most ? size : 0);
        let at = 0;
        for (const part of size <= most ? parts : []) {
          whole.set(part, at);
          at += part.length;
        }
        resolve(whole);
      });
    });
  }

  function raw(screen: Screen, { x, y, w, h, data }: Rect): void {
    for (let row = 0; row < h; row += 1)
      screen.pixels.set(data.subarray(row * w * 4, (row + 1) * w * 4), ((y + row) * screen.width + x) * 4);
  }
  function copy(screen: Screen, { x, y, w, h, data }: Rect): void {
    const fromX = (data[0] ?? 0) * 256 + (data[1] ?? 0);
    const fromY = (data[2] ?? 0) * 256 + (data[3] ?? 0);
    if (fromX + w > screen.width || fromY + h > screen.height) throw new RangeError('copyrect');
    const rows = [];
    for (let row = 0; row < h; row += 1) {
      const start = ((fromY + row) * screen.width + fromX) * 4;
      rows.push(screen.pixels.slice(start, start + w * 4));
    }
    rows.forEach((bytes, row) => screen.pixels.set(bytes, ((y + row) * screen.width + x) * 4));
  }

  /** Tiles of 64 × 64, each raw, one colour, a palette, or runs (RFC 6143, 7.7.6). */
  function zrle(screen: Screen, rect: Rect, bytes: Uint8Array): void {
    const { pixels, width: stride } = screen;
    let at = 0;
    const byte = (): number => {
      if (at >= bytes.length) throw new RangeError('zrle');
      return bytes[at++] ?? 0;
    };
    const pixel = (): number => {
      const colour = byte() | (byte() << 8) | (byte() << 16);
      return colour;
    };
    const run = (): number => {
      let length = 1;
      for (;;) {
        const more = byte();
        length += more;
        if (more !== 255) return length;
      }
    };
    for (let top = 0; top < rect.h; top += 64)
      for (let left = 0; left < rect.w; left += 64) {
        const w = Math.min(64, rect.w - left);
        const h = Math.min(64, rect.h - top);
        const origin = (rect.y + top) * stride + rect.x + left;
        const put = (n: number, colour: number): void => {
          const o = (origin + Math.floor(n / w) * stride + (n % w)) * 4;
          pixels[o] = colour & 255;
          pixels[o + 1] = (colour >> 8) & 255;
          pixels[o + 2] = (colour >> 16) & 255;
        };
        const kind = byte();
        const total = w * h;
        if (kind === 0) {
          for (let n = 0; n < total; n += 1) put(n, pixel());
        } else if (kind === 1) {
          const colour = pixel();
          for (let n = 0; n < total; n += 1) put(n, colour);
        } else if (kind <= 16) {
          const palette = Array.from({ length: kind }, pixel);
          const bits = kind === 2 ? 1 : kind <= 4 ? 2 : 4;
          for (let row = 0; row < h; row += 1) {
            let held = 0;
            let left_ = 0;
            for (let column = 0; column < w; column += 1) {
              if (left_ === 0) {
                held = byte();
                left_ = 8;
              }
              left_ -= bits;
              put(row * w + column, palette[(held >> left_) & ((1 << bits) - 1)] ?? 0);
            }
          }
        } else if (kind === 128) {
          for (let n = 0; n < total;) {
            const colour = pixel();
            const end = Math.min(total, n + run());
            for (; n < end; n += 1) put(n, colour);
          }
        } else if (kind >= 130) {
          const palette = Array.from({ length: kind - 128 }, pixel);
          for (let n = 0; n < total;) {
            const index = byte();
            const colour = palette[index & 127] ?? 0;
            const end = Math.min(total, n + (index & 128 ? run() : 1));
            for (; n < end; n += 1) put(n, colour);
          }
        } else throw new RangeError('zrle');
      }
  }

  /** Each pixel of the smaller picture is the mean of those it stands for. */
  function shrink(screen: Screen, width: number): { width: number; height: number; rgb: Uint8Array } {
    const w = Math.max(1, Math.min(width, screen.width));
    const h = Math.max(1, Math.round((screen.height * w) / screen.width));
    const rgb = new Uint8Array(w * h * 3);
    const { pixels, width: stride } = screen;
    const edges = Array.from({ length: w + 1 }, (_, n) => Math.floor((n * stride) / w));
    for (let row = 0; row < h; row += 1) {
      const top = Math.floor((row * screen.height) / h);
      const bottom = Math.max(top + 1, Math.floor(((row + 1) * screen.height) / h));
      for (let column = 0; column < w; column += 1) {
        const left = edges[column] ?? 0;
        const right = Math.max(left + 1, edges[column + 1] ?? 0);
        let r = 0;
        let g = 0;
        let b = 0;
        for (let y = top; y < bottom; y += 1)
          for (let o = (y * stride + left) * 4, x = left; x < right; x += 1, o += 4) {
            r += pixels[o] ?? 0;
            g += pixels[o + 1] ?? 0;
            b += pixels[o + 2] ?? 0;
          }
        const count = (bottom - top) * (right - left);
        const o = (row * w + column) * 3;
        rgb[o] = r / count;
        rgb[o + 1] = g / count;
        rgb[o + 2] = b / count;
      }
    }
    return { width: w, height: h, rgb };
  }

  function png(picture: { width: number; height: number; rgb: Uint8Array }, bits: number): Uint8Array {
    const { width, height, rgb } = picture;
    const row = width * 3;
    const mask = (255 << (8 - bits)) & 255;
    // Filter « up »: most of a screen is like the row above.
    const body = new Uint8Array((row + 1) * height);
    for (let y = 0; y < height; y += 1) {
      body[y * (row + 1)] = 2;
      for (let x = 0; x < row; x += 1) {
        const above = y > 0 ? (rgb[(y - 1) * row + x] ?? 0) & mask : 0;
        body[y * (row + 1) + 1 + x] = ((rgb[y * row + x] ?? 0) & mask) - above;
      }
    }
    const chunk = (name: string, data: Uint8Array): Uint8Array => {
      const out = new Uint8Array(12 + data.length);
      const view = new DataView(out.buffer);
      view.setUint32(0, data.length);
      for (let n = 0; n < 4; n += 1) out[4 + n] = name.charCodeAt(n);
      out.set(data, 8);
      view.setUint32(8 + data.length, zlib.crc32(out.subarray(4, 8 + data.length)));
      return out;
    };
    const head = new Uint8Array(13);
    const view = new DataView(head.buffer);
    view.setUint32(0, width);
    view.setUint32(4, height);
    head.set([8, 2, 0, 0, 0], 8);
    const parts = [
      new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      chunk('IHDR', head),
      chunk('IDAT', zlib.deflateSync(body, { level: 3 })),
      chunk('IEND', new Uint8Array(0)),
    ];
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      out.set(part, at);
      at += part.length;
    }
    return out;
  }

  function marksOf(screen: Screen): Uint8Array {
    const { rgb, height } = shrink(screen, ACROSS);
    const marks = new Uint8Array(ACROSS * DOWN);
    for (let row = 0; row < DOWN; row += 1)
      for (let column = 0; column < ACROSS; column += 1) {
        const o = (Math.floor((row * height) / DOWN) * ACROSS + column) * 3;
        marks[row * ACROSS + column] = (2 * (rgb[o] ?? 0) + 5 * (rgb[o + 1] ?? 0) + (rgb[o + 2] ?? 0)) >> 3;
      }
    return marks;
  }

  return async (message) => {
    if (message.do === 'open' || message.do === 'size') {
      const { width, height } = message;
      const held = message.do === 'size' ? screens.get(message.screen) : undefined;
      screens.set(message.screen, {
        width,
        height,
        pixels: new Uint8Array(width * height * 4),
        inflate: held?.inflate,
        refuse: () => undefined,
        took: () => undefined,
        broken: held?.broken ?? false,
        last: -1,
        lastWidth: 0,
      });
      return undefined;
    }
    const screen = screens.get(message.screen);
    if (!screen) return undefined;
    if (message.do === 'close') {
      screen.inflate?.destroy();
      screens.delete(message.screen);
      return undefined;
    }
    const failed = { screen: message.screen, failed: true } as const;
    if (screen.broken) return message.do === 'picture' ? failed : undefined;
    try {
      if (message.do === 'rect') {
        const { rect } = message;
        if (rect.encoding === 0) raw(screen, rect);
        else if (rect.encoding === 1) copy(screen, rect);
        else zrle(screen, rect, await inflated(screen, rect));
        return undefined;
      }
      const { width, whole, limit } = message;
      const { width: full, height } = screen;
      if (width === 0) return { screen: message.screen, width: full, height, marks: marksOf(screen) };
      let wide = width;
      let picture = shrink(screen, wide);
      const print = zlib.crc32(picture.rgb);
      if (print === screen.last && wide === screen.lastWidth && !whole)
        return { screen: message.screen, width: picture.width, height: picture.height };
      screen.last = print;
      screen.lastWidth = wide;
      // A tile is small: fewer shades are not seen there. A photograph that is too long is made smaller until it fits.
      let file = png(picture, wide <= 640 ? 5 : 7);
      while (file.length > limit && wide > 64) {
        wide = Math.floor(wide * 0.75);
        picture = shrink(screen, wide);
        file = png(picture, 5);
      }
      return { screen: message.screen, width: picture.width, height: picture.height, png: file };
    } catch {
      // Said with the next picture that is asked for: only then does somebody wait.
      screen.broken = true;
      return message.do === 'picture' ? failed : undefined;
    }
  };
}
