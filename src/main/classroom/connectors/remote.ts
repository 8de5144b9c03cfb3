import type { Id } from '../../../domain/id';
import { instant } from '../../../domain/time';
import { createLine, type Line } from './line';
import {
  COMMAND_DEADLINE,
  CONNECT_DEADLINE,
  type Ability,
  type Command,
  type Connector,
  type ConnectorEvents,
  type ConnectorKind,
  type Outcome,
} from './port';
import { openSession, type RfbSession } from './rfb/session';
import type { Way } from './rfb/greeting';
import type { Pictures } from './rfb/thread';
import { wake } from './wake';

/** Where a computer without a browser key is. */
export interface Place {
  /** Name or address; a name is asked anew at each connection (DHCP moves addresses). */
  readonly host: string;
  readonly port: number;
  /** Ethernet address, as twelve hexadecimal digits: to wake it. */
  readonly mac?: string | undefined;
}

/** A connector whose devices are reached from here, each by one line. */
export interface RemoteConnector extends Connector {
  readonly kind: 'veyon' | 'rfb' | 'adb';
  /** The device takes part: connected, and again by itself after a cut. A new place takes the old one's. */
  keep(device: Id<'device'>, place?: Place): void;
  /** It takes part no more: whatever was set was taken off before. */
  drop(device: Id<'device'>): void;
}

export interface RemoteDeps {
  readonly clock: () => number;
  readonly events: ConnectorEvents;
  readonly pictures: Pictures;
}

export interface Kind {
  readonly kind: ConnectorKind & ('veyon' | 'rfb');
  readonly abilities: readonly Ability[];
  /** How it lets us in, asked at each connection. @throws Impossible `no-key` */
  way(device: Id<'device'>): Way;
  /** Everything but waking. */
  perform(session: RfbSession, command: Command, context: CommandContext): Promise<Outcome>;
}
export interface CommandContext {
  readonly device: Id<'device'>;
  readonly place: (device: Id<'device'>) => Place | undefined;
  /** The same connector's session to another device. */
  readonly other: (device: Id<'device'>, work: (session: RfbSession) => Promise<Outcome>) => Promise<Outcome>;
}

export function createRemote(deps: RemoteDeps, kind: Kind): RemoteConnector {
  const lines = new Map<Id<'device'>, { readonly line: Line; readonly place: Place }>();
  const every = new Set<Ability>(kind.abilities);
  const unable = new Set<Ability>(kind.abilities.filter((one) => one !== 'wake'));

  function openLine(device: Id<'device'>, place: Place): Line {
    return createLine({
      clock: deps.clock,
      open: () =>
        openSession({
          ...place,
          way: kind.way(device),
          pictures: deps.pictures,
          clock: deps.clock,
          picture: (chunk) => deps.events.picture(device, chunk),
        }),
      here: () => deps.events.here(device),
      gone: (cause, why) => deps.events.gone(device, cause, why),
    });
  }
  const use = (device: Id<'device'>, work: (session: RfbSession) => Promise<Outcome>): Promise<Outcome> =>
    lines.get(device)?.line.use(work, CONNECT_DEADLINE + COMMAND_DEADLINE) ??
    Promise.resolve({ state: 'no-answer', since: instant(deps.clock()), cause: 'unreachable' });

  return {
    kind: kind.kind,
    abilities: (device) => (lines.get(device)?.place.mac ? every : unable),
    keep(device, place) {
      if (!place) return;
      const held = lines.get(device);
      if (held && same(held.place, place)) return held.line.keep();
      held?.line.close();
      const line = openLine(device, place);
      lines.set(device, { line, place });
      line.keep();
    },
    drop(device) {
      lines.get(device)?.line.close();
      lines.delete(device);
    },
    watch: (device, share) => lines.get(device)?.line.watch(share),
    async perform(device, command) {
      if (command.do === 'wake') {
        const mac = lines.get(device)?.place.mac;
        if (!mac) return { state: 'impossible', why: 'not-supported' };
        return wake(mac);
      }
      const needed = abilityOf(command);
      if (!every.has(needed)) return { state: 'impossible', why: 'not-supported' };
      return use(device, (session) =>
        kind.perform(session, command, {
          device,
          place: (one) => lines.get(one)?.place,
          other: use,
        }),
      );
    },
    close() {
      for (const { line } of lines.values()) line.close();
      lines.clear();
      return Promise.resolve();
    },
  };
}

const same = (a: Place, b: Place): boolean => a.host === b.host && a.port === b.port && a.mac === b.mac;
const abilityOf = (command: Exclude<Command, { do: 'wake' }>): Ability => command.do;
