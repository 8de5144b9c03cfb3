import { reactive, readonly } from 'vue';
import type { SeatView } from '../../../../../contract/staff/classroom';

type Key = SeatView['key'];

/** More than that side by side cannot be read from the back of a room. */
export const MOST = 6;

interface Projection {
  /** Where it is drawn, in the second window. */
  root: HTMLElement | undefined;
  seats: readonly Key[];
  names: boolean;
  black: boolean;
}

const state = reactive<Projection>({ root: undefined, seats: [], names: false, black: false });
let second: Window | undefined;
let looking: ReturnType<typeof setInterval> | undefined;

/** What the board shows. Kept outside of any page: it goes on while the teacher is in another room, or away. */
export const projection = readonly(state) as Readonly<Projection>;

/** Shows those screens on the board; the window opens with the first. @returns false where the browser allows no window */
export function project(seats: readonly Key[], names: boolean): boolean {
  if (!second || second.closed) {
    const opened = window.open('about:blank', 'preau-projection', 'popup,width=1280,height=720');
    if (!opened) return false;
    furnish(opened);
  }
  Object.assign(state, { seats: seats.slice(0, MOST), names, black: false });
  return true;
}

export function darken(black: boolean): void {
  state.black = black;
}

export function stopProjecting(): void {
  clearInterval(looking);
  second?.close();
  second = undefined;
  Object.assign(state, { root: undefined, seats: [], names: false, black: false });
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
