import { LineLost } from '../net/line';
import type { PutBytes } from './outbox';

/** Small enough that a weak Wi-Fi loses little when it cuts (bytes). */
const PIECE = 256 * 1024;

/** In pieces from the offset told; a cut costs one piece, since the door says next time where it stands. */
export const putBytes: PutBytes = async (path, bytes, offset) => {
  for (let at = offset; at < bytes.size; at += PIECE) {
    const end = Math.min(at + PIECE, bytes.size);
    const answer = await fetch(path, {
      method: 'PUT',
      headers: {
        'content-range': `bytes ${at}-${end - 1}/${bytes.size}`,
        'content-type': 'application/octet-stream',
      },
      body: bytes.slice(at, end),
    }).catch(() => undefined);
    if (!answer?.ok) throw new LineLost();
  }
};
