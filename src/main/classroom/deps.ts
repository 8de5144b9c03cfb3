import type { Timers } from '../cart/timers';
import type { WifiPoints } from '../cart/wifi-point/types';
import type { Id } from '../../domain/id';
import type { Lesson } from '../../domain/lesson/model';
import type { Actor } from '../../domain/rights/actor';
import type { Platform } from '../capability';
import type { StationBook, TabletBook } from './connectors/port';
import type { FilterProxyDeps } from './internet/proxy';
import type {
  Attendance,
  DoorFacts,
  DoorLinks,
  LessonDatabases,
  LessonFiles,
  Rosters,
  StaffMedia,
  StaffShelf,
} from './ports';

/** Everything the classroom is built from; see docs/classroom.md. */
export interface ClassroomDeps {
  readonly platform: Platform;
  readonly timers: Timers;
  /** Opaque id of this poste: it takes up its own lesson only. */
  readonly posteId: string;
  readonly school: Id<'school'>;
  /** Where the school's day turns; Paris unless told. */
  readonly timeZone?: () => string;
  /** Who sits at this poste's windows; a screen that hides is a window still. */
  readonly present?: () => readonly Id<'staff'>[];
  /** Where the filter of the Internet listens, on the school's network; without it devices go straight. */
  readonly filter?: Pick<FilterProxyDeps, 'host' | 'port' | 'resolve'>;
  readonly databases: LessonDatabases;
  readonly rosters: Rosters;
  readonly files: LessonFiles;
  readonly shelf: StaffShelf;
  readonly media: StaffMedia;
  readonly attendance?: Attendance;
  readonly links: DoorLinks;
  readonly door?: DoorFacts;
  /** Whose picture may be shown (capability `privacy`); without it no picture of a named child leaves. */
  readonly mayPublish?: (
    actor: Actor,
    pupils: readonly Id<'pupil'>[],
  ) => Promise<{ readonly may: boolean; readonly stopped: readonly { readonly name: string }[] }>;
  /** Computers reached without a browser of ours; none in a school that has none. */
  readonly stations?: StationBook;
  /** Which devices a lesson has by its cart, and which are another class's for now (docs/cart.md). */
  readonly cart?: {
    ofLesson(lesson: Pick<Lesson, 'cartId' | 'classId'>): ReadonlySet<Id<'device'>>;
    awayFrom(lesson: Pick<Lesson, 'classId'>): ReadonlySet<string>;
  };
  /** The Wi-Fi points of the carts, which hear of the lesson and of devices that come. */
  readonly point?: Pick<WifiPoints, 'lessonBegan' | 'lessonEnded' | 'entered' | 'left' | 'dark'>;
  /** Android tablets that this computer reaches by adb; none where it has no adb. */
  readonly tablets?: TabletBook;
  readonly heardBattery?: (device: Id<'device'>, percent: number, powered: boolean) => void;
  /** The lesson ends, and these devices took part: whoever has them in a cart says that they are out. */
  readonly devicesUsed?: (lesson: {
    readonly class?: Id<'class'> | undefined;
    readonly since: string;
    readonly devices: readonly Id<'device'>[];
  }) => Promise<void>;
  /** Ceiling for all screens together, kbit/s; 3,000 unless told. */
  readonly screenKbit?: number;
}
