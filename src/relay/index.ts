import { isPreauError } from '../domain/errors';
import { WrongSetting } from '../../sync-server/settings';
import { privateAddresses } from '../main/doors/lan/addresses';
import { createFileLogger } from '../main/log/logger';
import { knownAddresses } from '../main/postes/discovery';
import { mdnsDiscovery } from '../main/postes/mdns';
import { mkdirSync } from 'node:fs';
import { openRelay } from './relay';
import { machineSecret } from './secret';
import { readStatus, statusLines } from './status';
import { readRelaySettings } from './settings';

/**
 * `npm run relay` (docs/relay.md): carries a school's parcels between its computers and the commune, on a computer where
 * nobody works. `-- --introduce 192.168.1.10:8444` names who to be introduced by, `-- --status` prints what it carries.
 */
const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const settings = readRelaySettings(process.env, process.argv.slice(2));
  if (settings.command === 'status') {
    const status = await readStatus(settings.folder);
    if (!status) throw new WrongSetting('Aucun relais n’a encore tourné dans ce dossier.');
    statusLines(status).forEach(say);
    return;
  }
  mkdirSync(settings.folder, { recursive: true, mode: 0o700 });
  const log = createFileLogger(settings.folder, Date.now);
  const stop = new AbortController();
  const relay = openRelay({
    folder: settings.folder,
    machineSecret: await machineSecret(settings.folder, settings.secretFile),
    discovery: settings.neighbours
      ? knownAddresses(() => settings.neighbours ?? [])
      : mdnsDiscovery((code) => log.warn('mdns.discovery', { code }), privateAddresses),
    listen: { host: settings.host, port: settings.port },
    log,
    byItself: true,
    introduceAt: settings.introduce,
    couch: process.env['COUCHDB_URL'] ? process.env : undefined,
    showDigits: (digits, at) => {
      say(
        `Code à taper sur l’ordinateur de la direction (${at.host}) : ${digits.slice(0, 3)} ${digits.slice(3)}`,
      );
    },
    refused: () => say('Les chiffres ne correspondaient pas, ou personne ne les a tapés. Je recommence.'),
    stop: stop.signal,
  });
  const end = (): void => {
    stop.abort();
    void relay.then(async (open) => {
      await open?.close();
      await log.close();
    });
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
  say('Relais de l’école. En attente d’un ordinateur de l’école sur ce réseau…');
  const open = await relay;
  if (!open) return;
  say(`Relais ouvert : ${open.address.host}:${open.address.port}`);
  // At a start whoever is there is met at once; afterwards each moment comes by itself.
  if (stop.signal.aborted) return;
  await open.run();
  say('Première synchronisation faite.');
}

const SENTENCES: Readonly<Record<string, string>> = {
  STORE_LOCKED: 'Un relais est déjà ouvert dans ce dossier : arrêtez-le d’abord (Ctrl C).',
  NEWER_DATA: 'Ce dossier a été écrit par un Préau plus récent : mettez le relais à jour.',
  DISK_FULL: 'Le disque est plein : faites de la place, rien n’est perdu.',
  BAD_INPUT: 'Le fichier du secret, ou le dossier, ne se lit pas (docs/relay.md).',
};

function fail(error: unknown): void {
  const known = isPreauError(error) ? SENTENCES[error.code] : undefined;
  const said = error instanceof WrongSetting ? error.message : known;
  process.stderr.write(
    `${said ?? (error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`,
  );
  process.exit(1);
}

await main().catch(fail);
