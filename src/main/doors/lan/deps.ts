import type { Clock } from '../../../domain/time';
import type { Actor } from '../../../domain/rights/actor';
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { PupilContract } from '../../../contract/pupil';
import type { Timers } from '../../cart/timers';
import type { Logger, Random } from '../../capability';
import type { ClassroomGate } from '../../classroom/gate';
import type { DoorDevices } from '../../devices/service';
import type { RemoteService } from '../../remote/service';
import type { PosteCertificates } from '../../devices/certificates';
import type { DoorLimits } from './limits';

/** Says where the door is to who listens on the school's network (mDNS). Not used in tests nor in the demonstration. */
export interface Announcer {
  announce(door: {
    readonly host: string;
    readonly port: number;
    readonly addresses: readonly string[];
  }): void;
  close(): Promise<void>;
}

/** Homework on pupils' devices (capability `ent`). */
export interface PupilHomework {
  list(
    actor: Actor,
    input: InputOf<PupilContract, 'homework.list'>,
  ): Promise<ReplyOf<PupilContract, 'homework.list'>> | ReplyOf<PupilContract, 'homework.list'>;
}

export interface LanDoorDeps {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly timers: Timers;
  readonly certificates: PosteCertificates;
  readonly devices: DoorDevices;
  readonly gate: ClassroomGate;
  readonly homework: PupilHomework;
  /** Teachers' own telephones (capability `remote`); without it none is let in. */
  readonly remote?: Pick<RemoteService, 'pair' | 'enter'>;
  /** Built pupil app (`out/renderer/pupil`). */
  readonly pupilFolder: string;
  /** What the poste calls itself on children's screens: « l'ordinateur de Mme Diallo ». Never a child's name. */
  readonly posteName: () => string;
  readonly bind: LanBind;
  readonly announcer?: Announcer;
  readonly limits?: Partial<DoorLimits>;
}

export interface LanBind {
  /** `0.0.0.0` in a school, `127.0.0.1` in tests and in the demonstration. */
  readonly host: string;
  /** Preferred ports; 0 for any. A taken one gives way to any free one, which is said in the log and on the join panel. */
  readonly securePort: number;
  readonly plainPort: number;
  /** The filter of the Internet; 0 or absent for any. */
  readonly filterPort?: number;
  /** Private addresses to be reached at; asked again every few seconds. */
  readonly addresses: () => readonly string[];
}

export const SCHOOL_PORTS = { securePort: 8443, plainPort: 8080, filterPort: 8118 } as const;
