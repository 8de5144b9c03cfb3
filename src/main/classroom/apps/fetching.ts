import type { FetchRun, FetchStep } from '../../../contract/staff/apps';
import type { UPLOAD_TYPES } from '../../../contract/pupil/lesson';
import { idFrom, opaque, type Id } from '../../../domain/id';
import type { SentItem } from '../../../domain/lesson/model';
import { findItem, sendItem } from '../../../domain/lesson/items';
import { seatAt } from '../../../domain/lesson/seats';
import { safeFileName, sniff, SNIFFED_BYTES } from '../../../domain/lesson/work-files';
import { sha256, utf8 } from '../../../exchange';
import { isPreauError } from '../../../domain/errors';
import type { FolderName, TabletFile } from '../../android/files';
import type { SchoolTablets } from '../../android/school-tablets';
import type { Said } from '../../android/tablets';
import type { ToolContext } from '../lesson-tool';

/** A piece of work takes so many files (contract `lesson.handIn`). */
const MOST_FILES = 20;
type UploadType = (typeof UPLOAD_TYPES)[number];
const BY_KIND: Readonly<Record<string, UploadType>> = {
  image: 'image/jpeg',
  audio: 'audio/mp4',
  video: 'video/mp4',
  application: 'application/pdf',
};
/** Bytes of another kind than a class hands in. */
class NotTaken extends Error {}

/**
 * « Ramasser » what other applications made: files of a tablet, since the lesson began, become one piece of unfinished work of
 * whoever sits there. What a cut left half done goes on from there at the next try; nothing comes twice.
 */
