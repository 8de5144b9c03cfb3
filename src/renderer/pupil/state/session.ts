import { watch } from 'vue';
import type { Activity } from '../../../contract/pupil/lesson';
import { isPreauError } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import { keepLine, type Keeper } from '../net/keeper';
import { LineLost, type Line } from '../net/line';
import { doorAddress, openSocket } from '../net/socket';
import { createDrafts, type Drafts } from '../work/draft';
import { createOutbox, type Outbox } from '../work/outbox';
import { putBytes } from '../work/put-bytes';
import { createReporter } from './activity';
import { watchBattery } from './battery';
import { lendComputer } from './lend-computer';
import type { Shelf } from './database';
import { enter } from './entry';
import { loadLesson, onDoorEvent } from './lesson';
import { newState, type State } from './model';
import { createTools, type PupilTool } from '../tools';
import { mirrored } from '../tools/room/copies';

/** What the screens hold: the state, and how to ask the door. */
export interface Session {
  readonly state: State;
  readonly shelf: Shelf;
  readonly drafts: Drafts;
  readonly outbox: Outbox;
  readonly keeper: Keeper;
  /** Writes down what is being made on this screen, before it is asked for. */
  readonly keepers: Set<() => Promise<void>>;
  /** What the lesson has besides its table. */
  readonly tools: readonly PupilTool[];
  /** The line, or `LineLost`. */
  line(): Line;
  /** Runs something that asks the door; a failure becomes `state.problem`. @returns whether it was done */
  attempt(act: () => Promise<void>): Promise<boolean>;
  /** Said if the line is there; forgotten if not: the next state tells it again. */
  tell(act: (line: Line) => Promise<unknown>): void;
  /** Who answers: every pupil of this device, or whose turn it is; nobody in a numbered lesson. */
  who(): Id<'pupil'>[];
  /** Handles the stream the door wants; set by the screen share. */
  onStream: ((wanted: { width: number; perSecond: number; kbit: number; key: boolean }) => void) | undefined;
  /** Steps that follow an entry, an enrolment or a visit. */
  proceed(): Promise<void>;
}

export function createSession(shelf: Shelf): Session {
  const state = newState();
  let again: (() => void) | undefined;

  const outbox = createOutbox(shelf, () => (state.step === 'in' ? keeper.line : undefined), putBytes, {
    async onDelivered(envelope, { version, late }) {
      if (!envelope.unfinished)
        state.handedIn[envelope.item] = Math.max(version, state.handedIn[envelope.item] ?? 0);
      state.late = { ...state.late, [envelope.item]: late === true };
      // Somebody who left before the door answered leaves nothing behind.
      const left = envelope.pupils.filter((pupil) => !state.pupils.some((card) => card.id === pupil));
      for (const draft of left.length > 0 ? await drafts.of(left) : [])
        if (draft.item === envelope.item) await drafts.wipe(draft);
    },
    onRefused: (_envelope, code) => (state.problem = { code, params: {} }),
    onChange: (waiting) => (state.posting = waiting.filter((one) => !one.unfinished).map((one) => one.item)),
    onFull: () => (state.full = true),
  });
  const drafts = mirrored(
    createDrafts(
      shelf,
      () => Date.now(),
      () => !state.cleaned,
    ),
    () => session,
  );

  const session: Session = {
    state,
    shelf,
    drafts,
    outbox,
    keepers: new Set(),
    get keeper() {
      return keeper;
    },
    get tools() {
      return tools;
    },
    line() {
      if (!keeper.line) throw new LineLost();
      return keeper.line;
    },
    async attempt(act) {
      state.problem = undefined;
      state.busy = true;
      try {
        await act();
        return true;
      } catch (error) {
        if (isPreauError(error)) state.problem = { code: error.code, params: error.params };
        else if (error instanceof LineLost) state.problem = { code: 'LINE', params: {} };
        else throw error;
        return false;
      } finally {
        state.busy = false;
      }
    },
    tell(act) {
      const line = keeper.line;
      if (line) act(line).catch(() => undefined);
    },
    who() {
      const all = state.pupils.map((card) => card.id);
      const { turns } = state;
      return turns && turns.of === all.length ? all.slice(turns.turn - 1, turns.turn) : all;
    },
    onStream: undefined,
    async proceed() {
      await loadLesson(session);
      reporter.restart();
      again?.();
      void outbox.flush();
    },
  };

  const tools = createTools(session);

  const reporter = createReporter((activity) => {
    if (state.step === 'in') session.tell((line) => line.request('lesson.activity', activity));
  });

  const keeper = keepLine({
    open: () => openSocket(doorAddress(location)),
    onState: (line) => (state.line = line),
    onEvent: (name, payload) => onDoorEvent(session, name, payload),
    onBytes(bytes) {
      for (const tool of tools) tool.heard?.(bytes);
    },
    async onUp(line) {
      try {
        if (await enter(line, shelf, state)) await session.proceed();
      } catch (error) {
        if (!isPreauError(error)) throw error;
        if (error.code === 'PROTOCOL_TOO_OLD') state.step = 'outdated';
        else if (error.code === 'DEVICE_REVOKED' || error.code === 'DEVICE_UNKNOWN') state.step = 'revoked';
        else throw error;
      }
    },
  });

  watch(
    () => [activityOf(state), state.step] as const,
    ([activity]) => reporter.tell(activity),
    { immediate: true },
  );
  const seen = (): void => {
    reporter.tell(activityOf(state));
    if (document.visibilityState === 'visible') keeper.hurry();
  };
  document.addEventListener('visibilitychange', seen);
  addEventListener('pagehide', () => reporter.tell({ ...activityOf(state), visible: false }));
  addEventListener('pageshow', seen);
  addEventListener('online', () => keeper.hurry());
  addEventListener('offline', () => keeper.drop());
  void watchBattery((battery) => {
    // From its first minute awake, before any lesson: a cart that says nothing is known by the tablets that are lit.
    const known = state.step === 'in' || (state.device !== undefined && !state.visitor);
    if (known) session.tell((line) => line.request('lesson.battery', battery));
  }).then((say) => (again = say));
  void outbox.recall();
  lendComputer(session);
  return session;
}

function activityOf(state: State): Activity {
  const visible = document.visibilityState === 'visible';
  if (state.attention.on) return { screen: 'attention', visible };
  if (state.step !== 'in') return { screen: 'join', visible };
  if (state.view.at !== 'item') return { screen: state.view.at, visible };
  return { screen: 'item', item: state.view.id, ...state.looking, visible };
}
