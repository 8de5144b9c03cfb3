import { isPreauError } from '../src/domain/errors';
import { storageError } from '../src/store/storage-errors';
import { printCode, printSchools, runProvision } from './commands';
import { openGateway } from './open-gateway';
import { readSettings, WrongSetting } from './settings';

/**
 * `npm run commune` (docs/gateway.md): the gateway alone. `-- --code 0751234J` prints a school's enrolment code,
 * `-- --schools` who has exchanged and who has not, `-- provision` makes in CouchDB what only its administrator can.
 */
async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'provision') return runProvision(rest);
  if (command === '--code') return printCode(rest[0] ?? '');
  if (command === '--schools') return printSchools(rest);
  if (command !== undefined) throw new WrongSetting(`« ${command} » : commande inconnue (docs/gateway.md).`);
  const { gateway, close } = await openGateway(readSettings(process.env), (code, path) =>
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), code, path })}\n`),
  );
  process.stdout.write(`Passerelle de la commune : ${gateway.url}\n`);
  const stop = (): void => void close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(error: unknown): void {
  const known = storageError(error);
  const locked = isPreauError(known) && known.code === 'STORE_LOCKED';
  const sentence = locked
    ? 'Ce dossier est déjà ouvert par une passerelle : arrêtez-la d’abord (Ctrl C).'
    : error instanceof WrongSetting
      ? error.message
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error);
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

// LevelDB's refusal of a folder that another process holds may reach nobody's promise.
process.on('uncaughtException', fail);
await main().catch(fail);
