import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseAudience, type Audience } from '../../../src/domain/audience';
import type { Id } from '../../../src/domain/id';
import { loginOf } from '../../../src/domain/people/password-rules';
import { systemTimers } from '../../../src/main/cart/timers';
import { CHARTER_VERSION } from '../../../src/domain/accounts/charter';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { createHost, type Host } from '../../../src/main/host';
import { silentLogger } from '../../../src/main/log/logger';
import { schoolNetwork, type Rehearsal } from '../../../src/main/school-network';
import { DataFolder } from '../../../src/store/data-folder';
import { FileKeyring } from '../../../src/store/keyring';
import type { DocumentBody } from '../../../src/store/port';
import { PouchStore } from '../../../src/store/pouch-store';
import { corpusByAudience } from '../corpus';

/** The measured school: 50,000 documents over 27 databases, and the head who signs in, who also teaches a class. */
export const DOCUMENTS = 50_000;
export const DATABASES = 27;
/** Within the corpus's school year; whoever signs in later reads the same documents. */
const CREATED = Date.UTC(2026, 10, 20, 8);
const HEAD = { first: 'Odile', family: 'Marchand', password: 'préau bleu, lavande et 7 pommes' };

/** Every door on loopback, nothing announced: in this process and in the one that is measured (`PREAU_LAN`). */
export const REHEARSAL: Rehearsal = { secure: 0, plain: 0, poste: 0, byItself: false, neighbours: [] };

export interface BenchSchool {
  /** What `PREAU_DATA` names. */
  readonly dataFolder: string;
  /** What the keychain would keep: opens the school's audiences without anybody. */
  readonly machineSecret: Buffer;
  readonly login: string;
  readonly password: string;
  readonly head: Id<'staff'>;
  readonly classId: Id<'class'>;
}

/** Made through the host's own services where they exist, and through the store for the ordinary days' documents. */
export async function prepareSchool(
  dataFolder: string,
  pupilFolder: string,
  documents = DOCUMENTS,
): Promise<BenchSchool> {
  const machineSecret = randomBytes(32);
  const folder = join(dataFolder, 'school');
  const clock = (): number => CREATED;

  const first = await openBenchHost({ folder, machineSecret, pupilFolder, clock });
  const { password, ...names } = HEAD;
  const { state } = await ask<{ state: { signedIn: { id: Id<'staff'> } } }>(first, 'school.create', {
    name: 'École élémentaire du Banc',
    uai: '0951099D',
    timeZone: 'Europe/Paris',
    head: { civility: 'mme', ...names, password },
  });
  const head = state.signedIn.id;
  await first.close();

  const classId = await fill(folder, machineSecret, documents);

  // The head takes a class: her keys are wrapped anew, over every audience.
  const second = await openBenchHost({ folder, machineSecret, pupilFolder, clock });
  await second.welcome(head);
  await ask(second, 'people.assignClasses', { person: head, classes: [classId] });
  // Who is measured has read it on another day.
  await ask(second, 'accounts.acceptCharter', { version: CHARTER_VERSION });
  await second.close();
  return { dataFolder, machineSecret, login: loginOf(HEAD.first, HEAD.family), password, head, classId };
}

export interface BenchHostOptions {
  readonly folder: string;
  readonly machineSecret: Buffer;
  readonly pupilFolder: string;
  readonly clock?: () => number;
}

/** The product's host in this process: on loopback, announcing nothing. */
export function openBenchHost({
  folder,
  machineSecret,
  pupilFolder,
  clock = Date.now,
}: BenchHostOptions): Promise<Host> {
  return createHost({
    dataFolder: folder,
    keys: { machineSecret },
    keychain: 'os',
    demonstration: false,
    clock,
    random: randomBytes,
    binary: createBinaryDoor(randomBytes),
    outside: {
      timers: systemTimers,
      pupilFolder,
      ...schoolNetwork(REHEARSAL, silentLogger),
    },
  });
}

/** A request that must succeed; the caller names the reply it expects of the contract. */
export async function ask<Reply>(host: Host, method: string, input: unknown): Promise<Reply> {
  const reply = await host.request('bench', method, input);
  if (!reply.ok) throw new Error(`${method}: ${reply.error.code} ${JSON.stringify(reply.error.params)}`);
  return reply.value as Reply;
}

/** @returns the first class of the corpus */
async function fill(folder: string, machineSecret: Buffer, documents: number): Promise<Id<'class'>> {
  const lock = await DataFolder.open({ folder });
  const keyring = await FileKeyring.open({ path: join(folder, 'keys.json'), machineSecret });
  const store = new PouchStore({ folder, keyring });
  let classId: Id<'class'> | undefined;
  for (const [name, bodies] of corpusByAudience(documents)) {
    const written = bodies.flatMap(inProductShape);
    classId ??= written.find((body) => body.type === 'class')?._id as Id<'class'> | undefined;
    await keyring.create(name);
    const database = await store.open(name);
    for (let at = 0; at < written.length; at += 1_000) await database.putAll(written.slice(at, at + 1_000));
  }
  await store.close();
  await lock.close();
  if (!classId) throw new Error('the corpus has no class');
  return classId;
}

/** The corpus says what a school writes; these are the fields under which the services read it back. */
function inProductShape(body: DocumentBody): DocumentBody[] {
  const { _id, given, family, class: of, ...rest } = body;
  const names = { first: String(given), family: String(family) };
  switch (body.type) {
    // The school's own document was written by its creation.
    case 'school':
      return [];
    case 'schoolClass':
      return [{ _id, type: 'class', v: 1, label: body['label'], grades: [], schoolYear: body['year'] }];
    case 'staff':
      return [{ _id, type: 'staff', v: 1, names, roles: ['teacher'], classIds: [] }];
    case 'pupil':
      return [{ _id, type: 'pupil', v: 1, names, grade: 'CE1', classId: of }];
    case 'rollEntry':
      return [{ ...body, replaces: [] }];
    case 'homework':
      return [{ _id, ...rest, dueOn: body['due'], writtenAt: body['at'] } as DocumentBody];
    case 'cart':
      return [{ _id, type: 'cart', v: 1, name: body['label'], bays: body['bays'] }];
    case 'device':
      return [
        {
          _id,
          type: 'device',
          v: 1,
          kind: 'tablet',
          label: `Tablette ${String(body['bay'])}`,
          serial: body['serial'],
          cartId: body['cart'],
          bay: body['bay'],
        },
      ];
    default:
      return [body];
  }
}

export interface OpenedStore {
  /** ms from the first call until the last of the 27 databases can be read. */
  readonly ms: number;
  readonly documents: number;
}

/** The store alone, all of it, one database after the other: what a start would cost that waited for everything. */
export async function openWholeStore(school: BenchSchool): Promise<OpenedStore> {
  const folder = join(school.dataFolder, 'school');
  const lock = await DataFolder.open({ folder });
  const keyring = await FileKeyring.open({
    path: join(folder, 'keys.json'),
    machineSecret: school.machineSecret,
  });
  const store = new PouchStore({ folder, keyring });
  const wanted = (await store.list()).filter(
    (name: Audience) => !['courrier', 'traces', 'perso'].includes(parseAudience(name)?.kind ?? ''),
  );
  if (wanted.length !== DATABASES) throw new Error(`${wanted.length} databases, not ${DATABASES}`);
  const begun = performance.now();
  let documents = 0;
  for (const name of wanted) documents += (await store.open(name)).lastSeq;
  const ms = performance.now() - begun;
  await store.close();
  await lock.close();
  return { ms, documents };
}
