/** What a hub's own measurements mean for whoever stands in front of it. */
import type { SourceAlert } from '../sources/port';
import type { HubDetails } from './driver';

/**
 * Flags are kept by the hub since the event (`UV` until `reboot`); what it measures now is held against its own limits. `5V Min` is a
 * minimum since it started, not today's rail, and is not looked at.
 * @param hubError `E` on the rows: said only where nothing more precise is known
 */
export function alertsOf({ health, limits }: HubDetails, hubError: boolean): SourceAlert[] {
  const beyond = (value: number | undefined, limit: number | undefined, sign: 1 | -1): boolean =>
    value !== undefined && limit !== undefined && sign * (value - limit) > 0;
  const alerts: SourceAlert[] = [];
  if (
    health?.underVoltage ||
    beyond(health?.volts5, limits?.min5, -1) ||
    beyond(health?.voltsInput, limits?.minInput, -1)
  )
    alerts.push('underVoltage');
  if (
    health?.overVoltage ||
    beyond(health?.volts5, limits?.max5, 1) ||
    beyond(health?.voltsInput, limits?.maxInput, 1)
  )
    alerts.push('overVoltage');
  if (health?.overTemperature || beyond(health?.temperature, limits?.temperature, 1))
    alerts.push('overTemperature');
  if (alerts.length === 0 && hubError) alerts.push('hubError');
  return alerts;
}
