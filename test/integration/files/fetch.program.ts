import { ECOLE, openFileSchool } from './school';

/** A poste that fetches one file until it is killed: folder, the commune's port, document, SHA-256, size. */
const [folder = '', port = '', document = '', sha256 = '', size = ''] = process.argv.slice(2);
const school = await openFileSchool(folder);
const marc = await school.poste('marc');
await marc.name(ECOLE, document, { sha256, size: Number(size) });
await marc.exchange.run({
  lineBytes: Infinity,
  remotes: [marc.remote({ to: 'commune', port: Number(port) })],
});
process.exit(0);
