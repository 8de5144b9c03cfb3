/** What `dumpsys battery` says. Source: AOSP BatteryService.java (dumpInternal), BatteryManager constants. */
export interface BatteryReading {
  /** 0 to 100. */
  readonly percent: number;
  readonly state: 'charging' | 'discharging' | 'idle' | 'full' | 'unknown';
  /** Any of mains, USB or wireless gives power. */
  readonly powered: boolean;
  /** Degrees Celsius; absent where the tablet does not measure it. */
  readonly celsius: number | undefined;
}

const STATES: Readonly<Record<string, BatteryReading['state']>> = {
  2: 'charging',
  3: 'discharging',
  4: 'idle',
  5: 'full',
};

/** @returns undefined when the text holds no level (a box without a battery, a text of something else) */
export function parseBattery(text: string): BatteryReading | undefined {
  const field = (name: string): string | undefined =>
    new RegExp(`^\\s*${name}:\\s*(\\S+)\\s*$`, 'm').exec(text)?.[1];
  const level = Number(field('level') ?? NaN);
  const scale = Number(field('scale') ?? 100);
  if (!Number.isFinite(level) || !(scale > 0)) return undefined;
  const percent = Math.round((level / scale) * 100);
  if (percent < 0 || percent > 100) return undefined;
  const tenths = Number(field('temperature') ?? NaN);
  return {
    percent,
    state: STATES[field('status') ?? ''] ?? 'unknown',
    powered: ['AC powered', 'USB powered', 'Wireless powered', 'Dock powered'].some(
      (name) => field(name) === 'true',
    ),
    celsius: Number.isFinite(tenths) ? tenths / 10 : undefined,
  };
}
