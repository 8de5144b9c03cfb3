/** Holds a data folder until it is killed: `node … hold.program.ts <folder>`. */
import { DataFolder } from '../../../src/store/data-folder';

await DataFolder.open({ folder: process.argv[2] ?? '' });
process.stdout.write('held\n');
setInterval(() => undefined, 60_000);
