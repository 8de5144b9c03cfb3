/** What is done to a point: its facts written, its port switched where this computer reads that box. */
import type { PointOutcome } from '../../../contract/staff/wifi-point';
import {
  holdsOf,
  lightOf,
  standingLit,
  type Asked,
  type PointUse,
  type Release,
} from '../../../domain/cart/wifi-point';
import { ID_BYTES, idFrom, type Id } from '../../../domain/id';
import { instant } from '../../../domain/time';
import { readPointFacts, type PointDocument } from './documents';
import { portReading, type PointState } from './reading';
import type { Presence } from './presence';
import type { PointDeps } from './types';

const MINUTE = 60_000;

export type PointHand = ReturnType<typeof createPointHand>;

export function createPointHand(
  { platform, parc, poste, boxes }: PointDeps,
  presence: Presence,
  changed: (cart: Id<'cart'>) => void,
) {
  const now = (): number => platform.clock();
  /** The last order that a box did not carry out, by point. */
  const troubles = new Map<string, { at: string; code: string }>();

  function stateOf(document: PointDocument): PointState {
    const { drive } = document;
    const box = drive.kind === 'port' ? boxes.snapshot(drive.hub) : undefined;
    return {
      document,
      facts: readPointFacts(parc, document._id),
      signs: {
        now: now(),
        ...(drive.kind === 'port' && { port: portReading(box, drive.port) }),
        // They say it of the cart's own point, not of the one that may be next door.
        ...(!document.removable && { seen: presence.seen(document.cart) }),
      },
      here: box !== undefined && box.switching === 'perPort',
      answering: presence.count(document.cart),
      trouble: troubles.get(document._id),
    };
  }

  type FactBody =
    | { kind: 'asked'; use: PointUse; until: string; poste: string; lesson?: string }
    | { kind: 'released'; asked: string; why: Release }
    | { kind: 'lit'; on: boolean; how: 'driver' | 'person' };
  /** Two facts of one gesture are read in the order in which they were written. */
  let lastAt = 0;
  async function write(point: Id<'point'>, by: string, fact: FactBody): Promise<void> {
    const _id = idFrom('event', platform.random(ID_BYTES));
    lastAt = Math.max(now(), lastAt + 1);
    const facts = readPointFacts(parc, point);
    const replaces = standingLit(facts).map(({ id }) => id);
    const knew = holdsOf(facts, now()).map(({ id }) => id);
    const more = fact.kind === 'lit' ? { ...fact, replaces, knew } : fact;
    await parc.put({ _id, type: 'wifiPointFact', v: 1, point, at: instant(lastAt), by, ...more });
  }
  const ask = (point: PointDocument, by: string, use: PointUse, minutes: number, of?: string) =>
    write(point._id, by, {
      kind: 'asked',
      use,
      poste,
      until: instant(now() + minutes * MINUTE),
      ...(of !== undefined && { lesson: of }),
    });
  const release = (point: PointDocument, by: string, hold: Asked, why: Release) =>
    write(point._id, by, { kind: 'released', asked: hold.id, why });
  const heldHere = (point: PointDocument): Asked[] =>
    holdsOf(readPointFacts(parc, point._id), now()).filter((hold) => hold.poste === poste);

  /** Its own port, where this computer reads that box; else a person's gesture. */
  async function turn(document: PointDocument, on: boolean, by: string): Promise<PointOutcome> {
    const { drive, _id: point } = document;
    if (drive.kind === 'button') return { outcome: 'byHand' };
    const box = boxes.snapshot(drive.hub);
    if (!box) return { outcome: 'elsewhere' };
    if (box.switching === 'none') return { outcome: 'byHand' };
    const said = await boxes.switchPort(drive.hub, drive.port, on);
    platform.log.info('wifiPoint.switch', { point, on, outcome: said.outcome });
    if (said.outcome === 'done') {
      troubles.delete(point);
      await write(point, by, { kind: 'lit', on, how: 'driver' });
      return said;
    }
    const code = said.outcome === 'refused' ? said.code : said.why;
    troubles.set(point, { at: instant(now()), code });
    changed(document.cart);
    return { outcome: said.outcome === 'silent' ? 'silent' : 'refused', code };
  }
  /** Off, unless somebody else needs it. */
  async function letGo(document: PointDocument, by: string): Promise<PointOutcome> {
    const { facts, signs } = stateOf(document);
    const others = holdsOf(facts, now()).length;
    if (others > 0) return { outcome: 'kept', others };
    if (lightOf(facts, signs).value === 'off') return { outcome: 'done' };
    return turn(document, false, by);
  }
  async function releaseHere(
    document: PointDocument,
    by: string,
    why: Release,
    which: (hold: Asked) => boolean = () => true,
  ): Promise<boolean> {
    const own = heldHere(document).filter(which);
    for (const hold of own) await release(document, by, hold, why);
    return own.length > 0;
  }

  return {
    stateOf,
    ask,
    release,
    heldHere,
    turn,
    letGo,
    releaseHere,
    write,
    forget: (point: Id<'point'>) => troubles.delete(point),
  };
}
