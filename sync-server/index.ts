import { isPreauError } from '../src/domain/errors';
import { checkUai } from '../src/domain/school/uai';
import { storageError } from '../src/store/storage-errors';
import { couchStore } from './store/couch-adapter';
import { embeddedStore } from './store/embedded-adapter';
import { startGateway } from './gateway';

/**
 * `npm run commune`: the gateway alone. `COUCHDB_URL` chooses CouchDB, else `PREAU_COMMUNE_DATA` (a folder) holds the
 * embedded store, which one process at a time may open. `--code 0751234J` prints a school's enrolment code and ends.
 */
async function main(): Promise<void> {
  const {
    COUCHDB_URL,
    PREAU_COMMUNE_DATA = '.preau-commune',
    PORT = '8460',
    HOST = '127.0.0.1',
  } = process.env;
  const codeOf = process.argv.indexOf('--code');
  const typed = codeOf < 0 ? undefined : (process.argv[codeOf + 1] ?? '');
  const uai = typed && checkUai(typed);
  if (typed !== undefined && !uai) return fail(`« ${typed} » n’est pas un numéro UAI.`);
  const store = COUCHDB_URL ? couchStore({ url: COUCHDB_URL }) : embeddedStore(PREAU_COMMUNE_DATA);
  const gateway = await startGateway({ store, port: !uai ? Number(PORT) : 0, host: HOST });
  if (uai) {
    process.stdout.write(`${gateway.enrolmentCode(uai)}\n`);
    await gateway.close();
    await store.close();
    return;
  }
  process.stdout.write(`Passerelle de la commune : ${gateway.url}\n`);
  const stop = (): void => void gateway.close().then(() => store.close());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

// LevelDB's refusal of a folder that another process holds reaches nobody's promise: levelup throws it on its own.
process.on('uncaughtException', (error) => {
  const known = storageError(error);
  fail(
    isPreauError(known) && known.code === 'STORE_LOCKED'
      ? 'Ce dossier est déjà ouvert par une passerelle : arrêtez-la d’abord (Ctrl C).'
      : (error.stack ?? error.message),
  );
  process.exit(1);
});

await main();
