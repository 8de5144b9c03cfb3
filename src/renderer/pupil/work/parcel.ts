import type { HandInPart } from '../../../contract/pupil/lesson';
import { newUpload } from '../state/new-id';
import { strokeCount, takeKind, type Draft, type Photo } from './draft';
import type { Drawing, Stroke } from './strokes';

/** What waits for the door: parts as the contract has them, and the bytes they name. */
export interface Packed {
  readonly parts: readonly HandInPart[];
  readonly files: readonly Photo[];
}

/** A text frame holds 64 kB; parts get most of it. A drawing beyond travels as a picture. */
const ROOM = 48 * 1024;
/** Parts in one hand-in, by contract. */
const MOST_PARTS = 20;

/** A4 upright where the page's shape is unknown. Width of the picture in pixels. */
const WIDTH = 1_600;

/** What a teacher reads on the file. */
const NAMES = { photo: 'photo', voice: 'voix', film: 'film' } as const;

export type PageShape = (page: number) => number;

/**
 * Turns a draft into a hand-in. An empty draft is an answer too (« J'ai fini » on a page to read): a text without a word.
 * `shape` gives a page's height over its width, for drawings that travel as pictures.
 */
export async function pack(draft: Draft, shape: PageShape = () => Math.SQRT2): Promise<Packed> {
  const parts: HandInPart[] = [];
  const files: Photo[] = [...draft.photos];
  if (draft.text.trim() !== '' || (strokeCount(draft) === 0 && files.length === 0))
    parts.push({ kind: 'text', text: draft.text.slice(0, 20_000) });
  const counts = { photo: 0, voice: 0, film: 0 };
  for (const take of draft.photos) {
    const kind = takeKind(take);
    counts[kind] += 1;
    // The host gives it the ending its bytes ask for.
    parts.push({ kind: 'file', upload: take.upload, name: `${NAMES[kind]} ${counts[kind]}` });
  }
  let room = ROOM;
  for (const [page, { strokes }] of Object.entries(draft.sheets)) {
    if (strokes.length === 0 || parts.length >= MOST_PARTS) continue;
    const drawing: Drawing = { kind: 'drawing', page: Number(page), strokes: [...strokes] };
    const size = JSON.stringify(drawing).length;
    if (size <= room) {
      room -= size;
      parts.push(drawing);
    } else {
      const upload = newUpload();
      files.push({ upload, bytes: await picture(strokes, shape(drawing.page)) });
      parts.push({ kind: 'file', upload, name: `page ${page}` });
    }
  }
  return { parts, files };
}

export const INK: Readonly<Record<Stroke['colour'], string>> = {
  black: '#1f2a2b',
  blue: '#1d4f9c',
  red: '#b3261e',
  green: '#1f7a46',
};

function picture(strokes: readonly Stroke[], shape: number): Promise<Blob> {
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = Math.round(WIDTH * shape);
  const brush = canvas.getContext('2d');
  if (!brush) return Promise.reject(new Error('no canvas'));
  for (const stroke of strokes) {
    brush.strokeStyle = INK[stroke.colour];
    brush.lineWidth = (stroke.width / 1_000) * canvas.width;
    brush.lineCap = brush.lineJoin = 'round';
    brush.beginPath();
    for (const [x, y] of stroke.points)
      brush.lineTo(
        (x / 1_000) * canvas.width,
        (y / 1_000) * canvas.height + (stroke.points.length === 1 ? 0.1 : 0),
      );
    brush.stroke();
  }
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  );
}
