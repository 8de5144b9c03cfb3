/**
 * Switches on what is noted as switched off and what no plan speaks of any more: the computer no longer stays, the box was moved,
 * its document or its cart is gone. What is on is taken out of the note; what cannot be reached stays in it.
 */
import { keyOf, type OffNote, type OffPort } from './off-note';
import type { Id } from '../../../domain/id';
import type { ChargeSource, SourcePool, SourceSnapshot, SwitchOutcome } from '../sources/port';

export interface GiveBackDeps {
  readonly note: OffNote;
  readonly pool: Pick<SourcePool, 'snapshot' | 'switchPort'>;
  /** The box this computer reads under another document since: the same wire. */
  readonly sameBox: (port: OffPort) => Id<'hub'> | undefined;
  /** Nobody reads it here any more: a source that is not started. */
  readonly openBox: (port: OffPort) => ChargeSource;
  /** It feeds a Wi-Fi point, which is off when nobody needs it. */
  readonly feedsPoint: (port: OffPort) => boolean;
  readonly trouble: (port: OffPort, said: Exclude<SwitchOutcome, { outcome: 'done' }>) => void;
}

export interface GiveBack {
  /** This computer's last order to a port. */
  told(port: Pick<OffPort, 'hub' | 'port'>, on: boolean): void;
  /** @param planned ports that a plan speaks of, by `keyOf`: left to it */
  run(planned: ReadonlySet<string>): Promise<void>;
  close(): void;
}

/** Looks after which what is off again, though it was switched on, is somebody else's doing. */
const TRIES = 3;

export function createGiveBack(deps: GiveBackDeps): GiveBack {
  const { note, pool } = deps;
  const last = new Map<string, boolean>();
  const tried = new Map<string, number>();
  const own = new Map<string, ChargeSource>();

  interface Reached {
    readonly snapshot: SourceSnapshot;
    readonly switchOn: () => Promise<SwitchOutcome>;
  }
  const reach = (one: OffPort): Reached => {
    const hub = pool.snapshot(one.hub) ? one.hub : deps.sameBox(one);
    const read = hub && pool.snapshot(hub);
    if (hub && read) {
      own.get(one.hub)?.stop();
      own.delete(one.hub);
      return { snapshot: read, switchOn: () => pool.switchPort(hub, one.port, true) };
    }
    let source = own.get(one.hub);
    if (!source) {
      source = deps.openBox(one);
      own.set(one.hub, source);
      source.start();
    }
    const at = source;
    return { snapshot: at.snapshot, switchOn: () => at.switchPort(one.port, true) };
  };

  const giveBack = async (one: OffPort): Promise<void> => {
    if (deps.feedsPoint(one)) return note.remove(one);
    const { snapshot, switchOn } = reach(one);
    if (snapshot.status !== 'answering') return;
    const value = snapshot.ports.find(({ port }) => port === one.port)?.reading.value;
    const isOff = value === undefined || value.portOff === true || value.power === 'off';
    // What was read before the last order says nothing of it.
    if (!isOff && last.get(keyOf(one)) !== false) return note.remove(one);
    // Another computer that stays with the cart too, or a hand: it is theirs now. Two that undo one another all night are worse.
    const times = tried.get(keyOf(one)) ?? 0;
    if (isOff && last.get(keyOf(one)) === true && times >= TRIES) return note.remove(one);
    const said = await switchOn();
    tried.set(keyOf(one), times + 1);
    if (said.outcome === 'done') last.set(keyOf(one), true);
    // What cannot be switched is on; a box that another computer reads is not this one's.
    else if (said.outcome === 'impossible' && said.why !== 'elsewhere') await note.remove(one);
    else deps.trouble(one, said);
  };

  return {
    told(port, on) {
      last.set(keyOf(port), on);
      tried.delete(keyOf(port));
    },
    async run(planned) {
      for (const one of note.all())
        // A note that could not be written names it still: looked at again the next time. The others do not wait for the disk.
        if (!planned.has(keyOf(one))) await giveBack(one).catch(() => undefined);
      const needed = new Set<string>(note.all().map(({ hub }) => hub));
      for (const [hub, source] of own)
        if (!needed.has(hub)) {
          source.stop();
          own.delete(hub);
        }
    },
    close() {
      for (const source of own.values()) source.stop();
      own.clear();
    },
  };
}
