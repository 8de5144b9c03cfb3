import type { PayloadOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { Id } from '../../../domain/id';
import type { PupilEvent } from '../net/line';
import { teacher } from '../words';
import { arrive, joinAnyway, showNames } from './greeting';
import { forgetLesson } from './model';
import type { Session } from './session';
import { collectUnfinished } from '../work/collect';
import { withOlder } from '../work/resume';

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

export async function loadState(session: Session): Promise<void> {
  const { state } = session;
  const now = await session.line().request('lesson.state', {});
  const fresh = state.step !== 'in';
  const known = new Set(state.items.map((item) => item.id));
  state.items = withOlder(now.items, state.older);
  state.attention = now.attention;
  state.watched = now.watched;
  state.handUp = now.handUp;
  state.handedIn = Object.fromEntries(now.handedIn.map((one) => [one.item, one.version]));
  state.cards = [];
  state.chosen = undefined;
  state.adding = false;
  state.step = 'in';
  for (const tool of session.tools) await tool.load?.();
  // Opened at once where it is new here; a cut line does not take a child back to what was left.
  if (now.current && (fresh || !known.has(now.current))) openItem(session, now.current);
}

function leaveLesson(session: Session): void {
  forgetLesson(session.state);
  for (const tool of session.tools) tool.forget?.();
  session.state.step = 'waiting';
}

export function openItem(session: Session, id: Id<'item'>): void {
  session.state.looking = {};
  session.state.view = { at: 'item', id };
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
