import { SNIFFED_BYTES, sniff, type Sniffed } from '../../domain/lesson/work-files';
import type { LessonFiles } from './ports';

/** What a stored file is, by its own bytes: never by what who sent it says. */
export async function lookAtFile(
  files: Pick<LessonFiles, 'openRead'>,
  file: { readonly sha256: string; readonly size: number; readonly name: string },
): Promise<Sniffed | undefined> {
  if (file.size === 0) return undefined;
  const end = Math.min(file.size, SNIFFED_BYTES) - 1;
  const chunks: Buffer[] = [];
  for await (const chunk of await files.openRead(file.sha256, { start: 0, end }))
    chunks.push(chunk as Buffer);
  return sniff(Buffer.concat(chunks), file.name);
}
