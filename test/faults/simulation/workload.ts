import type { Audience } from '../../../src/domain/audience';
import type { DocumentBody } from '../../../src/store/port';
import { documentId, type Made, type Poste } from './poste';
import { isWeather } from './line';
import { ECOLE, ENTITLED, markerOf, PARC } from './school';
import { closeYear, moveDay, promote, remove } from './decrees';
import { headLeaves } from './head-leaves';
import { LATER_DAY } from './heal';
import type { World } from './world';
import { isOpen } from './years';

/** Few enough that people meet on one document, many enough that most are written by one. */
const DOCUMENTS_EACH = 6;
const WRITERS = ['a', 'b', 'c'] as const;
/** Between two edits, in milliseconds. */
const EDIT_MS = 250;
const RUN_MS = 700;
/** Homework of the first date is kept no longer on the second day (src/domain/retention: two school years). */
const DATES = ['2026-09-10', '2028-09-10'] as const;

/** What is written next where: facts once, notes and homework again and again. */
function draft(world: World, poste: Poste, audience: Audience, count: number): DocumentBody {
  const { random } = world;
  const text = `${markerOf(audience, poste.disk.keyring.generation(audience))} ${count}`;
  const filler = random.chance(0.1) ? String(random.next()).repeat(random.below(80)) : '';
  const common = { v: 1, text, filler };
  const n = random.below(DOCUMENTS_EACH);
  const isTeacher = audience.startsWith('classe') && poste.name !== 'a';
  const kind = random.next();
  if (isTeacher && kind < 0.2) {
    const _id = documentId(audience, count, 'roll');
    return { _id, type: 'rollEntry', date: '2026-11-12', ...common };
  }
  if (isTeacher && kind < 0.6) {
    const _id = documentId(audience, n, 'homework');
    return { _id, type: 'homework', dueOn: n % 3 === 0 ? DATES[0] : DATES[1], ...common };
  }
  return { _id: documentId(audience, n, 'event'), type: 'note', ...common };
}

function edit(world: World, count: number): void {
  const { random, trace } = world;
  const poste = world.poste(random.pick(WRITERS));
  if (!poste.life) return void trace.note(world.now, 'off', poste.name);
  if (poste.name !== 'a' && random.chance(0.03)) return forbidden(world, poste, count);
  const mine = ENTITLED[poste.name].filter((name) => name !== PARC && isOpen(poste.disk, name));
  const audience = random.pick(mine);
  const body = draft(world, poste, audience, count);
  const wish = random.next();
  submit(world, poste, audience, body._id, (before) => {
    if (body.type !== 'rollEntry' && wish < 0.12) return before && { body: before, deleted: true };
    return { body, merges: wish > 0.85 };
  });
}

/** A teacher's computer that was tampered with writes what only a head may. */
function forbidden(world: World, poste: Poste, count: number): void {
  world.trace.fault('forbidden', world.now, poste.name);
  const id = documentId(ECOLE, 1000 + count, 'staff');
  const body = { _id: id, type: 'staff', v: 1, text: `${markerOf(ECOLE)} ${count}` };
  submit(world, poste, ECOLE, id, () => ({ body }), true);
}

function submit(
  world: World,
  poste: Poste,
  audience: Audience,
  id: string,
  make: (before: DocumentBody | undefined) => Made | undefined,
  isForbidden = false,
): void {
  poste.write(audience, id, make, isForbidden).then(
    (rev) => world.trace.note(world.now, 'wrote', poste.name, audience, id, rev ?? '-'),
    (error: unknown) => {
      world.trace.note(world.now, 'not written', poste.name);
      world.broke(poste.name, error);
    },
  );
}

async function run(world: World, poste: Poste): Promise<void> {
  const { random, trace } = world;
  const other = random.chance(0.5)
    ? random.pick(world.gateways)
    : random.pick(world.postes.filter((one) => one !== poste));
  poste.busy = true;
  try {
    const { counters } = await poste.run(other);
    trace.note(world.now, 'ran', poste.name, other.name, counters.sent, counters.received);
  } catch (error) {
    trace.note(world.now, 'cut off', poste.name, other.name, error instanceof Error ? error.name : '');
    if (!isWeather(error)) world.broke(poste.name, error);
  }
  poste.busy = false;
}

/** People write and postes exchange, `edits` times, while everything goes wrong. Resolves when the last edit was asked for. */
export async function live(world: World, edits: number): Promise<void> {
  const { random } = world;
  for (const poste of world.postes) {
    world.every(RUN_MS, () => {
      if (poste.life && !poste.busy) void run(world, poste);
    });
  }
  const removal = random.chance(0.4) ? random.below(edits) : undefined;
  const promotion = random.chance(0.3) ? random.below(edits) : undefined;
  const newDay = random.chance(0.4) ? random.below(edits) : undefined;
  const closing = random.chance(0.5) ? random.below(edits) : undefined;
  // Drawn apart, from what was drawn already: runs in which nobody leaves stay as they were.
  const departure =
    world.weather.duplicate < 0.04 ? Math.floor(world.weather.duplicate * 10 * edits) : undefined;
  world.begin();
  let done = 0;
  const next = (): void => {
    edit(world, done);
    if (done === removal) remove(world, 'c');
    else if (done === promotion) promote(world, 'c');
    else if (done === newDay) moveDay(world, LATER_DAY);
    if (done === closing) closeYear(world);
    if (done === departure) headLeaves(world);
    done += 1;
    if (done < edits) world.schedule.in(world.soon(EDIT_MS), next);
    else world.clear();
  };
  world.schedule.in(0, next);
  await world.schedule.run();
}
