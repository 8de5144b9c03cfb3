import { randomBytes } from 'node:crypto';
import nano from 'nano';
import { databaseName, isSealed } from '../src/domain/audience';
import { COMMUNE_ROLE, GATEWAY_ROLE, memberRole } from './rules/author-roles';
import { DESIGN_DOCUMENT } from './rules/rule';
import { EXPECTED } from './enrolment';
import { parcelsDatabase } from './school-record';
import { statusOf } from './store/couch/couch-errors';
import { putTokens, tokensCount } from './provision-tokens';
import { SETTINGS_DATABASE } from './store/couch-adapter';

/** The account that reads every school's `parc` and keeps the catalogue: the town hall's own tools (GLPI, console). */
const FLEET_USER = 'preau-fleet';
const CATALOGUE = 'commune_catalogue';

export interface ProvisionOptions {
  /** With the administrator's name and password: used here and nowhere else. */
  readonly adminUrl: string;
  readonly secret: Uint8Array;
  /** Schools that are expected from now on, beside those that are known. */
  readonly schools?: readonly string[];
  /** Writes the token key into CouchDB's own settings, on every node, where it is not in force. */
  readonly configure?: boolean;
}

export type Done = 'created' | 'repaired' | 'destroyed' | 'wrong';
export interface Step {
  readonly done: Done;
  readonly what: string;
  /** A password that is shown once, or what to do. */
  readonly note?: string;
}

interface Wanted {
  readonly name: string;
  readonly readers: readonly string[];
  readonly ruled: boolean;
}

/**
 * Makes in CouchDB what only its administrator can: databases, `_security`, design documents, the fleet's account, and the key
 * of the gateway's tokens. Run as often as one likes: what stands as it should is left, what differs is put right.
 * @returns what was done; nothing at the second run
 */
export async function provision(options: ProvisionOptions): Promise<readonly Step[]> {
  const server = nano(options.adminUrl);
  const steps: Step[] = [];
  if (!(await tokensCount(options))) steps.push(...(await putTokens(server, options)));
  for (const system of ['_users', '_replicator']) steps.push(...(await makeDatabase(server, system)));
  steps.push(...(await put(server, { name: SETTINGS_DATABASE, readers: [GATEWAY_ROLE], ruled: false })));
  const catalogue = { name: CATALOGUE, readers: [GATEWAY_ROLE, COMMUNE_ROLE], ruled: true };
  steps.push(...(await put(server, catalogue)), ...(await putFleetUser(server)));
  for (const uai of await expectedSchools(server, options.schools ?? [])) {
    steps.push(
      ...(await put(server, { name: parcelsDatabase(uai), readers: [GATEWAY_ROLE], ruled: false })),
      ...(await putSchool(server, uai)),
    );
  }
  return steps;
}

/** Schools that were given a code or came; those named now are noted as expected. */
async function expectedSchools(
  server: nano.ServerScope,
  named: readonly string[],
): Promise<readonly string[]> {
  const settings = server.use<Record<string, unknown>>(SETTINGS_DATABASE);
  for (const uai of named) {
    const _id = EXPECTED + uai.toLowerCase();
    await settings.insert({ _id, given: new Date().toISOString() }).catch((error: unknown) => {
      if (statusOf(error) !== 409) throw error;
    });
  }
  const { rows } = await settings.list({ startkey: EXPECTED, endkey: `${EXPECTED}~` });
  return rows.map(({ id }) => id.slice(EXPECTED.length));
}

/** A school's open bases: those of which its head handed over a key. A class made in November appears here by itself. */
async function putSchool(server: nano.ServerScope, uai: string): Promise<readonly Step[]> {
  const parcels = server.use<{ want?: string }>(parcelsDatabase(uai));
  const idsUnder = async (kind: string): Promise<readonly string[]> => {
    const { rows } = await parcels.list({ startkey: `${kind}!`, endkey: `${kind}"` });
    return [...new Set(rows.map(({ id }) => id.split('!')[1] ?? ''))];
  };
  const steps: Step[] = [];
  for (const audience of await idsUnder('k')) {
    if (isSealed(audience)) continue;
    const commune = audience === 'parc' ? [COMMUNE_ROLE] : [];
    const readers = [GATEWAY_ROLE, memberRole(uai, audience), ...commune];
    steps.push(...(await put(server, { name: databaseName(uai, audience), readers, ruled: true })));
  }
  for (const audience of await idsUnder('w')) {
    const name = databaseName(uai, audience);
    const gone = await server.db.destroy(name).then(
      () => true,
      (error: unknown) => {
        if (statusOf(error) === 404) return false;
        throw error;
      },
    );
    if (gone) steps.push({ done: 'destroyed', what: name });
    const mark = await parcels.get(`w!${audience}`);
    await parcels.destroy(mark._id, mark._rev);
  }
  return steps;
}

async function put(server: nano.ServerScope, wanted: Wanted): Promise<readonly Step[]> {
  const made = await makeDatabase(server, wanted.name);
  const secured = await putSecurity(server, wanted);
  const ruled = wanted.ruled && (await putRule(server, wanted.name));
  if (made.length > 0) return made;
  const what = [secured && '_security', ruled && DESIGN_DOCUMENT._id].filter(Boolean).join(', ');
  return what ? [{ done: 'repaired', what: `${wanted.name}: ${what}` }] : [];
}

async function makeDatabase(server: nano.ServerScope, name: string): Promise<readonly Step[]> {
  try {
    // One shard: a school's base is small, and each shard is open files (CouchDB's own advice for many databases).
    await server.request({ db: name, method: 'put', qs: { q: 1 } });
    return [{ done: 'created', what: name }];
  } catch (error) {
    // 412: it is there.
    if (statusOf(error) === 412) return [];
    throw error;
  }
}

async function putSecurity(server: nano.ServerScope, { name, readers }: Wanted): Promise<boolean> {
  const wanted = {
    admins: { names: [], roles: ['_admin'] },
    members: { names: [], roles: [...readers] },
  };
  const held: unknown = await server.request({ db: name, path: '_security' });
  if (JSON.stringify(held) === JSON.stringify(wanted)) return false;
  await server.request({ db: name, path: '_security', method: 'put', body: wanted });
  return true;
}

async function putRule(server: nano.ServerScope, name: string): Promise<boolean> {
  const database = server.use<typeof DESIGN_DOCUMENT>(name);
  const held = await database.get(DESIGN_DOCUMENT._id).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
  if (held?.validate_doc_update === DESIGN_DOCUMENT.validate_doc_update) return false;
  await database.insert({ ...DESIGN_DOCUMENT, ...(held ? { _rev: held._rev } : {}) });
  return true;
}

async function putFleetUser(server: nano.ServerScope): Promise<readonly Step[]> {
  const users = server.use<Record<string, unknown>>('_users');
  const _id = `org.couchdb.user:${FLEET_USER}`;
  const held = await users.get(_id).catch((error: unknown) => {
    if (statusOf(error) === 404) return undefined;
    throw error;
  });
  if (held && JSON.stringify(held['roles']) === JSON.stringify([COMMUNE_ROLE])) return [];
  if (held) {
    await users.insert({ ...held, roles: [COMMUNE_ROLE] });
    return [{ done: 'repaired', what: `user ${FLEET_USER}` }];
  }
  const password = randomBytes(18).toString('base64url');
  await users.insert({ _id, name: FLEET_USER, type: 'user', roles: [COMMUNE_ROLE], password });
  return [{ done: 'created', what: `user ${FLEET_USER}`, note: password }];
}
