/** Sends one magic packet from whatever network it is started in: `wake.program.ts 02aabbccddee`. */
import { wake } from '../../../src/main/classroom/connectors/wake';

const outcome = await wake(process.argv[2] ?? '');
process.stdout.write(JSON.stringify(outcome));
