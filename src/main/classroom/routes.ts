import { PreauError } from '../../domain/errors';
import type { SeatKey } from '../../domain/lesson/model';
import type { classroomSubject } from '../../contract/staff/classroom';
import type { StaffHandlers } from '../capability';
import type { ClassroomDeps } from './deps';
import type { ClassroomService } from './service';

/** Documents a pupil app can show. */
const FILE_KINDS: Readonly<Record<string, 'pdf' | 'image'>> = {
  'application/pdf': 'pdf',
  'image/png': 'image',
  'image/jpeg': 'image',
  'image/webp': 'image',
  'image/gif': 'image',
};
/** Bytes; a scanned book is not a lesson sheet. */
const MAX_FILE = 100 * 1024 * 1024;

export function classroomRoutes(
  service: ClassroomService,
  { links, shelf }: Pick<ClassroomDeps, 'links' | 'shelf'>,
) {
  const key = (seat: string): SeatKey => seat as SeatKey;
  return {
    state: ({ actor }) => ({ ...service.state(actor), doorUp: links.url() !== undefined }),
    open: ({ actor }, order) => service.open(actor, order),
    async close({ actor }) {
      await service.closeLesson(actor);
      return {};
    },
    joinInfo({ actor }) {
      const code = service.joinCode(actor);
      const url = links.url();
      if (url === undefined) throw new PreauError('BUSY');
      const namedUrl = links.namedUrl();
      return { url, ...(namedUrl && { namedUrl }), plainUrl: links.plainUrl() ?? url, ...code };
    },
    attention: ({ actor }, { to, ...order }) =>
      service.attention(actor, { ...order, to: to === undefined || to === 'all' ? 'all' : to.map(key) }),
    async sendPage({ actor }, { title, url, answer, to }) {
      const item = await service.send(actor, {
        kind: 'page',
        title,
        url,
        answer,
        to: to === 'all' ? to : to.map(key),
      });
      return { item };
    },
    async sendFile({ actor, connection }, { title, upload, answer, to }) {
      const { sha256, size, type } = shelf.uploaded(connection, upload);
      const kind = FILE_KINDS[type];
      if (!kind) throw new PreauError('FILE_REFUSED', { reason: 'type' });
      if (size > MAX_FILE) throw new PreauError('TOO_LARGE', { limit: MAX_FILE });
      const item = await service.send(actor, {
        kind,
        title,
        answer,
        file: { sha256, size, type },
        to: to === 'all' ? to : to.map(key),
      });
      return { item };
    },
    async answerSignIn({ actor }, { seat, pupil, accepted }) {
      await service.answerSignIn(actor, key(seat), pupil, accepted);
      return {};
    },
    lowerHand({ actor }, { seat }) {
      service.lowerHand(actor, key(seat));
      return {};
    },
    async putOut({ actor }, { seat, pupil }) {
      await service.putOut(actor, key(seat), pupil);
      return {};
    },
    async nickname({ actor }, { seat, name }) {
      await service.nickname(actor, key(seat), name);
      return {};
    },
    watch({ actor, connection }, { tiles }) {
      service.watch(
        actor,
        connection,
        tiles.map(({ seat, width }) => ({ seat: key(seat), width })),
      );
      return {};
    },
    keyFrame({ actor }, { seat }) {
      service.keyFrame(actor, key(seat));
      return {};
    },
    handIns: async ({ actor }, of) => ({ handIns: await service.work.list(actor, of) }),
    handIn: ({ actor, connection }, { id, class: classId }) =>
      service.work.detail(actor, connection, id, classId),
  } satisfies StaffHandlers<typeof classroomSubject>;
}
