/**
 * One row of `state`, in the universal and the PD format (peers-classroom-fleet C.2). Flags: CASE MATTERS (`C` and
 * `c`, `E` and `e`, `R` and `r` differ); universal flags come in any order, PD flags are read by position.
 */
import type { BayPower } from '../../../domain/cart/evidence';

/** `un` universal, `ps` and `sm` the PD and SMART models: what `id` calls `fc`. */
export type RowFormat = 'un' | 'ps' | 'sm';

export interface PortRow {
  /** 1-based. */
  readonly port: number;
  readonly power: BayPower;
  /** Milliamperes. */
  readonly currentMa: number;
  /** Millivolts; PD rows only. */
  readonly voltageMv?: number;
  /** Charging profile number; universal rows only, 0 for none. */
  readonly profile?: number;
  /** Seconds this charge has lasted. */
  readonly chargingSeconds: number;
  /** Seconds it took to finish, absent while not finished. */
  readonly chargedSeconds?: number;
  /** Watt-hours given. */
  readonly energyWh: number;
  /** The port is switched off: `empty` then proves nothing. */
  readonly portOff: boolean;
  /** `R`: the hub restarted since the last `crf`. Not an error. */
  readonly rebooted: boolean;
  /** `E`: the hub as a whole reports an error; shown on every row. */
  readonly hubError: boolean;
  /** `T`. */
  readonly theft: boolean;
  /** `r`: the port's power is being reset. */
  readonly vbusReset: boolean;
}

/** Beyond these a number is noise on the line, not a measurement. */
const MAX = {
  port: 64,
  currentMa: 10_000,
  centivolts: 6_000,
  seconds: 100 * 86_400,
  energyWh: 10_000,
} as const;

function whole(text: string | undefined, max: number): number | undefined {
  if (text === undefined || !/^\d{1,8}$/.test(text)) return undefined;
  const value = Number(text);
  return value <= max ? value : undefined;
}

function wattHours(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,6}(\.\d{1,4})?$/.test(text)) return undefined;
  const value = Number(text);
  return value <= MAX.energyWh ? value : undefined;
}

interface Flags {
  readonly power: BayPower;
  readonly portOff: boolean;
  readonly rebooted: boolean;
  readonly hubError: boolean;
  readonly theft: boolean;
  readonly vbusReset: boolean;
}

const NO_SYSTEM_FLAGS = { rebooted: false, hubError: false, theft: false, vbusReset: false } as const;

const UNIVERSAL_MODES: Readonly<Record<string, BayPower>> = {
  O: 'off',
  // In sync and biased mode the port gives power without measuring a charge: something is attached, no more.
  S: 'attached',
  B: 'attached',
  I: 'idle',
  // Profiling is the hub trying charging profiles on a device that was just plugged.
  P: 'attached',
  C: 'charging',
  F: 'full',
};

function universalFlags(text: string): Flags | undefined {
  const letters = text.split(/\s+/);
  if (letters.some((letter) => !/^[A-Za-z]$/.test(letter))) return undefined;
  const has = (letter: string): boolean => letters.includes(letter);
  const modes = letters.filter((letter) => letter in UNIVERSAL_MODES);
  const mode = modes[0];
  // Exactly one attachment and exactly one mode, or the row was damaged on the way.
  if (has('A') === has('D') || modes.length !== 1 || mode === undefined) return undefined;
  const power = has('e') ? 'fault' : has('D') ? 'empty' : (UNIVERSAL_MODES[mode] ?? 'attached');
  return {
    power,
    portOff: mode === 'O',
    rebooted: has('R'),
    hubError: has('E'),
    theft: has('T'),
    vbusReset: has('r'),
  };
}

const PD_STATUS: Readonly<Record<string, BayPower>> = {
  I: 'idle',
  S: 'attached',
  C: 'charging',
  F: 'full',
  O: 'off',
  // Power enabled on the port (lower case: not a measured charge).
  c: 'attached',
};

function pdFlags(text: string): Flags | undefined {
  const [attach, status, quick, ...rest] = text.replace(/\s+/g, '');
  if (attach === undefined || status === undefined || rest.length > 0) return undefined;
  if (!'ADPC'.includes(attach) || (quick !== undefined && !'_-+qQ'.includes(quick))) return undefined;
  const plugged = PD_STATUS[status];
  if (!plugged) return undefined;
  // By position: in the first place `C` is a cable with no device at its end, in the second it is "charging".
  const power = attach === 'D' || attach === 'C' ? 'empty' : plugged;
  return { ...NO_SYSTEM_FLAGS, power, portOff: status === 'O' };
}

/** Whether the flags stand in the fourth place: how a row shows its format when `id` did not tell. */
const looksLikePd = (fields: readonly string[]): boolean => /[A-Za-z]/.test(fields[3] ?? '');

/**
 * One row, or undefined when it is none (a heading, noise, a row cut on the way). Columns after the last known one are
 * accepted: a PD client reports an eighth (watts).
 * @param format from `id`; undefined: judged from the row
 */
export function parseRow(line: string, format?: RowFormat): PortRow | undefined {
  const fields = line.split(',').map((field) => field.trim());
  const pd = format === undefined ? looksLikePd(fields) : format !== 'un';
  const [portText, first, second, third, chargingText, chargedText, energyText] = fields;
  const port = whole(portText, MAX.port);
  const currentMa = whole(pd ? second : first, MAX.currentMa);
  const extra = whole(pd ? first : third, pd ? MAX.centivolts : 255);
  const flags = pd ? pdFlags(third ?? '') : universalFlags(second ?? '');
  const chargingSeconds = whole(chargingText, MAX.seconds);
  const charged = chargedText?.toLowerCase() === 'x' ? null : whole(chargedText, MAX.seconds);
  const energyWh = wattHours(energyText);
  if (port === undefined || port === 0 || currentMa === undefined || extra === undefined) return undefined;
  if (!flags || chargingSeconds === undefined || charged === undefined || energyWh === undefined)
    return undefined;
  return {
    port,
    ...flags,
    currentMa,
    ...(pd ? { voltageMv: extra * 10 } : { profile: extra }),
    chargingSeconds,
    ...(charged === null ? {} : { chargedSeconds: charged }),
    energyWh,
  };
}
