/** How a bay is told: one word, one icon, one tone. Never a colour alone, and the word is what a teacher would say. */
import type { IconName, Tone } from '../../kit';
import type { PanelBayView } from '../../../contract/staff/cart';

/** The key of the word under `cart.word`. */
export type BayWord =
  | 'conflict'
  | 'missing'
  | 'fault'
  | 'low'
  | 'ready'
  | 'probable'
  | 'charging'
  | 'off'
  | 'idle'
  | 'attached'
  | 'full'
  | 'free'
  | 'out'
  | 'lent'
  | 'unplugged'
  | 'unknown';

export interface BayLook {
  readonly word: BayWord;
  readonly tone: Tone;
  readonly icon: IconName;
  /** What is known is old: the slot is drawn as a memory. */
  readonly stale: boolean;
  /** Height of the level in the drawing, 0 to 100; undefined where no level is known. */
  readonly level: number | undefined;
}

const LOOKS: Readonly<Record<BayWord, { tone: Tone; icon: IconName }>> = {
  conflict: { tone: 'warn', icon: 'wrong' },
  missing: { tone: 'bad', icon: 'bad' },
  fault: { tone: 'bad', icon: 'repair' },
  low: { tone: 'warn', icon: 'batteryLow' },
  ready: { tone: 'ok', icon: 'check' },
  probable: { tone: 'info', icon: 'clock' },
  charging: { tone: 'info', icon: 'charging' },
  off: { tone: 'idle', icon: 'stop' },
  idle: { tone: 'idle', icon: 'plug' },
  attached: { tone: 'idle', icon: 'plug' },
  full: { tone: 'ok', icon: 'batteryFull' },
  free: { tone: 'idle', icon: 'minus' },
  out: { tone: 'idle', icon: 'hand' },
  lent: { tone: 'idle', icon: 'people' },
  unplugged: { tone: 'warn', icon: 'plug' },
  unknown: { tone: 'idle', icon: 'help' },
};

function wordOf(bay: PanelBayView): BayWord {
  if (bay.conflicts.length > 0) return 'conflict';
  const power = bay.power?.value;
  if (!bay.device) return power === undefined || power === 'empty' ? 'free' : power;
  switch (bay.readiness?.readiness) {
    case 'ready':
      return 'ready';
    case 'probable':
      // What it does is seen; what it promises is said by how long it lasts.
      if (power === 'charging' && bay.power?.stale === false) return 'charging';
      // An old word is repeated as it was said, and drawn as a memory.
      return bay.readiness.because === 'staleReading' && power === 'full' ? 'full' : 'probable';
    case 'low':
      return 'low';
    case 'missing':
      return 'missing';
    case 'lent':
      return 'lent';
    default:
      break;
  }
  if (bay.readiness?.because === 'out') return 'out';
  if (bay.readiness?.because === 'unplugged' && power === undefined) return 'unplugged';
  // Nothing is promised: what the bay itself last said is still worth a word.
  if (power === undefined) return 'unknown';
  if (power !== 'empty') return power;
  return bay.portOff ? 'off' : bay.stale ? 'missing' : 'unknown';
}

export function bayLook(bay: PanelBayView): BayLook {
  const word = wordOf(bay);
  const guessed = bay.readiness?.because === 'putAway' || bay.readiness?.because === 'notReturned';
  const remembered = bay.stale && !guessed;
  const look = LOOKS[word];
  const level = bay.percent?.value ?? (bay.power?.value === 'full' ? 100 : undefined);
  return { word, icon: look.icon, tone: remembered ? 'stale' : look.tone, stale: remembered, level };
}

/** « tiendra 2 h 30 »: what counts on a charge that goes on, or on a guess, is said of later and not of now. */
export const lastsLater = ({ readiness }: Pick<PanelBayView, 'readiness'>): boolean =>
  readiness?.readiness !== 'ready';

/** The youngest evidence of a bay: the one whose source and age are written on it. */
export function leadingEvidence(
  bay: PanelBayView,
): { source: string; at: string; ageSeconds: number } | null {
  const said = [bay.percent, bay.power].filter((one) => one !== null);
  const fresh = said.filter((one) => !one.stale);
  return [...(fresh.length > 0 ? fresh : said)].sort((a, b) => a.ageSeconds - b.ageSeconds)[0] ?? null;
}
