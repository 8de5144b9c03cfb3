import { createServer } from 'node:http';
import { createRequire } from 'node:module';

// A process of its own: express-pouchdb hooks the PouchDB it is given, and the store's must stay as it is.
const require = createRequire(import.meta.url);
let Pouch = require('pouchdb-core');
Pouch = Pouch.default ?? Pouch;
for (const plugin of [
  require('pouchdb-adapter-memory'),
  require('pouchdb-adapter-http'),
  require('pouchdb-replication'),
])
  Pouch = Pouch.plugin(plugin);
const app = require('express')();
const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' };
app.use('/', require('express-pouchdb')(Pouch.defaults({ adapter: 'memory' }), options));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit(0));
