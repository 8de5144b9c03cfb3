/** The product's watchman with the night's clock. */
import { runWatchman } from '../../../../src/main/cart/charging/run-watchman';
import { fastNow, readClock } from './fast-clock';

const [, , clock, folder] = process.argv;
if (folder !== undefined) {
  const night = readClock(clock);
  // Two minutes of the night.
  runWatchman(folder, () => fastNow(night), 100);
}
