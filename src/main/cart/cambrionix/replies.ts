/** The answers of a hub other than `state` rows: `id`, `system`, `health` (both variants), `limits`, errors. */
import type { RowFormat } from './rows';

/** Codes 420 and 422 are in no manual: an error is whatever looks like one. */
const ERROR = /^\*\s*(FATAL ERROR\s+)?E\s*(\d{1,4})\s*(?::\s*(.{0,160}))?$/i;

export interface HubError {
  /** 400 for `*E400`. */
  readonly code: number;
  readonly fatal: boolean;
  readonly text: string;
}

export function parseError(line: string): HubError | undefined {
  const found = ERROR.exec(line.trim());
  if (!found) return undefined;
  return { code: Number(found[2]), fatal: found[1] !== undefined, text: found[3]?.trim() ?? '' };
}

export interface HubIdentity {
  /** `PP15S`. */
  readonly hardware: string;
  /** `1.83`. */
  readonly firmware: string;
  readonly serial: string;
  readonly boot: boolean;
  /** Absent on a hub that does not tell: rows are then judged by their shape. */
  readonly format?: RowFormat;
}

const MAX_VALUE = 64;

/** `key:value` joined by commas, case and spaces tolerated. */
export function parseIdentity(lines: readonly string[]): HubIdentity | undefined {
  const line = lines.find((one) => /\bhw\s*:/i.test(one) || /\bmfr\s*:/i.test(one));
  if (line === undefined) return undefined;
  const pairs = new Map<string, string>();
  for (const part of line.split(',')) {
    const colon = part.indexOf(':');
    if (colon < 1) continue;
    pairs.set(
      part.slice(0, colon).trim().toLowerCase(),
      part
        .slice(colon + 1)
        .trim()
        .slice(0, MAX_VALUE),
    );
  }
  const format = pairs.get('fc')?.toLowerCase();
  return {
    hardware: pairs.get('hw') ?? '',
    firmware: pairs.get('fw') ?? '',
    serial: pairs.get('sn') ?? pairs.get('s-n') ?? '',
    boot: pairs.get('mode')?.toLowerCase() === 'boot',
    ...(format === 'un' || format === 'ps' || format === 'sm' ? { format } : {}),
  };
}

/** `Key: value` lines as a map of lower-case keys. */
function table(lines: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const key = line.slice(0, colon).trim().toLowerCase().replace(/\s+/g, ' ');
    found.set(
      key,
      line
        .slice(colon + 1)
        .trim()
        .slice(0, MAX_VALUE),
    );
  }
  return found;
}

export interface HubSystem {
  /** `cambrionix PP15S 15 Port USB Charge+Sync`. */
  readonly title: string;
  readonly hardware: string;
  readonly firmware: string;
}

export function parseSystem(lines: readonly string[]): HubSystem | undefined {
  const values = table(lines);
  const hardware = values.get('hardware');
  if (hardware === undefined) return undefined;
  const title = lines[0] ?? '';
  return {
    title: /^[\w ]{1,20}:/.test(title) ? '' : title,
    hardware,
    firmware: values.get('firmware') ?? '',
  };
}

export interface HubHealth {
  /** Volts, of the 5 V rail. */
  readonly volts5?: number;
  /** Volts, of the 12 V or input rail. */
  readonly voltsInput?: number;
  /** Degrees Celsius; absent where the hub only says "below". */
  readonly temperature?: number;
  readonly uptimeSeconds?: number;
  /** Kept since the dip; `cef` does not clear it, and every mode change is refused with `*E422` until `reboot`. */
  readonly underVoltage: boolean;
  readonly overVoltage: boolean;
  readonly overTemperature: boolean;
  /** Restarted since the last `crf`: not an error. */
  readonly rebooted: boolean;
}

function numberIn(text: string | undefined): number | undefined {
  const found = text === undefined ? null : /^-?\d{1,6}(\.\d{1,4})?/.exec(text);
  return found ? Number(found[0]) : undefined;
}

/** One manual prints millivolts and thousandths of a degree where the hub itself (firmware 1.83) prints units. */
function fromThousandths(value: number | undefined): number | undefined {
  return value === undefined ? undefined : value / 1000;
}

export function parseHealth(lines: readonly string[]): HubHealth | undefined {
  const values = table(lines);
  const volts5 = numberIn(values.get('5v now')) ?? fromThousandths(numberIn(values.get('5v_v1')));
  const voltsInput =
    numberIn(values.get('12v now')) ??
    numberIn(values.get('input now')) ??
    fromThousandths(numberIn(values.get('12v')));
  const temperature =
    numberIn(values.get('temperature now (c)')) ?? fromThousandths(numberIn(values.get('temp')));
  const uptimeSeconds = numberIn(values.get('system up for'));
  const flags = [...values]
    .filter(([key]) => /flags?$/.test(key))
    .map(([, value]) => value)
    .join(' ');
  const seen =
    values.has('5v now') || values.has('5v_v1') || values.has('temperature now (c)') || values.has('temp');
  if (!seen) return undefined;
  const has = (flag: string): boolean => new RegExp(`\\b${flag}\\b`, 'i').test(flags);
  return {
    ...(volts5 === undefined ? {} : { volts5 }),
    ...(voltsInput === undefined ? {} : { voltsInput }),
    ...(temperature === undefined ? {} : { temperature }),
    ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }),
    underVoltage: has('UV'),
    overVoltage: has('OV'),
    overTemperature: has('OT'),
    rebooted: has('R'),
  };
}

/** The hub's own error thresholds, volts and degrees Celsius. */
export interface HubLimits {
  readonly min5?: number;
  readonly max5?: number;
  readonly minInput?: number;
  readonly maxInput?: number;
  readonly temperature?: number;
}

export function parseLimits(lines: readonly string[]): HubLimits | undefined {
  const values = table(lines);
  const named: [keyof HubLimits, number | undefined][] = [
    ['min5', numberIn(values.get('5v min'))],
    ['max5', numberIn(values.get('5v max'))],
    ['minInput', numberIn(values.get('12v min') ?? values.get('input min'))],
    ['maxInput', numberIn(values.get('12v max') ?? values.get('input max'))],
    ['temperature', numberIn(values.get('temperature (c)'))],
  ];
  const known = named.filter(([, value]) => value !== undefined);
  return known.length === 0 ? undefined : Object.fromEntries(known);
}
