import { readFileSync } from 'node:fs';
import { makePupilKey } from '../../../src/demo/pupils/keys';
import { simulatePupil } from '../../../src/demo/pupils/pupil';
import { systemTimers } from '../../../src/main/cart/timers';

/** One simulated child of the demonstration as a process of its own: it can be killed, and stopped. */
const [file = ''] = process.argv.slice(2);
const { origin, root, pem, keyId, index } = JSON.parse(readFileSync(file, 'utf8')) as {
  origin: string;
  root: string;
  pem: string;
  keyId: string;
  index: number;
};
simulatePupil(
  { index, kind: 'computer', key: makePupilKey(pem), keyId },
  { origin, root, timers: systemTimers, seed: 1 },
);
