import { PreauError } from '../../../domain/errors';
import { concerns } from '../../../domain/lesson/attention';
import type { Recipients, SeatKey } from '../../../domain/lesson/model';
import { seatAt } from '../../../domain/lesson/seats';
import { showShare } from '../../../domain/lesson/show-share';
import type { Actor } from '../../../domain/rights/actor';
import type { OverlayLines, Shown } from '../../../contract/pupil/show';
import { SHOW_KIND } from '../../../contract/pupil/frames';
import type { ShowView, ShowWhat } from '../../../contract/staff/show';
import type { LessonTool, ToolContext } from '../lesson-tool';
import { isScreenChunk } from '../media-hub';
import { demandPresence } from '../seat-rights';

/**
 * One screen on many devices: the teacher's, the camera over the table, or a pupil's, who is told. Relayed and never kept; it
 * ends with the window that shows, with the lesson, and with the pupil who leaves. After a restart of the poste nothing
 * is shown: the window that did must begin again.
 */
export interface ShowTool extends LessonTool {
  view(actor: Actor): ShowView;
  start(actor: Actor, connection: string, show: ShowWhat, to: Recipients): ShowView;
  /** @throws PreauError `FORBIDDEN` where another window, or none, shows */
  picture(actor: Actor, connection: string, chunk: Buffer): void;
  draw(actor: Actor, lines: OverlayLines): void;
  stop(actor: Actor): void;
  stateFor(key: SeatKey): { readonly shown: Shown; readonly lines: OverlayLines };
  keyFrame(key: SeatKey): void;
}

/** Without a picture for so long (ms) the window that showed is taken to be gone. */
const SILENT_AFTER = 2_000;
/** A whole picture is asked for that often at most (ms): thirty tablets ask as one. */
const KEY_AT_MOST = 1_000;

interface Showing {
  readonly connection: string;
  readonly show: ShowWhat;
  readonly to: Recipients;
  readonly share: ReturnType<typeof showShare>;
  readonly end: () => void;
}

export function createShow({ deps, live, announcer, media, conducted }: ToolContext): ShowTool {
  const { platform, timers } = deps;
  let showing: Showing | undefined;
  let lines: OverlayLines = [];
  let cancelSilence: (() => void) | undefined;
  let asked = -Infinity;

  const sees = (key: SeatKey, { to, show }: Showing): boolean =>
    concerns(to, key) &&
    live.lesson !== undefined &&
    seatAt(live.lesson, key)?.joined === true &&
    !(show.what === 'pupil' && show.seat === key);
  const targets = (of: Showing) => [...live.devices].filter(([key]) => sees(key, of));

  function shownFor(key: SeatKey): Shown {
    if (!showing) return { on: false };
    const { show } = showing;
    if (show.what === 'pupil' && show.seat === key) return { on: false, mine: true };
    return sees(key, showing) ? { on: true, what: show.what } : { on: false };
  }
  function view(): ShowView {
    if (!showing) return {};
    const { show, to, share } = showing;
    const { width, perSecond, kbit } = share;
    return {
      showing: {
        what: show.what,
        ...(show.what === 'pupil' ? { seat: show.seat } : { wanted: { width, perSecond, kbit } }),
        to: to === 'all' ? to : [...to],
        lines,
      },
    };
  }
  function tell(): void {
    platform.publish('show.changed', view(), announcer.mayHear);
    for (const [key, { link }] of live.devices) link.send('show.changed', shownFor(key));
  }
  function quiet(): void {
    cancelSilence?.();
    cancelSilence = undefined;
    if (!showing) return;
    const { end } = showing;
    showing = undefined;
    lines = [];
    media.reserve(0);
    end();
    tell();
  }
  function arm(): void {
    cancelSilence?.();
    cancelSilence = timers.after(SILENT_AFTER, quiet);
  }
  function relay(of: Showing, chunk: Buffer): void {
    const frame = Buffer.from(chunk);
    frame.writeUInt8(SHOW_KIND, 0);
    let lost = false;
    for (const [, { link }] of targets(of)) if (link.sendBytes?.(frame) === false) lost = true;
    if (lost) wantKey();
  }
  function wantKey(): void {
    const now = platform.clock();
    if (!showing || now - asked < KEY_AT_MOST) return;
    asked = now;
    if (showing.show.what === 'pupil') media.keyFrame(showing.show.seat);
    else platform.publish('show.keyWanted', {}, announcer.mayHear);
  }

  return {
    view(actor) {
      conducted(actor);
      return view();
    },
    start(actor, connection, show, to) {
      const { lesson } = conducted(actor);
      if (show.what === 'pupil' && seatAt(lesson, show.seat)?.sharing !== true)
        throw new PreauError('NOT_FOUND', { kind: 'screen' });
      quiet();
      const share = showShare(
        [...live.devices.keys()].filter((key) => concerns(to, key)).length,
        media.ceilingKbit,
      );
      const tap =
        show.what === 'pupil'
          ? media.tap(
              show.seat,
              { width: share.width, perSecond: share.perSecond, kbit: share.kbit },
              (chunk) => {
                if (showing) relay(showing, chunk);
              },
            )
          : (): void => undefined;
      showing = { connection, show, to, share, end: tap };
      media.reserve(share.reserved);
      if (show.what !== 'pupil') arm();
      tell();
      return view();
    },
    picture(actor, connection, chunk) {
      conducted(actor);
      if (showing?.connection !== connection || showing.show.what === 'pupil')
        throw new PreauError('FORBIDDEN', { action: 'show.picture' });
      if (!isScreenChunk(chunk)) throw new PreauError('BAD_INPUT', { path: 'chunk' });
      arm();
      relay(showing, chunk);
    },
    draw(actor, drawn) {
      conducted(actor);
      if (!showing) return;
      lines = drawn;
      for (const [, { link }] of targets(showing)) link.send('show.drawn', { lines });
      if (showing.show.what === 'pupil')
        live.devices.get(showing.show.seat)?.link.send('show.drawn', { lines });
      platform.publish('show.changed', view(), announcer.mayHear);
    },
    stop(actor) {
      conducted(actor);
      quiet();
    },
    stateFor(key) {
      demandPresence(live.lesson, key);
      return { shown: shownFor(key), lines: showing && sees(key, showing) ? lines : [] };
    },
    keyFrame(key) {
      demandPresence(live.lesson, key);
      if (showing && sees(key, showing)) wantKey();
    },
    left(key) {
      if (showing?.show.what === 'pupil' && showing.show.seat === key) quiet();
    },
    windowClosed(connection) {
      if (showing?.connection === connection) quiet();
    },
    end: quiet,
    close: quiet,
  };
}
