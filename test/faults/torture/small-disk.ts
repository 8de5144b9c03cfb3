import { execFileSync } from 'node:child_process';
import { cp, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** A disk of a few megabytes that holds a copy of a folder, and may be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  /** What fills it. */
  readonly ballast: string;
  fill(): Promise<void>;
  empty(): Promise<void>;
  unmount(): void;
}

/** @returns the reason where there can be none: it takes root and a tmpfs */
export async function smallDisk(at: string, content: string, megabytes: number): Promise<SmallDisk | string> {
  await mkdir(at, { recursive: true });
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', at], { stdio: 'pipe' });
  } catch (error) {
    return `no tmpfs can be mounted here: ${String((error as Error).message).split('\n', 1)[0] ?? ''}`;
  }
  const folder = join(at, 'poste');
  await cp(content, folder, { recursive: true });
  const ballast = join(at, 'ballast');
  return {
    folder,
    ballast,
    async fill() {
      const file = await open(ballast, 'a');
      try {
        // Until there is no room; then by the byte, so that nothing is left.
        for (let size = 1024 * 1024; size >= 1; size = Math.floor(size / 2)) {
          for (let wrote = true; wrote;) {
            wrote = await file.write(Buffer.alloc(size)).then(
              ({ bytesWritten }) => bytesWritten === size,
              () => false,
            );
          }
        }
      } finally {
        await file.close();
      }
    },
    empty: () => rm(ballast, { force: true }),
    unmount: () => void execFileSync('umount', ['-l', at]),
  };
}
