/**
 * `node … poste.program.ts <folder> <person>`: a poste of the test school over its real store, log and LAN server, until
 * it is killed. Told what to do over the channel of its parent; every write is said once it is durable.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isPreauError } from '../../../src/domain/errors';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import type { Id } from '../../../src/domain/id';
import { actor, entitlement, idOf, PARC, reopened } from '../../integration/sync/poste';
import type { Command, Holding, Word } from './messages';

const [, , folder = '', person = ''] = process.argv;
const owner = person as Id<'staff'>;
/** Few documents that everybody changes, beside new ones. */
const SHARED = 30;
/** Between two writes and between two runs, in milliseconds: a lively day. */
const WRITE_MS = 15;
const RUN_MS = 60;

let near: readonly LanAddress[] = [];
let living: Promise<unknown> | undefined;
let resting = false;

const say = (word: Word): void => void process.send?.(word);
const poste = await reopened({ folder }, { owner, neighbours: () => near, stallMs: 5000 });
const audiences = (entitlement(owner)?.audiences ?? []).filter((name) => name !== PARC);

function tell(error: unknown): void {
  if (isPreauError(error) && error.code === 'DISK_FULL') say({ kind: 'disk-full' });
  // Somebody else's version came between reading and writing: the screen would say so.
  else if (!isPreauError(error) || error.code !== 'CONFLICT')
    say({ kind: 'broken', error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}

async function write(at: number, round: number): Promise<void> {
  const audience = audiences[at % audiences.length] ?? PARC;
  const database = await poste.store.open(audience);
  const id =
    at % 3 === 0 ? idOf('event', `shared ${round} ${(at * 7) % SHARED}`) : idOf('event', randomUUID());
  const body = { _id: id, type: 'event', v: 1, text: `${at}`, ballast: 'é'.repeat((at * 31) % 400) };
  const { rev } = await database.put(body, database.get(id)?.rev);
  say({ kind: 'written', audience, id, rev });
}

async function writing(round: number): Promise<void> {
  for (let at = 0; !resting; at++) {
    await write(at, round).catch(tell);
    await pause(WRITE_MS);
  }
}

async function exchanging(): Promise<void> {
  while (!resting) {
    await poste.sync.run(actor(owner)).catch(tell);
    await pause(RUN_MS);
  }
}

async function holdings(): Promise<Word> {
  const held = [];
  for (const audience of [...audiences, PARC]) {
    const changes = await (await poste.store.open(audience)).changesSince(0, 1_000_000);
    const leaves = changes.map(({ record: { id, rev, ancestors } }): Holding => ({ id, rev, ancestors }));
    held.push({ audience, leaves });
  }
  return { kind: 'holdings', audiences: held };
}

async function obey(command: Command): Promise<void> {
  if (command.do === 'near') near = command.near;
  if (command.do === 'live') {
    resting = false;
    living = Promise.all([writing(command.round), exchanging()]);
  }
  if (command.do === 'rest') {
    resting = true;
    await living;
    say({ kind: 'resting' });
  }
  if (command.do === 'run') {
    const { commune, waiting, refused } = await poste.sync.run(actor(owner));
    const last = commune.last;
    const moved = (last?.sent ?? 0) + (last?.received ?? 0);
    say({ kind: 'ran', outcome: last?.outcome ?? 'none', moved, waiting, refused: refused.length });
  }
  if (command.do === 'holdings') say(await holdings());
}

process.on('message', (command: Command) => void obey(command).catch(tell));
process.on('disconnect', () => process.exit(0));
say({ kind: 'ready', port: poste.postes.address.port });
