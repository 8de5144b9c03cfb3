import { reactive } from 'vue';
import type { LessonMode, PupilCard } from '../../../contract/pupil/join';
import type { Attention, LessonItem } from '../../../contract/pupil/lesson';
import type { ErrorCode, ErrorParams } from '../../../domain/errors';
import type { Id } from '../../../domain/id';
import type { LineState } from '../net/keeper';

/** Where this device stands, from the door to the table. One screen each. */
export type Step =
  | 'arriving'
  | 'unknown'
  | 'enrol'
  | 'visit'
  | 'waiting'
  | 'names'
  | 'code'
  | 'asking'
  | 'in'
  | 'replaced'
  | 'revoked'
  | 'outdated';

export type View =
  { readonly at: 'home' } | { readonly at: 'homework' } | { readonly at: 'item'; readonly id: Id<'item'> };

export interface Problem {
  readonly code: ErrorCode | 'LINE';
  readonly params: ErrorParams;
}

/** What is being looked at, for the activity tile. */
export interface Looking {
  page?: number;
  pages?: number;
  strokes?: number;
  characters?: number;
  done?: boolean;
}

export interface State {
  line: LineState;
  step: Step;
  view: View;
  visitor: boolean;
  device?: string;
  number?: number;
  mode?: LessonMode;
  title: string;
  pictureCode: boolean;
  /** The class list, in memory only and only while it is on screen. */
  cards: PupilCard[];
  chosen?: PupilCard;
  /** One more pupil joins those who are here. */
  adding: boolean;
  pupils: PupilCard[];
  items: LessonItem[];
  handedIn: Partial<Record<Id<'item'>, number>>;
  /** Items whose hand-in waits for the door. */
  posting: Id<'item'>[];
  attention: Attention;
  watched: boolean;
  handUp: boolean;
  sharing: 'impossible' | 'off' | 'on';
  homeworkNews: number;
  /** Door's clock minus ours, ms. */
  clockOff: number;
  clockWrong: boolean;
  problem?: Problem;
  busy: boolean;
  looking: Looking;
}

export function newState(): State {
  return reactive<State>({
    line: 'connecting',
    step: 'arriving',
    view: { at: 'home' },
    visitor: false,
    title: '',
    pictureCode: false,
    cards: [],
    adding: false,
    pupils: [],
    items: [],
    handedIn: {},
    posting: [],
    attention: { on: false },
    watched: false,
    handUp: false,
    sharing: 'off',
    homeworkNews: 0,
    clockOff: 0,
    clockWrong: false,
    busy: false,
    looking: {},
  });
}

/** Everything of a lesson and of who sat here; the device stays known. */
export function forgetLesson(state: State): void {
  state.items = [];
  state.handedIn = {};
  state.attention = { on: false };
  state.watched = false;
  state.handUp = false;
  state.view = { at: 'home' };
  state.looking = {};
  forgetPeople(state);
}
export function forgetPeople(state: State): void {
  state.pupils = [];
  state.cards = [];
  state.chosen = undefined;
  state.adding = false;
}
