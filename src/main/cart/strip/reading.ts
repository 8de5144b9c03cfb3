/** What the outlets of a strip say, in the terms of its maker's table, as evidence. */
import { AgentError } from './agent';
import { ENTITY_MODEL, ENTITY_SERIAL, SYS_DESCRIPTION, UPS_ON_BATTERY, UPS_OUTPUT_SOURCE } from './tables';
import type { ChargeValue } from '../../../domain/cart/evidence';
import type { PortValue } from '../sources/keeper';
import type { SourceSnapshot } from '../sources/port';
import type { Agent } from './agent';
import type { OutletTable } from './tables';

/** From this current on (milliamperes at the mains, about 9 W at 230 V) a charger is at work; below, it may be full or nobody's. */
export const CHARGING_MA = 40;

/** No outlet bears more (IEC 60309, 32 A): a number beyond is a lie or another unit, and no measurement. Milliamperes. */
const MOST_MA = 32_000;
/** Decimal places that an agent may say. */
const MOST_DIGITS = 6;

/** Instances of the outlets by number, in one table. */
export interface Known {
  readonly agent: Agent;
  readonly table: OutletTable | undefined;
  readonly outlets: ReadonlyMap<number, string>;
  readonly digits: ReadonlyMap<string, number>;
  readonly hardware: NonNullable<SourceSnapshot['hardware']>;
}

export const OFF: ChargeValue = { power: 'off', portOff: true };

export async function readOutlets({
  agent,
  table,
  outlets,
  digits,
}: Known): Promise<{ values: PortValue[]; onBattery: boolean }> {
  const current = table?.current;
  const ofCurrent = (instance: string): string =>
    current ? `${current.column}.${instance}${current.suffix === undefined ? '' : `.${current.suffix}`}` : '';
  const wanted = table
    ? [...outlets.values()].flatMap((one) => [`${table.state}.${one}`, ...(current ? [ofCurrent(one)] : [])])
    : [];
  const heard = await agent.get([...wanted, UPS_OUTPUT_SOURCE]);
  const values = [...outlets].flatMap(([port, instance]): PortValue[] => {
    const state = heard.get(`${table?.state ?? ''}.${instance}`);
    if (typeof state !== 'number' || !table) return [];
    if (table.off.includes(state)) return [{ port, value: OFF }];
    if (!table.on.includes(state)) return [];
    const unmeasured = [{ port, value: { portOff: false } }];
    const raw = heard.get(ofCurrent(instance));
    if (typeof raw !== 'number' || !current) return unmeasured;
    const places = digits.get(`${instance}.${current.suffix ?? ''}`) ?? 0;
    const currentMa = Math.round((raw * current.scale) / 10 ** places);
    if (!(currentMa >= 0 && currentMa <= MOST_MA) || !(places >= 0 && places <= MOST_DIGITS))
      return unmeasured;
    return [
      {
        port,
        value: {
          portOff: false,
          currentMa,
          ...(currentMa >= CHARGING_MA ? { power: 'charging' as const } : {}),
        },
      },
    ];
  });
  if (outlets.size > 0 && values.length === 0) throw new AgentError('garbage');
  return { values, onBattery: heard.get(UPS_OUTPUT_SOURCE) === UPS_ON_BATTERY };
}

export async function nameOf(
  agent: Agent,
  table: OutletTable | undefined,
): Promise<NonNullable<SourceSnapshot['hardware']>> {
  const asked = [table?.model, table?.serial, ENTITY_MODEL, ENTITY_SERIAL, SYS_DESCRIPTION];
  const said = await agent.get(asked.filter((one) => one !== undefined));
  const words = (oid: string | undefined): string | undefined => {
    const value = oid === undefined ? undefined : said.get(oid);
    if (typeof value !== 'string') return undefined;
    return (
      value
        .replace(/[^\x20-\x7e]/g, '')
        .trim()
        .slice(0, 60) || undefined
    );
  };
  const name = words(table?.model) ?? words(ENTITY_MODEL) ?? words(SYS_DESCRIPTION) ?? 'SNMP';
  const serial = words(table?.serial) ?? words(ENTITY_SERIAL);
  return { name, ...(serial === undefined ? {} : { serial }) };
}
