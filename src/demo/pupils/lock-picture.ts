import { crc32, deflateSync } from 'node:zlib';
import { SCREEN_CODECS, SCREEN_HEAD } from '../../contract/pupil/frames';
import { lockStrip, STRIP_BLOCKS } from '../../domain/lesson/attention-code';

const WIDTH = 320;
const HEIGHT = 180;
/** Rows of the frieze, at the foot of the picture. */
const STRIP = 12;
const SLATE = [38, 57, 60] as const;
const LIGHT = [255, 250, 240] as const;
const DARK = [13, 21, 22] as const;

/** What a simulated computer shows while its screen is locked: the attention screen's colours, and the lock's own code. */
export function lockPicture(code: number): Buffer {
  const head = Buffer.alloc(SCREEN_HEAD);
  head.writeUInt8(1, 1);
  head.writeUInt8(SCREEN_CODECS.indexOf('png'), 2);
  head.writeUInt16LE(WIDTH, 4);
  head.writeUInt16LE(HEIGHT, 6);
  return Buffer.concat([head, png(code)]);
}

function png(code: number): Buffer {
  const strip = lockStrip(code);
  const rows = Buffer.alloc(HEIGHT * (1 + WIDTH * 3));
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1) {
      const light = strip[Math.floor((x * STRIP_BLOCKS) / WIDTH)] ? LIGHT : DARK;
      const colour = y < HEIGHT - STRIP ? SLATE : light;
      rows.set(colour, y * (1 + WIDTH * 3) + 1 + x * 3);
    }
  const size = Buffer.alloc(13);
  size.writeUInt32BE(WIDTH, 0);
  size.writeUInt32BE(HEIGHT, 4);
  // 8 bits a colour, red green blue.
  size.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    part('IHDR', size),
    part('IDAT', deflateSync(rows)),
    part('IEND', Buffer.alloc(0)),
  ]);
}

function part(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([size, body, check]);
}
