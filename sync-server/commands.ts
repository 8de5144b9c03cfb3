import { readFile } from 'node:fs/promises';
import { createNonces } from '../src/exchange';
import { checkUai } from '../src/domain/school/uai';
import { communeSchools } from './commune-school';
import { codeFor, note, sharedSecret } from './enrolment';
import { openStore } from './open-gateway';
import { provision, type Step } from './provision';
import { schoolLines, type Reason, type SchoolLine } from './school-status';
import { addressNote, localToken, readSettings, tokenSecret, WrongSetting } from './settings';
import type { GatewayStore } from './store/shelf';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
/** Provisioning that stays looks again so often, in milliseconds. */
const WATCH_MS = 5 * 60 * 1000;

function readUai(typed: string): string {
  const uai = checkUai(typed);
  if (!uai) throw new WrongSetting(`« ${typed} » n’est pas un numéro UAI.`);
  return uai.toLowerCase();
}

/**
 * Asks the gateway that has the embedded store open, or the store itself where no gateway runs.
 * @param path under `/admin/`
 */
async function ask<T>(
  method: 'GET' | 'POST',
  path: string,
  alone: (store: GatewayStore) => Promise<T>,
): Promise<T> {
  const settings = readSettings(process.env);
  if (settings.store.kind === 'embedded') {
    const authorization = `Bearer ${settings.adminToken ?? (await localToken(settings.store.folder))}`;
    const set = `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${settings.port}`;
    const noted = (await readFile(addressNote(settings.store.folder), 'utf8').catch(() => '')).trim();
    for (const at of URL.canParse(noted) ? [noted, set] : [set]) {
      const reply = await fetch(`${at}/admin/${path}`, { method, headers: { authorization } }).catch(
        () => undefined,
      );
      if (reply?.ok) return (await reply.json()) as T;
      if (at === noted && reply?.status === 401)
        throw new WrongSetting(
          'PREAU_COMMUNE_TOKEN : ce n’est pas le jeton de la passerelle qui tourne sur ce dossier.',
        );
    }
  }
  const store = openStore(settings);
  try {
    return await alone(store);
  } finally {
    await store.close();
  }
}

/** `--code 0751234J`: what the town hall's letter says. */
export async function printCode(typed: string): Promise<void> {
  const uai = readUai(typed);
  const { code } = await ask('POST', `code/${uai}`, async (store) => {
    await note(store, uai, 'given');
    return { code: codeFor(await sharedSecret(store), uai) };
  });
  say(code);
}

const WHY: Readonly<Record<Reason, string>> = {
  'never-enrolled': 'pas encore inscrite',
  'never-exchanged': 'inscrite, n’a jamais synchronisé',
  silent: 'silencieuse',
  cut: 'ligne coupée en route',
  refused: 'documents refusés',
  'waiting-for-base': 'attend sa base (provision)',
  'only-relay': 'le relais seul se montre',
};

/** `--schools [--json]`: who exchanged when, who is silent and why as far as the commune can know. No names of people. */
export async function printSchools(words: readonly string[]): Promise<void> {
  const { schools } = await ask('GET', 'schools', async (store) => {
    const nonces = createNonces(await sharedSecret(store), Date.now);
    return { schools: await schoolLines(store, communeSchools(store, nonces)) };
  });
  if (words.includes('--json')) return say(JSON.stringify(schools, null, 2));
  say(
    ['UAI', 'dernière fois', 'nuits', 'reçu', 'envoyé', 'postes', 'refusés', 'pourquoi'].map(pad).join(' '),
  );
  for (const line of schools) say(rowOf(line).map(pad).join(' '));
}

const WIDTHS = [9, 17, 6, 9, 9, 7, 8, 0];
const pad = (text: string, at: number): string => text.padEnd(WIDTHS[at] ?? 0);
const size = (bytes: number): string =>
  bytes < 10_000
    ? `${bytes} o`
    : bytes < 10_000_000
      ? `${Math.round(bytes / 1000)} ko`
      : `${Math.round(bytes / 1e6)} Mo`;

function rowOf({ uai, last, nights, postes, refused, reasons }: SchoolLine): readonly string[] {
  return [
    uai.toUpperCase(),
    last?.at.slice(0, 16).replace('T', ' ') ?? '–',
    nights === null ? '–' : String(nights),
    last ? size(last.bytesIn) : '–',
    last ? size(last.bytesOut) : '–',
    String(postes),
    String(refused),
    reasons.map((reason) => WHY[reason]).join(', '),
  ];
}

const DONE: Readonly<Record<Step['done'], string>> = {
  created: 'créé',
  repaired: 'remis en ordre',
  destroyed: 'détruit',
  wrong: 'À FAIRE',
};

/** `provision [UAI…] [--configure] [--watch]`: with the administrator's address from `COUCHDB_ADMIN_URL`. */
export async function runProvision(words: readonly string[]): Promise<void> {
  const adminUrl = process.env['COUCHDB_ADMIN_URL'];
  if (!adminUrl || !URL.canParse(adminUrl))
    throw new WrongSetting(
      'COUCHDB_ADMIN_URL : l’adresse de CouchDB avec l’administrateur et son mot de passe.',
    );
  const schools = words.filter((word) => !word.startsWith('--')).map(readUai);
  const secret = tokenSecret(process.env);
  for (;;) {
    const steps = await provision({ adminUrl, secret, schools, configure: words.includes('--configure') });
    for (const { done, what, note: told } of steps) say(`${DONE[done]} : ${what}${told ? `\n${told}` : ''}`);
    if (steps.length === 0) say('Tout est en place.');
    if (steps.some(({ done }) => done === 'wrong')) process.exitCode = 1;
    if (!words.includes('--watch')) return;
    await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  }
}
