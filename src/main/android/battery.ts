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
/**
 * No battery of a tablet is hotter or colder and still answers. Without a sensor makers write 0 or -1, and nobody's tablet is at 0.0 °C.
 * Tenths of a degree Celsius
 */
const isMeasured = (tenths: number): boolean =>
  tenths >= -400 && tenths <= 1_200 && tenths !== 0 && tenths !== -1;

/**
 * « name: value », one a line, each the first time it is said. Line by line: a tablet may answer a quarter of a megabyte of blanks, and an
 * expression that may start anywhere would be at it for minutes.
 */
function fieldsOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const colon = line.indexOf(':');
    if (colon < 0 || line.length > MAX_LINE) continue;
    const name = line.slice(0, colon).trim();
    if (!fields.has(name)) fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}
const MAX_LINE = 200;

/**
 * @returns undefined when the text holds no level (a box without a battery, a text of something else), or one that somebody set by hand
 * (`dumpsys battery set`): Android itself then says nothing true until it restarts
 */
export function parseBattery(text: string): BatteryReading | undefined {
  const fields = fieldsOf(text);
  const number = (name: string, otherwise = NaN): number => {
    const said = fields.get(name) ?? '';
    return /^-?\d{1,6}$/.test(said) ? Number(said) : otherwise;
  };
  const percent = Math.round((number('level') / number('scale', 100)) * 100);
  if (!(percent >= 0 && percent <= 100) || fields.get('present') === 'false') return undefined;
  if (/^\s*\(?UPDATES STOPPED/m.test(text.slice(0, MAX_HEAD))) return undefined;
  const tenths = number('temperature');
  return {
    percent,
    state: STATES[fields.get('status') ?? ''] ?? 'unknown',
    powered: ['AC powered', 'USB powered', 'Wireless powered', 'Dock powered'].some(
      (name) => fields.get(name) === 'true',
    ),
    health: HEALTH[fields.get('health') ?? ''] ?? 'unknown',
    celsius: isMeasured(tenths) ? tenths / 10 : undefined,
  };
}
/** The word stands in the first lines. */
const MAX_HEAD = 400;
