import { createServer } from 'node:http';
import { createRequire } from 'node:module';

// A process of its own: express-pouchdb hooks the PouchDB it is given, and the store's must stay as it is.
const load = createRequire(import.meta.url);
let Pouch = load('pouchdb-core');
Pouch = Pouch.default ?? Pouch;
for (const name of ['pouchdb-adapter-memory', 'pouchdb-adapter-http', 'pouchdb-replication'])
  Pouch = Pouch.plugin(load(name));
const app = load('express')();
const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' };
app.use('/', load('express-pouchdb')(Pouch.defaults({ adapter: 'memory' }), options));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit(0));
