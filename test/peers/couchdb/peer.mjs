import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { allowed, authenticate, configure, sessionOf } from './access.mjs';
import { createRules } from './rules.mjs';

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
const InMemory = Pouch.defaults({ adapter: 'memory' });
const express = require('express');

/** Databases by name, with what CouchDB keeps beside them. A new one is closed to everybody but its administrator. */
const CLOSED = { admins: { names: [], roles: ['_admin'] }, members: { names: [], roles: ['_admin'] } };
const databases = new Map();
const state = { databases, users: new Map(), jwtKey: undefined };
const answer = (response, status, body) => response.status(status).json(body);
const ok = (response, status = 200) => answer(response, status, { ok: true });

const app = express();
app.use((request, response, next) => {
  if (request.headers['content-encoding'] === 'deflate')
    return answer(response, 415, { error: 'bad_content_encoding' });
  next();
});
app.use(async (request, response, next) => {
  try {
    request.user = await authenticate(request.headers.authorization, state);
    next();
  } catch (error) {
    answer(response, error.status ?? 401, { error: error.error ?? 'unauthorized', reason: error.message });
  }
});
app.get('/_session', (request, response) => answer(response, 200, sessionOf(request.user)));
app.get('/', (_request, response) => answer(response, 200, { couchdb: 'Welcome', version: '3.5.2' }));
app.use((request, response, next) => {
  const isAdmin = request.user.roles.includes('_admin');
  const server = /^\/(_membership|_node|_all_dbs|_utils|_replicate|_config)/.test(request.path);
  if (server && !isAdmin)
    return answer(response, 401, { error: 'unauthorized', reason: 'You are not a server admin.' });
  next();
});
app.get('/_membership', (_request, response) =>
  answer(response, 200, { all_nodes: ['nonode@nohost'], cluster_nodes: ['nonode@nohost'] }),
);
app.put(
  '/_node/:node/_config/:section/:key',
  express.json({ strict: false, type: () => true }),
  (request, response) => answer(response, 200, configure(state, request.params, request.body)),
);
app.get('/_all_dbs', (_request, response) => answer(response, 200, [...databases.keys()].sort()));

const json = express.json({ limit: '8mb', type: () => true });
app.put('/:db', async (request, response) => {
  const { db } = request.params;
  if (!request.user.roles.includes('_admin'))
    return answer(response, 401, { error: 'unauthorized', reason: 'You are not a server admin.' });
  if (databases.has(db)) return answer(response, 412, { error: 'file_exists' });
  const pouch = new InMemory(db);
  await pouch.info();
  databases.set(db, { pouch, security: structuredClone(CLOSED), rules: createRules(db, pouch) });
  ok(response, 201);
});
app.use('/:db', (request, response, next) => {
  const held = databases.get(decodeURIComponent(request.params.db));
  if (!held) return answer(response, 404, { error: 'not_found', reason: 'Database does not exist.' });
  const verdict = allowed(request.user, held.security);
  if (verdict) return answer(response, verdict.status, verdict.body);
  request.held = held;
  next();
});
const adminOnly = (request, response, next) =>
  request.user.roles.includes('_admin')
    ? next()
    : answer(response, 401, { error: 'unauthorized', reason: 'You are not a server admin.' });
app.delete('/:db', adminOnly, async (request, response) => {
  databases.delete(request.params.db);
  await request.held.pouch.destroy();
  ok(response);
});
app.get('/:db/_security', (request, response) => answer(response, 200, request.held.security));
app.put('/:db/_security', adminOnly, json, (request, response) => {
  request.held.security = request.body;
  ok(response);
});
app.post('/:db/_bulk_docs', json, async (request, response) => {
  const { docs, new_edits: edits = true } = request.body;
  const rows = await request.held.rules.write(docs, edits, request.user, request.held.security);
  // Under new_edits:false CouchDB lists only what was refused.
  answer(response, 201, edits ? rows : rows.filter((row) => row.error));
});
async function one(document, request, response) {
  const { held, user } = request;
  if (request.params.db === '_users' && document.password) state.users.set(document.name, document);
  const [row] = await held.rules.write([document], true, user, held.security);
  if (!row.error) return answer(response, 201, { ok: true, id: row.id, rev: row.rev });
  answer(response, { conflict: 409, unauthorized: 401 }[row.error] ?? 403, row);
}
app.post('/:db', json, (request, response) => one(request.body, request, response));
for (const path of ['/:db/_design/:name', '/:db/:id'])
  app.put(path, json, (request, response) => {
    const { id, name } = request.params;
    return one({ ...request.body, _id: id ?? `_design/${name}` }, request, response);
  });
app.delete('/:db/:id', (request, response) => {
  const { id } = request.params;
  return one({ _id: id, _rev: request.query.rev, _deleted: true }, request, response);
});
const options = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: '/dev/null' };
app.use('/', require('express-pouchdb')(InMemory, options));
const server = createServer(app);
server.listen(0, '127.0.0.1', () => process.send?.(server.address().port));
process.on('disconnect', () => process.exit(0));
