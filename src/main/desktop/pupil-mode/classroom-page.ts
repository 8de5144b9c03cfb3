import { powerMonitor } from 'electron';
import type { ComputerEvent } from '../../../contract/pupil-mode';
import { COMPUTER_EVENT, MEETING_EVENT, MEETING_PAGE } from '../../../contract/pupil-mode-channels';
import { systemTimers } from '../../cart/timers';
import type { DataFolder } from '../data-folder';
import { createApplications } from './applications';
import { letFilesOut } from './copy';
import { createDeviceKey } from './device-key';
import { originOf, textOf, visitDoor } from './door-visit';
import { lookAround } from './find';
import { createLeaveCode } from './leave-code';
import { createLessonHold } from './lesson-hold';
import { createMeeting } from './meeting';
import type { MemoryContext } from './memory';
import { answerPages } from './pages';
import { isLocalPage, place } from './place';
import type { PupilWindowContext } from './pupil-window';

/** The line is lost for so long before the door is looked for elsewhere, and how often then, ms. */
const LOST = 20_000;
/** A page that crashed so many times within a minute is not shown again by itself. */
const CRASHES = 3;
const MINUTE = 60_000;

/** From the local page to the classroom's, and what a lesson may ask of this computer meanwhile. */
export function classroomPage() {
  return async (context: DataFolder & MemoryContext & PupilWindowContext): Promise<undefined> => {
    const { memory, window, stand } = context;
    const timers = systemTimers;
    const tell = (event: ComputerEvent): void => {
      if (!window.isDestroyed() && place.isDoor(window.webContents.getURL()))
        window.webContents.send(COMPUTER_EVENT, JSON.stringify(event));
    };
    const applications = createApplications({
      folder: context.dataFolder,
      timers,
      changed(open) {
        hold.applications(open);
        tell({ what: 'changed' });
      },
    });
    const hold = createLessonHold({ timers, show: stand, release: () => applications.release() });
    const code = createLeaveCode(memory, timers.now);
    const load = (url: string): void => {
      if (window.isDestroyed()) return;
      window.loadURL(url).catch((error: unknown) => {
        // Another page took its place; or the door went between the knock and the page, and is looked for again.
        const { code } = error as { code?: string };
        if (url === MEETING_PAGE || code === 'ERR_ABORTED') return;
        place.goes(undefined);
        load(MEETING_PAGE);
        void meeting.look();
      });
    };
    const meeting = createMeeting({
      memory,
      code,
      timers,
      look: lookAround(process.env),
      visit: visitDoor,
      open(door) {
        hold.gone();
        place.goes(door);
        load(`${originOf(door)}/`);
      },
      changed(state) {
        if (!window.isDestroyed() && isLocalPage(window.webContents.getURL()))
          window.webContents.send(MEETING_EVENT, JSON.stringify(state));
      },
    });

    let cancelSearch: (() => void) | undefined;
    const search = (): void => {
      void meeting.follow();
      cancelSearch = timers.after(LOST, search);
    };
    answerPages({
      meeting,
      applications,
      hold,
      code,
      key: createDeviceKey(memory),
      line(up) {
        cancelSearch?.();
        cancelSearch = up ? undefined : timers.after(LOST, search);
      },
    });
    letFilesOut({ allowed: (url) => place.isDoor(url), copy: () => applications.copy, tell });

    let crashes: number[] = [];
    window.webContents.on('render-process-gone', () => {
      hold.gone();
      const { door } = place;
      crashes = [...crashes.filter((at) => at > timers.now() - MINUTE), timers.now()];
      if (door && crashes.length < CRASHES) return load(`${originOf(door)}/`);
      place.goes(undefined);
      meeting.crashed(door ? textOf(door) : '');
      load(MEETING_PAGE);
    });
    window.on('closed', () => {
      hold.gone();
      meeting.stop();
      cancelSearch?.();
    });
    powerMonitor.on('suspend', () => hold.gone());
    powerMonitor.on('resume', () => void meeting.follow());
    powerMonitor.on('shutdown', () => context.letGo());

    await window.loadURL(MEETING_PAGE);
    void meeting.look();
    return undefined;
  };
}
