/** `node … gateway.program.ts <folder>`: the commune's gateway over its embedded store, until it is killed. */
import { startGateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';
import { UAI } from '../../integration/sync/poste';
import type { Word } from './messages';

const [, , folder = ''] = process.argv;
const gateway = await startGateway({ store: embeddedStore(folder), port: 0 });
const port = Number(new URL(gateway.url).port);
process.on('disconnect', () => process.exit(0));
process.send?.({ kind: 'ready', port, code: gateway.enrolmentCode(UAI) } satisfies Word);
