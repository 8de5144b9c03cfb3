import { newUpload } from '../state/new-id';
import type { Photo } from './draft';

/** Longest side kept, in pixels: a notebook page stays readable, and fifteen at once fit the Wi-Fi. */
const LONGEST = 1_600;
const QUALITY = 0.82;

/** Makes a photo smaller and, by drawing it anew, forgets where and with what it was taken (EXIF). */
export async function takePhoto(file: Blob): Promise<Photo> {
  const image = new Image();
  const address = URL.createObjectURL(file);
  try {
    image.src = address;
    await image.decode();
    const scale = Math.min(1, LONGEST / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement('canvas');
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale));
    canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    const bytes = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
    if (!bytes) throw new Error('no picture');
    return { upload: newUpload(), bytes };
  } finally {
    URL.revokeObjectURL(address);
  }
}
