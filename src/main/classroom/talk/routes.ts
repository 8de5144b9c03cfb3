import type { talkStaffSubject } from '../../../contract/staff/talk';
import type { StaffHandlers } from '../../capability';
import type { TalkTool } from './talk-tool';

const done = (_: unknown): Record<string, never> => ({});

export function talkRoutes(talk: TalkTool) {
  return {
    state: ({ actor }) => talk.view(actor),
    open: ({ actor }, { rooms }) => done(talk.open(actor, rooms)),
    close: ({ actor }) => done(talk.shut(actor)),
    async say({ actor }, { to, text }) {
      await talk.say(actor, to, text);
      return {};
    },
    mute: ({ actor }, { seat, muted }) => done(talk.mute(actor, seat, muted)),
    async remove({ actor }, { message }) {
      await talk.remove(actor, message);
      return {};
    },
    call: ({ actor }, { seat }) => done(talk.call(actor, seat)),
    lowerAll: ({ actor }) => done(talk.lowerAll(actor)),
    speak: ({ actor, connection }, { on, to }) =>
      done(talk.speak(actor, connection, on ? (to ?? 'all') : undefined)),
    voice: ({ actor, connection }, { piece }) =>
      done(talk.voice(actor, connection, Buffer.from(piece, 'base64'))),
    listen: ({ actor, connection }, { seat, on }) => done(talk.listen(actor, connection, seat, on)),
  } satisfies StaffHandlers<typeof talkStaffSubject>;
}
