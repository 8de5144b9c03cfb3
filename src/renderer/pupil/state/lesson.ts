import type { PayloadOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { PupilEvent } from '../net/line';
import { teacher } from '../words';
import { arrive, joinAnyway, showNames } from './greeting';
import { loadState, openItem } from './table';
import { forgetLesson } from './model';
import type { Session } from './session';
import { collectUnfinished } from '../work/collect';

/** What is open here, who sits here, and what is to be shown: asked at every arrival, so that nothing is lost by a cut. */
export async function loadLesson(session: Session): Promise<void> {
  const { state } = session;
  const lesson = await session.line().request('join.lesson', {});
  teacher.value = lesson.teacher;
  if (!lesson.open) {
    leaveLesson(session);
    return;
  }
  for (const tool of session.tools) void tool.arrive?.().catch(() => undefined);
  state.mode = lesson.mode;
  state.title = lesson.title ?? '';
  state.pictureCode = lesson.pictureCode ?? false;
  if (lesson.here?.joined) {
    state.pupils = lesson.here.pupils;
    state.number = lesson.here.number;
    await loadState(session);
  } else if (lesson.here && lesson.here.waiting.length > 0 && state.step === 'asking') {
    // Still waiting for the teacher's click: the screen that says so stays.
  } else await arrive(session);
}

function leaveLesson(session: Session): void {
  forgetLesson(session.state);
  for (const tool of session.tools) tool.forget?.();
  session.state.step = 'waiting';
}

/** The door speaks first. Unknown names never come here: the line drops them. */
export function onDoorEvent<E extends PupilEvent>(
  session: Session,
  name: E,
  payload: PayloadOf<PupilContract, E>,
): void {
  // One table of handlers, each with its own payload type; the name picks the row, TypeScript cannot follow it there.
  const handler = HANDLERS[name] as
    ((session: Session, payload: PayloadOf<PupilContract, E>) => void) | undefined;
  handler?.(session, payload);
  for (const tool of session.tools) tool.events?.[name]?.(payload);
}

const HANDLERS: { [E in PupilEvent]?: (session: Session, payload: PayloadOf<PupilContract, E>) => void } = {
  'door.closing': ({ state, keeper }, { reason }) => {
    if (reason === 'revoked') {
      state.step = 'revoked';
      keeper.rest();
    } else if (reason === 'replaced') {
      state.step = 'replaced';
      keeper.rest();
    } else if (reason === 'abuse') keeper.coolDown();
  },
  'join.lessonOpened': (session) => void session.attempt(() => session.proceed()),
  'join.lessonClosed': (session) => {
    if (session.state.step !== 'revoked' && session.state.step !== 'replaced') leaveLesson(session);
  },
  'join.seatChanged': (session, { joined, pupils }) => {
    const { state } = session;
    // A spare waits at the names: what it takes over comes with its pupils.
    if (state.step !== 'in') {
      if (joined && state.step !== 'code') void session.attempt(() => session.proceed());
      return;
    }
    if (joined && pupils.some(({ id }) => !state.pupils.some((one) => one.id === id)))
      return void session.attempt(() => session.proceed());
    state.pupils = pupils;
    if (!joined) void session.attempt(() => joinAnyway(session));
  },
  'join.signInAnswered': (session, { accepted, pupils }) => {
    const { state } = session;
    if (state.step !== 'asking') return;
    state.pupils = pupils;
    if (accepted || pupils.length > 0) void session.attempt(() => loadState(session));
    else
      void session
        .attempt(() => showNames(session))
        .then(() => {
          state.problem = { code: 'PUPIL_ELSEWHERE', params: {} };
        });
  },
  'lesson.attention': ({ state }, attention) => void (state.attention = attention),
  'lesson.item': (session, item) => {
    const { state } = session;
    state.items = [...state.items.filter((one) => one.id !== item.id), item];
    if (state.step === 'in') openItem(session, item.id);
  },
  'lesson.itemClosed': ({ state }, { item }) => {
    state.items = state.items.map((one) => (one.id === item ? { ...one, closed: true } : one));
  },
  'lesson.collect': (session, { collect }) => void collectUnfinished(session, collect),
  'lesson.watched': ({ state }, { watched }) => void (state.watched = watched),
  'lesson.streamWanted': (session, wanted) => session.onStream?.(wanted),
  'lesson.handLowered': ({ state }) => void (state.handUp = false),
  'homework.changed': ({ state }) => void (state.homeworkNews += 1),
};
