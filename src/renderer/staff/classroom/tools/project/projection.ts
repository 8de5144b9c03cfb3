import { markRaw, reactive, readonly } from 'vue';
import type { HandInPart } from '../../../../../contract/pupil/lesson';
import type { SeatView } from '../../../../../contract/staff/classroom';
import { MOST_PROJECTED } from '../../../../../domain/lesson/board';

type Key = SeatView['key'];

/** One part of a piece of work, as its pupil handed it in and the teacher wrote over it. Whose it is stays unsaid. */
export interface ProjectedWork {
  /** Tells this part from every other. */
  readonly id: string;
  readonly title: string;
  readonly part: HandInPart;
  readonly comments: Extract<HandInPart, { kind: 'drawing' }>['strokes'];
  readonly file?: { readonly name: string; readonly type: string; readonly url: string } | undefined;
  readonly background?: { readonly kind: 'pdf' | 'image'; readonly url: string } | undefined;
}

interface Projection {
  /** Where it is drawn, in the second window. */
  root: HTMLElement | undefined;
  seats: readonly Key[];
  /** Instead of screens. */
  work: ProjectedWork | undefined;
  names: boolean;
  black: boolean;
}

const EMPTY = { root: undefined, seats: [], work: undefined, names: false, black: false };
const state = reactive<Projection>({ ...EMPTY });
let second: Window | undefined;
let looking: ReturnType<typeof setInterval> | undefined;

/** What the board shows. Kept outside of any page: it goes on while the teacher is in another room, or away. */
export const projection = readonly(state) as Readonly<Projection>;

/** Shows those screens on the board; the window opens with the first. @returns false where the browser allows no window */
export function project(seats: readonly Key[], names: boolean): boolean {
  if (!openWindow()) return false;
  Object.assign(state, { seats: seats.slice(0, MOST_PROJECTED), work: undefined, names, black: false });
  return true;
}

/** Shows that piece of work on the board, in the place of what was there. @returns false where the browser allows no window */
export function projectWork(work: ProjectedWork): boolean {
  if (!openWindow()) return false;
  Object.assign(state, { seats: [], work: markRaw(work), names: false, black: false });
  return true;
}

/** What is written over that work stands on the board too. */
export function renewWork(work: ProjectedWork): void {
  if (state.work?.id === work.id) state.work = markRaw(work);
}

function openWindow(): boolean {
  if (second && !second.closed) return true;
  const opened = window.open('about:blank', 'preau-projection', 'popup,width=1280,height=720');
  if (!opened) return false;
  furnish(opened);
  return true;
}

export function darken(black: boolean): void {
  state.black = black;
}

export function stopProjecting(): void {
  clearInterval(looking);
  second?.close();
  second = undefined;
  Object.assign(state, EMPTY);
}

/** The second window has our looks and our keys, and nothing else: this page draws in it. */
function furnish(opened: Window): void {
  second = opened;
  const { document: page } = opened;
  page.documentElement.lang = document.documentElement.lang;
  const root = page.createElement('div');
  page.body.style.margin = '0';
  page.body.replaceChildren(root);
  const styles = document.querySelectorAll('link[rel=stylesheet], style');
  for (const style of styles) addStyle(page, style);
  const later = new MutationObserver((changes) => {
    for (const { addedNodes } of changes)
      for (const node of addedNodes)
        if (node instanceof Element && node.matches('link[rel=stylesheet], style')) addStyle(page, node);
  });
  later.observe(document.head, { childList: true });
  opened.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && !page.fullscreenElement) stopProjecting();
    else if (key === 'n' || key === 'N') darken(!state.black);
    else if (key === 'f' || key === 'F')
      void (page.fullscreenElement ? page.exitFullscreen() : page.documentElement.requestFullscreen()).catch(
        () => undefined,
      );
  });
  window.addEventListener('pagehide', stopProjecting, { once: true });
  // Its own cross, or the system: a window that is closed tells its opener nothing.
  clearInterval(looking);
  looking = setInterval(() => {
    if (!opened.closed) return;
    later.disconnect();
    stopProjecting();
  }, 500);
  state.root = root;
}

function addStyle(page: Document, style: Element): void {
  const copy = page.importNode(style, true);
  if (copy instanceof HTMLLinkElement || copy.nodeName === 'LINK')
    copy.setAttribute('href', (style as HTMLLinkElement).href);
  page.head.append(copy);
}
