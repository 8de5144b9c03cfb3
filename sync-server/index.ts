import { couchStore } from './store/couch-adapter';
import { embeddedStore } from './store/embedded-adapter';
import { startGateway } from './gateway';

/**
 * `npm run commune`: the gateway alone. `COUCHDB_URL` chooses CouchDB, else `PREAU_COMMUNE_DATA` (a folder) holds the
 * embedded store. `--code 0751234A` prints a school's enrolment code and ends.
 */
async function main(): Promise<void> {
  const {
    COUCHDB_URL,
    PREAU_COMMUNE_DATA = '.preau-commune',
    PORT = '8460',
    HOST = '127.0.0.1',
  } = process.env;
  const store = COUCHDB_URL ? couchStore({ url: COUCHDB_URL }) : embeddedStore(PREAU_COMMUNE_DATA);
  const codeOf = process.argv.indexOf('--code');
  const gateway = await startGateway({ store, port: codeOf < 0 ? Number(PORT) : 0, host: HOST });
  if (codeOf >= 0) {
    process.stdout.write(`${gateway.enrolmentCode(process.argv[codeOf + 1] ?? '')}\n`);
    await gateway.close();
    await store.close();
    return;
  }
  process.stdout.write(`Passerelle de la commune : ${gateway.url}\n`);
  const stop = (): void => void gateway.close().then(() => store.close());
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

await main();