export function createFetching(
  { live, handIns, deps }: Pick<ToolContext, 'live' | 'handIns' | 'deps'>,
  hands: SchoolTablets,
  told: (run: FetchRun) => void,
) {
  let run: FetchRun | undefined;
  let stop = new AbortController();

  function say(device: Id<'device'>, step: FetchStep): void {
    if (!run) return;
    run = {
      ...run,
      tablets: run.tablets.map((one) => (one.device === device ? { ...one, step } : one)),
    };
    told(run);
  }
  /** What the files answer: the task named, or one of its own that no child is shown. */
  async function itemFor(id: Id<'item'> | undefined): Promise<Id<'item'>> {
    return live.durable(async () => {
      const { lesson, store } = live.required();
      if (id && findItem(lesson, id)) return id;
      const title = 'Fichiers des tablettes';
      const known = lesson.items.find((item) => item.title === title && item.to.length === 0);
      if (known) return known.id;
      const item: SentItem = {
        id: idFrom('item', deps.platform.random(9)),
        title,
        kind: 'page',
        answer: true,
        sentAt: live.now(),
        to: [],
      };
      await store.addItem(lesson, item);
      live.update((held) => sendItem(held, item));
      return item.id;
    });
  }

  /** @returns the name of the upload. @throws NotTaken; PreauError `TOO_LARGE` */
  async function take(
    device: Id<'device'>,
    file: TabletFile,
    progress: (bytes: number) => void,
  ): Promise<Said<string>> {
    const upload = opaque(
      sha256(utf8(`${device} ${file.path} ${file.size} ${file.modified}`)).subarray(0, 9),
    );
    let head = Buffer.alloc(0);
    let type: UploadType | undefined;
    let path: string | undefined;
    let waiting: Buffer[] = [];
    let offset = 0;
    // Begun before: its kind was seen then.
    const before = begun.get(upload);
    if (before) {
      type = before;
      ({ path, offset } = await handIns.upload(device, { upload, size: file.size, type }));
      progress(offset);
    }
    async function append(bytes: Buffer): Promise<void> {
      const reception = handIns.reception(path?.split('/').at(-1) ?? '');
      if (!reception) throw new NotTaken();
      offset = await reception.append(offset, bytes);
    }
    /** Ours, and not the tablet's: who reads it stops, and this is what is thrown on. */
    let ours: Error | undefined;
    const said = await hands.fetch(device, file, offset, (bytes) =>
      more(bytes).catch((error: unknown) => {
        ours = error instanceof Error ? error : new NotTaken();
        throw ours;
      }),
    );
    if (ours) throw ours;
    return said.state === 'done' ? { state: 'done', value: upload } : said;

    async function more(bytes: Buffer): Promise<void> {
      if (stop.signal.aborted) throw new NotTaken();
      progress(bytes.length);
      if (path !== undefined) return append(bytes);
      waiting.push(bytes);
      head = Buffer.concat([head, bytes]);
      if (head.length < Math.min(SNIFFED_BYTES, file.size)) return;
      type = BY_KIND[sniff(head, file.name)?.type.split('/')[0] ?? ''];
      if (!type) throw new NotTaken();
      begun.set(upload, type);
      ({ path, offset } = await handIns.upload(device, { upload, size: file.size, type }));
      const from = offset;
      const held = Buffer.concat(waiting);
      waiting = [];
      if (from < held.length) await append(held.subarray(from));
    }
  }
  const begun = new Map<string, UploadType>();

  async function one(device: Id<'device'>, folders: readonly FolderName[], item: Id<'item'>): Promise<void> {
    say(device, { step: 'looking' });
    const { lesson } = live.required();
    const found = await hands.files(device, folders, Date.parse(lesson.openedAt));
    if (found.state !== 'done') return say(device, stepOf(found));
    const files = found.value.files.slice(0, MOST_FILES);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    const parts: { kind: 'file'; upload: string; name: string }[] = [];
    let refused = found.value.tooLarge.length;
    let bytes = 0;
    let shown = -1;
    for (const file of files) {
      const said = await take(device, file, (more) => {
        bytes += more;
        const percent = Math.floor((bytes / total) * 100);
        if (percent === shown) return;
        shown = percent;
        say(device, { step: 'fetching', bytes: Math.min(bytes, total), total });
      }).catch((error: unknown) => {
        if (error instanceof NotTaken || isPreauError(error)) return undefined;
        throw error;
      });
      if (stop.signal.aborted) return say(device, { step: 'impossible', why: 'broken' });
      if (said?.state === 'no-answer') return say(device, stepOf(said));
      if (said?.state === 'done')
        parts.push({ kind: 'file', upload: said.value, name: safeFileName(file.name) });
      else refused += 1;
    }
    if (parts.length > 0)
      await live.durable(async () => {
        const { lesson: now } = live.required();
        const seat = seatAt(now, device);
        if (!seat) return;
        const words = `${item} ${device} ${parts.map(({ upload }) => upload).join(' ')}`;
        const order = {
          id: idFrom('handin', sha256(utf8(words)).subarray(0, 9)),
          item,
          pupils: [],
          parts,
          unfinished: true,
        };
        await handIns.receive(now, seat, order);
      });
    const more = found.value.files.length - files.length;
    say(device, { step: 'done', files: parts.length, refused, more });
  }

  return {
    current: () => run,
    /** Answers when it has begun; each tablet ends with its own outcome. */
    async start(
      tablets: readonly { readonly device: Id<'device'>; readonly label: string }[],
      folders: readonly FolderName[],
      wanted: Id<'item'> | undefined,
    ): Promise<FetchRun> {
      stop.abort();
      stop = new AbortController();
      const own = stop;
      const item = await itemFor(wanted);
      const begunRun: FetchRun = {
        startedAt: live.now(),
        finished: false,
        tablets: tablets.map((one) => ({ ...one, step: { step: 'waiting' } })),
      };
      run = begunRun;
      void Promise.all(
        tablets.map(({ device }) =>
          one(device, folders, item).catch((error: unknown) => {
            deps.platform.log.warn('apps.fetch', { error: error instanceof Error ? error.name : '' });
            say(device, { step: 'impossible', why: 'broken' });
          }),
        ),
      ).then(() => {
        if (!run || own !== stop) return;
        run = { ...run, finished: true };
        told(run);
      });
      return begunRun;
    },
    stop(): void {
      stop.abort();
    },
  };
}

const stepOf = (said: Exclude<Said<unknown>, { state: 'done' }>): FetchStep =>
  said.state === 'impossible'
    ? { step: 'impossible', why: said.why }
    : { step: 'no-answer', since: said.since, cause: said.cause };
