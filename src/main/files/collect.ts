import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Containers } from './containers';
import { Draft } from './draft';
import { ChunkReader } from './reading';

/** A kept file's date is moved once a day at the most: the wait of one that nobody names any more counts from there. */
const TOUCH_MS = 24 * 3600 * 1000;

/**
 * Removes files that nobody keeps and that have waited. A kept one that leans on one of these is written again by itself
 * first. @param before milliseconds since 1970 @returns bytes given back
 */
export function collectContainers(
  containers: Containers,
  keep: ReadonlySet<string>,
  before: number,
): Promise<number> {
  return containers.alone(async () => {
    const dead = new Set<string>();
    const now = Date.now();
    for (const name of await containers.all()) {
      const { mtimeMs } = await stat(containers.pathOf(name));
      const stays = keep.has(name) || containers.isPinned(name);
      if (!stays && mtimeMs < before) dead.add(name);
      if (keep.has(name) && now - mtimeMs > TOUCH_MS)
        await utimes(containers.pathOf(name), now / 1000, now / 1000);
    }
    return removeContainers(containers, dead);
  });
}

/** Removes one file as soon as nobody reads it any more or leans on it in a draft. */
export async function discardContainer(containers: Containers, name: string): Promise<void> {
  for (;;) {
    await containers.released(name);
    const gone = await containers.alone(async () => {
      if (containers.isPinned(name)) return false;
      if (await containers.exists(name)) await removeContainers(containers, new Set([name]));
      return !(await containers.exists(name));
    });
    if (gone) return;
  }
}

/** @returns bytes given back */
async function removeContainers(containers: Containers, dead: ReadonlySet<string>): Promise<number> {
  if (dead.size === 0) return 0;
  const index = await containers.index();
  let freed = 0;
  for (const name of await containers.all())
    if (!dead.has(name)) freed -= await standAlone(containers, name, dead);
  for (const name of dead) {
    // Somebody may have begun to lean on it meanwhile: it goes the next time.
    if (containers.isPinned(name)) continue;
    index.drop(name);
    freed += await sizeOf(containers.pathOf(name));
    await rm(containers.pathOf(name), { force: true });
  }
  return freed;
}

/** @returns bytes; none where it went meanwhile */
const sizeOf = (path: string): Promise<number> =>
  stat(path).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return 0;
      throw error;
    },
  );

/** Writes a container again without leaning on those. @returns bytes by which it grew */
async function standAlone(containers: Containers, name: string, dead: ReadonlySet<string>): Promise<number> {
  const container = await containers.tryOpen(name);
  const leans = container?.foot.others.some((other) => dead.has(other)) ?? false;
  const file = container && { sha256: container.foot.sha256, size: container.foot.size };
  await container?.close();
  if (!leans || !file) return 0;
  const index = await containers.index();
  const { size, atimeMs, mtimeMs } = await stat(containers.pathOf(name));
  const reader = await ChunkReader.open(containers, file.sha256);
  if (!reader) return 0;
  // Its own chunks go into its new self, which others may lean on as before.
  const draft = await Draft.start(containers, {
    holderOf: (chunk) => {
      const holder = index.holderOf(chunk);
      return holder === undefined || holder === name || dead.has(holder) ? undefined : holder;
    },
  });
  try {
    for (const [position, { length }] of reader.chunks.entries())
      await draft.add(await reader.packed(position), length);
    await draft.finish(file);
    await utimes(draft.path, atimeMs / 1000, mtimeMs / 1000);
    await containers.put(draft.path, name);
  } finally {
    await reader.close();
    await draft.close();
  }
  const written = await containers.open(name);
  if (written) index.add(name, written.foot);
  await written?.close();
  return (await stat(containers.pathOf(name))).size - size;
}

/** Growing files that nobody has touched since. */
export async function collectGrowing(
  folder: string,
  before: number,
  isOpen: (name: string) => boolean,
): Promise<number> {
  let freed = 0;
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    const { size, mtimeMs } = await stat(path);
    if (!entry.isFile() || mtimeMs >= before || isOpen(entry.name)) continue;
    await rm(path, { force: true });
    freed += size;
  }
  return freed;
}
