import { PreauError } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { closeItem, findItem } from '../../domain/lesson/items';
import type { Lesson, Recipients, SentItem } from '../../domain/lesson/model';
import type { Sniffed } from '../../domain/lesson/work-files';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { ClassroomDeps } from './deps';
import type { Conduct } from './conduct';
import type { HandInDocument, ItemDocument, KeptFile } from './documents';
import { createImageRights } from './image-rights';
import type { Live } from './live';
import { lookAtFile } from './look-at-file';

/** Bytes: a scanned book is not a lesson sheet; a film of ten minutes is a lesson. */
const MAX_DOCUMENT = 100 * 1024 * 1024;
const MAX_MEDIA = 300 * 1024 * 1024;
/** Things sent before that one looks through. */
const MAX_BEFORE = 80;

interface Order {
  readonly title: string;
  readonly to: Recipients;
}
type Shows = { readonly shows?: readonly Id<'pupil'>[] | undefined };

/** What leaves for the class: looked at, asked about where children are on it, kept to be sent again. */
export interface Sending {
  page(actor: Actor, order: Order & { readonly url: string; readonly answer: boolean }): Promise<Id<'item'>>;
  /** @throws PreauError `FILE_REFUSED`, `TOO_LARGE`, `BAD_INPUT` (a picture, and nobody said who is on it), `IMAGE_REFUSED` */
  file(
    actor: Actor,
    connection: string,
    order: Order & Shows & { readonly upload: string; readonly answer: boolean },
  ): Promise<Id<'item'>>;
  look(
    actor: Actor,
    connection: string,
    upload: string,
  ): Promise<Pick<Sniffed, 'kind'> & { asksWho: boolean }>;
  before(actor: Actor): SentItem[];
  again(
    actor: Actor,
    order: Omit<Order, 'title'> & { item: Id<'item'>; answer: boolean },
  ): Promise<Id<'item'>>;
  /** A pupil's photo or film goes to others. */
  work(
    actor: Actor,
    order: Order & Shows & { readonly id: Id<'handin'>; readonly upload: string },
  ): Promise<Id<'item'>>;
  close(actor: Actor, item: Id<'item'>): Promise<void>;
}

/** A photo or a film may show a child; a document is the teacher's own. */
const asksWho = ({ kind }: Pick<Sniffed, 'kind'>): boolean => kind === 'image' || kind === 'video';

export function createSending(
  deps: ClassroomDeps,
  live: Live,
  conducted: (actor: Actor) => ReturnType<Live['required']>,
  send: Conduct['send'],
): Sending {
  const images = createImageRights(deps);

  async function see(file: Omit<KeptFile, 'type'>): Promise<Sniffed> {
    const { sha256, size, name } = file;
    const seen = await lookAtFile(deps.files, {
      sha256: String(sha256),
      size: Number(size),
      name: String(name),
    });
    if (!seen) throw new PreauError('FILE_REFUSED', { reason: 'type' });
    const limit = seen.kind === 'audio' || seen.kind === 'video' ? MAX_MEDIA : MAX_DOCUMENT;
    if (Number(size) > limit) throw new PreauError('TOO_LARGE', { limit });
    return seen;
  }
  /** The question was answered, and the answer holds. */
  async function demandShown(actor: Actor, seen: Sniffed, shows: Shows['shows']): Promise<Shows> {
    if (!asksWho(seen)) return {};
    if (!shows) throw new PreauError('BAD_INPUT', { path: 'shows' });
    await images.demand(actor, shows);
    return shows.length > 0 ? { shows: [...new Set(shows)] } : {};
  }
  const all = (): SentItem[] =>
    live
      .required()
      .store.database.all<ItemDocument>('lessonItem')
      .map(({ body }) => body.item as unknown as SentItem);

  return {
    page: (actor, { title, url, answer, to }) => send(actor, { kind: 'page', title, url, answer, to }),
    async file(actor, connection, { title, upload, answer, to, shows }) {
      const { sha256, size, name } = deps.shelf.uploaded(connection, upload);
      conducted(actor);
      const seen = await see({ sha256, size, name });
      const shown = await demandShown(actor, seen, shows);
      const file = { sha256, size, type: seen.type };
      // What nobody can answer on (it opens in another application) is answered beside it: photo, voice, words.
      return send(actor, { kind: seen.kind, title, answer, file, to, ...shown });
    },
    async look(actor, connection, upload) {
      const { sha256, size, name } = deps.shelf.uploaded(connection, upload);
      demand(actor, 'lesson.open');
      const seen = await see({ sha256, size, name });
      return { kind: seen.kind, asksWho: asksWho(seen) };
    },
    before(actor) {
      const { lesson } = conducted(actor);
      // Without a class all lessons lie together, and a colleague's sheets are theirs.
      const own: readonly SentItem[] = lesson.classId ? all() : lesson.items;
      const known = new Map<string, SentItem>();
      for (const item of [...own].sort((a, b) => b.sentAt.localeCompare(a.sentAt))) {
        const same = `${item.url ?? item.file?.sha256 ?? item.id} ${item.title}`;
        if (!known.has(same)) known.set(same, item);
      }
      return [...known.values()].slice(0, MAX_BEFORE);
    },
    async again(actor, { item, answer, to }) {
      const { lesson } = conducted(actor);
      const found = (lesson.classId ? all() : lesson.items).find((one) => one.id === item);
      if (!found) throw new PreauError('NOT_FOUND', { kind: 'item' });
      const { kind, title, url, file, shows } = found;
      // A family may have changed its word since.
      await images.demand(actor, shows ?? []);
      return send(actor, { kind, title, url, file, shows, answer, to });
    },
    async work(actor, { id, upload, title, to, shows }) {
      const { lesson, store } = conducted(actor);
      const body = store.database.get<HandInDocument>(id)?.body;
      const kept = body && Object.hasOwn(body.files, upload) ? body.files[upload] : undefined;
      if (!kept || (!lesson.classId && body?.lesson !== lesson.id))
        throw new PreauError('NOT_FOUND', { kind: 'handin' });
      const seen = await see(kept);
      const shown = await demandShown(actor, seen, shows);
      const file = { sha256: kept.sha256, size: kept.size, type: seen.type };
      // Traced as a look at the work it is: whose it is, by whom it was shown on.
      deps.platform.tracer.trace(actor, 'work.read', [id, ...(body?.pupils ?? [])]);
      return send(actor, { kind: seen.kind, title, answer: false, file, to, ...shown });
    },
    close: (actor, id) =>
      live.durable(async () => {
        const { lesson, store } = conducted(actor);
        if (!findItem(lesson, id)) throw new PreauError('NOT_FOUND', { kind: 'item' });
        const next: Lesson = closeItem(lesson, id, live.now());
        const closed = findItem(next, id);
        if (closed) await store.saveItem(next, closed);
        live.update((held) => closeItem(held, id, closed?.closedAt ?? live.now()));
        for (const { link } of live.devices.values()) link.send('lesson.itemClosed', { item: id });
      }),
  };
}
