import { MEETING_PAGE } from '../../../contract/pupil-mode-channels';
import { originOf, type DoorAddress } from './door-visit';

let door: DoorAddress | undefined;

/** The one door whose page this computer shows now; what every rule of the pages asks. */
export const place = {
  goes(to: DoorAddress | undefined): void {
    door = to;
  },
  get door(): DoorAddress | undefined {
    return door;
  },
  isDoor(url: string): boolean {
    return door !== undefined && URL.parse(url)?.origin === originOf(door);
  },
};

const LOCAL = MEETING_PAGE.replace(/[^/]*$/, '');
export const isLocalPage = (url: string): boolean => url.startsWith(LOCAL);
