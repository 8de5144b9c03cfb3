import { PreauError } from '../../domain/errors';
import type { Recipients, SeatKey } from '../../domain/lesson/model';
import type { classroomSubject } from '../../contract/staff/classroom';
import type { StaffHandlers } from '../capability';
import type { ClassroomDeps } from './deps';
import type { ClassroomService } from './service';

export function classroomRoutes(service: ClassroomService, { links }: Pick<ClassroomDeps, 'links'>) {
  const key = (seat: string): SeatKey => seat as SeatKey;
  const recipients = (to: 'all' | readonly string[]): Recipients => (to === 'all' ? to : to.map(key));
  const { sending } = service;
  return {
    state: ({ actor }) => ({ ...service.state(actor), doorUp: links.url() !== undefined }),
    open: ({ actor }, order) => service.open(actor, order),
    async close({ actor }) {
      await service.closeLesson(actor);
      return {};
    },
    async closeForgotten({ actor }) {
      await service.closeForgotten(actor);
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
    attentionSeen({ actor }, { seat, code }) {
      service.attentionSeen(actor, key(seat), code);
      return {};
    },
    resend: ({ actor }, { what }) => ({ asked: service.resend(actor, what) }),
    async sendPage({ actor }, { to, ...order }) {
      return { item: await sending.page(actor, { ...order, to: recipients(to) }) };
    },
    async sendFile({ actor, connection }, { to, ...order }) {
      return { item: await sending.file(actor, connection, { ...order, to: recipients(to) }) };
    },
    lookAtFile: ({ actor, connection }, { upload }) => sending.look(actor, connection, upload),
    sentBefore: ({ actor }) => ({
      items: sending
        .before(actor)
        .map(({ id, title, kind, sentAt, answer }) => ({ id, title, kind, sentAt, answer })),
    }),
    async sendAgain({ actor }, { to, ...order }) {
      return { item: await sending.again(actor, { ...order, to: recipients(to) }) };
    },
    async sendWork({ actor }, { to, ...order }) {
      return { item: await sending.work(actor, { ...order, to: recipients(to) }) };
    },
    async closeItem({ actor }, { item }) {
      await sending.close(actor, item);
      return {};
    },
    collect: ({ actor }) => service.collect(actor),
    exportWork: ({ actor, connection }, { item, class: classId }) =>
      service.work.export(actor, connection, item, classId),
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
