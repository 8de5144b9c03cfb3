import type { Audience } from '../../../src/domain/audience';
import { signGrant, type Grant } from '../../../src/exchange';
import type { DocumentBody } from '../../../src/store/port';
import {
  ENDING,
  ENTITLED,
  grantOf,
  HEAD_ROLES,
  idFor,
  PARC,
  posteOf,
  SCHOOL,
  START,
  YEAR_ENDING,
  type PosteName,
} from './school';
import { signingKey } from './head-leaves';
import type { Written } from './ledger';
import type { World } from './world';
import { CLOSED, ENDED, endFrom, hasHandedOver, isOpen, isOver } from './years';

/** What a head does to the school from the head's poste, whatever the weather. */

/**
 * Puts a poste out: what the head has seen of it still counts, and what it could read gets new keys, sealed to those who
 * stay.
 */
export function remove(world: World, name: PosteName): void {
  const head = world.poste('a');
  const { poste } = world.poste(name);
  const id = idFor('grant', `revocation ${name}`);
  const issued = new Date(START).toISOString();
  decree(world, id, () => {
    const accepted: Record<Audience, number> = {};
    for (const audience of head.disk.chains.keys()) {
      const last = head.disk.head(audience, poste);
      if (last) accepted[audience] = last.to;
    }
    world.removed = { name, accepted };
    world.trace.fault('removed', world.now, name);
    const common = { _id: id, type: 'grant' as const, v: 1 as const, school: SCHOOL, issued };
    return signGrant({ ...common, kind: 'revocation' as const, target: poste, accepted }, signingKey(world));
  });
  for (const audience of ENTITLED[name].filter((one) => one !== PARC && isOpen(head.disk, one))) {
    for (const to of ['b', 'c', 'a'] as const) {
      if (to === name || !ENTITLED[to].includes(audience)) continue;
      const wrap = idFor('event', `wrap ${to} ${audience}`);
      const make = (): DocumentBody => {
        if (to === 'a') world.trace.fault('key-exchanged', world.now, audience);
        if (to === 'a' && !isOver(head.disk, audience)) head.disk.keyring.add(audience, 1);
        return { _id: wrap, type: 'keyWrap', v: 1, poste: world.poste(to).poste, audience, generation: 1 };
      };
      // Everybody who holds a new key knows by then who was put out.
      decree(world, wrap, make, () => world.removed !== undefined);
    }
  }
}

/** A teacher becomes a head as well: what was refused before may be taken now. */
export function promote(world: World, name: PosteName): void {
  const id = `${name} promoted`;
  decree(world, idFor('grant', id), () => {
    world.promoted = name;
    return grantOf(name, { id, roles: HEAD_ROLES, by: signingKey(world) });
  });
}

/** The school's day moves on: what is kept no longer ends everywhere. */
export function moveDay(world: World, day: string): void {
  const id = idFor('year', `horizon ${day}`);
  decree(world, id, () => {
    world.trace.fault('horizon', world.now, day);
    if (day > world.day) world.day = day;
    return { _id: id, type: 'horizon', v: 1, day };
  });
}

/**
 * The year before is closed for everybody, and ended once each poste has handed over what it wrote, or when it was waited for
 * long enough: what a poste wrote behind what the head's has is late.
 */
export function closeYear(world: World): void {
  const head = world.poste('a');
  decree(world, CLOSED, () => {
    world.trace.fault('year-closed', world.now);
    return {
      _id: CLOSED,
      type: 'yearClosed',
      v: 1,
      year: YEAR_ENDING,
      closedOn: CLOSED_ON,
      poste: head.poste,
    };
  });
  const isDue = (): boolean =>
    (['b', 'c'] as const).every(
      (name) => name === world.removed?.name || hasHandedOver(head.disk, posteOf(name)),
    );
  let late = false;
  world.schedule.in(world.soon(LATE_MS), () => (late = true));
  decree(
    world,
    ENDED,
    () => {
      const ended = endFrom(head.disk, head.poste);
      const ofYear = world.ledger.all().filter((one) => one.acknowledged && ENDING.includes(one.audience));
      const isHere = (one: Written): boolean =>
        head.disk.databases.get(one.audience)?.has(one.id, one.rev) ?? false;
      const isTaken = ({ audience, by, seq }: Written): boolean =>
        seq <= (ended.held[audience]?.[world.poste(by as PosteName).poste] ?? 0);
      const missing = ofYear.filter((one) => isTaken(one) && !isHere(one));
      world.ended = { held: ended.held, reported: isDue(), missing, here: new Set(ofYear.filter(isHere)) };
      world.trace.fault('year-ended', world.now, isDue() ? 'reported' : 'late');
      return ended;
    },
    () => head.disk.database(PARC).get(CLOSED) !== undefined && (isDue() || late),
  );
}

/** Makes a snapshot of an audience, and lets go of the parcels that it stands for. */
export function consolidate(world: World, audience: Audience): void {
  const head = world.poste('a');
  if (!head.life) return;
  head
    .consolidate(audience, idFor('grant', `snapshot of ${audience} ${world.now}`))
    .then((made) => made && world.trace.fault('consolidated', world.now, audience))
    .catch((error: unknown) => world.broke('a', error));
}

/** The day on which a year is closed; how long postes that are silent are waited for, in milliseconds of a run. */
const CLOSED_ON = '2026-07-04';
const LATE_MS = 15_000;
/** Between two tries, in milliseconds: the head's poste may be off, or its disk full. */
const AGAIN_MS = { rough: 1500, calm: 50 } as const;

/** Writes a document into `parc` once it may, tried again until it has. */
export function decree(
  world: World,
  id: string,
  make: () => DocumentBody | Grant,
  may: () => boolean = () => true,
): void {
  const head = world.poste('a');
  let done = false;
  const attempt = (): void => {
    if (done) return;
    world.schedule.in(world.weather.calm ? AGAIN_MS.calm : AGAIN_MS.rough, attempt);
    if (!may()) return;
    head
      .write(PARC, id, (before) => {
        done = true;
        if (before) return undefined;
        const body = make();
        // Where the machine dies at this very write, the next start reads it.
        if (body.type === 'grant' && head.life) head.replica.book.learn(body);
        // A grant is a document like another once it is signed.
        return { body: body as DocumentBody };
      })
      .catch((error: unknown) => world.broke('a', error));
  };
  attempt();
}
