/** What `dumpsys battery` says. Source: AOSP BatteryService.java (dumpInternal), BatteryManager constants. */
export interface BatteryReading {
  /** 0 to 100. */
  readonly percent: number;
  readonly state: 'charging' | 'discharging' | 'idle' | 'full' | 'unknown';
  /** Any of mains, USB or wireless gives power. */
  readonly powered: boolean;
  /** What Android thinks of the battery itself; `unknown` where it does not say. */
  readonly health: BatteryHealth;
  /** Degrees Celsius; absent where the tablet does not measure it. */
  readonly celsius: number | undefined;
}
export type BatteryHealth = 'good' | 'hot' | 'dead' | 'overVoltage' | 'failing' | 'cold' | 'unknown';

const STATES: Readonly<Record<string, BatteryReading['state']>> = {
  2: 'charging',
  3: 'discharging',
  4: 'idle',
  5: 'full',
};
const HEALTH: Readonly<Record<string, BatteryHealth>> = {
  2: 'good',
  3: 'hot',
  4: 'dead',
  5: 'overVoltage',
  6: 'failing',
  7: 'cold',
};
/** No battery of a tablet is hotter or colder and still answers. Degrees Celsius */
const PLAUSIBLE = { least: -40, most: 120 };

/** @returns undefined when the text holds no level (a box without a battery, a text of something else) */
export function parseBattery(text: string): BatteryReading | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}:\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1];
  const level = Number(field('level') ?? NaN);
  const scale = Number(field('scale') ?? 100);
  if (!Number.isFinite(level) || !(scale > 0)) return undefined;
  const percent = Math.round((level / scale) * 100);
  if (percent < 0 || percent > 100) return undefined;
  const celsius = Number(field('temperature') ?? NaN) / 10;
  return {
    percent,
    state: STATES[field('status') ?? ''] ?? 'unknown',
    powered: ['AC powered', 'USB powered', 'Wireless powered', 'Dock powered'].some(
      (name) => field(name) === 'true',
    ),
    health: HEALTH[field('health') ?? ''] ?? 'unknown',
    celsius: celsius >= PLAUSIBLE.least && celsius <= PLAUSIBLE.most ? celsius : undefined,
  };
}
