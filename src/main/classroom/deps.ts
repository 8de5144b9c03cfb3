import type { Timers } from '../cart/timers';
import type { Id } from '../../domain/id';
import type { Platform } from '../capability';
import type { DoorLinks, LessonDatabases, LessonFiles, Rosters, StaffMedia, StaffShelf } from './ports';

/** Everything the classroom is built from; see docs/classroom.md. */
export interface ClassroomDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  /** Opaque id of this poste: it takes up its own lesson only. */
  readonly posteId: string;
  readonly databases: LessonDatabases;
  readonly rosters: Rosters;
  readonly files: LessonFiles;
  readonly shelf: StaffShelf;
  readonly media: StaffMedia;
  readonly links: DoorLinks;
  readonly heardBattery?: (device: Id<'device'>, percent: number) => void;
  /** Ceiling for all screens together, kbit/s; 3,000 unless told. */
  readonly screenKbit?: number;
}
