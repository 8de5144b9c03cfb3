/** Started by the poste with its data folder; see `docs/charging.md`. */
import { runWatchman } from './run-watchman';

const [, , folder] = process.argv;
if (folder !== undefined) runWatchman(folder);
