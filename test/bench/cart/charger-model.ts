/**
 * Batteries and chargers as the forecast and the plan are tried on (docs/charging.md, « The charger model »). Written before
 * them; shares no line with them. A lithium battery behind its own charging circuit: constant current, then constant voltage
 * (the current falls by itself as the cells fill), derated when warm or cold, fed through a connector that loses volts and a
 * port that limits amperes. Everything drawn at random comes from the seed.
 */
import type { Random } from '../../../src/demo/hub/random';

/** Two uniform numbers make one normal one (Box and Muller, 1958). */
export const normal = (random: Random, mean = 0, deviation = 1): number =>
  mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
export const between = (random: Random, low: number, high: number): number => low + (high - low) * random();
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

/** What a shop sells. Watts and watt-hours as on the label. */
export interface DeviceModel {
  readonly name: string;
  readonly capacityWh: number;
  /** What the device asks of its charger at most, at the charger's output. */
  readonly inputW: number;
  /** At which voltage it is fed: 5 V ports, 20 V power delivery, or a mains brick of its own. */
  readonly supply: 'usb5' | 'pd20' | 'mains';
  /** Hours⁻¹: the strongest current the cells are given, as a part of their capacity. */
  readonly cRate: number;
  /** With the screen on, in a lesson. */
  readonly useW: number;
}

export const MODELS: readonly DeviceModel[] = [
  { name: 'tablet 8', capacityWh: 19.4, inputW: 10, supply: 'usb5', cRate: 0.45, useW: 3.2 },
  { name: 'tablet 10', capacityWh: 27.2, inputW: 12, supply: 'usb5', cRate: 0.4, useW: 4.4 },
  { name: 'tablet 10 slow', capacityWh: 30.5, inputW: 9.2, supply: 'usb5', cRate: 0.3, useW: 4.1 },
  { name: 'chromebook', capacityWh: 45, inputW: 45, supply: 'pd20', cRate: 0.7, useW: 7.5 },
  { name: 'laptop 14', capacityWh: 50, inputW: 60, supply: 'mains', cRate: 0.7, useW: 11 },
  { name: 'laptop 15 old', capacityWh: 41, inputW: 55, supply: 'mains', cRate: 0.55, useW: 14 },
];

/** One device of a cart: a model, and what the years made of it. */
export interface DeviceTruth {
  readonly model: DeviceModel;
  /** What the cells still hold, watt-hours. */
  readonly capacityWh: number;
  /** 1 as new, 0.55 at the end of its life. */
  readonly health: number;
  /** Volts lost inside the cells at one C, per cell: grows as they wear. */
  readonly polarisationV: number;
  /** Part of what comes in that ends in the cells. */
  readonly efficiency: number;
  /** Current below which its circuit calls the charge finished, in C. */
  readonly cutC: number;
  /** Ohms of cable and connector. */
  readonly connectorOhm: number;
  /** Volts below which its circuit takes less current rather than let its supply collapse. */
  readonly inputFloorV: number;
  /** Asleep, watts. */
  readonly standbyW: number;
  /** Waking by itself: how often an hour. */
  readonly wakesAnHour: number;
}

/** Nine in ten connectors are sound; a tired one loses up to half a volt at 1 A. Ohms. */
const connector = (random: Random): number =>
  random() < 0.9 ? between(random, 0.06, 0.16) : between(random, 0.2, 0.42);

export function makeDevice(model: DeviceModel, random: Random): DeviceTruth {
  // Most carts are two to five years old: 0.93 on average, one in twelve dying.
  const health = random() < 0.08 ? between(random, 0.5, 0.7) : clamp(normal(random, 0.9, 0.06), 0.7, 1.02);
  return {
    model,
    health,
    capacityWh: model.capacityWh * health * clamp(normal(random, 1, 0.015), 0.95, 1.05),
    polarisationV: between(random, 0.26, 0.38) * (1 + 1.6 * Math.max(0, 1 - health)),
    efficiency: between(random, 0.86, 0.92),
    cutC: between(random, 0.045, 0.075),
    connectorOhm: model.supply === 'usb5' ? connector(random) : 0,
    inputFloorV: between(random, 4.45, 4.65),
    standbyW: between(random, 0.08, 0.3) * (model.supply === 'usb5' ? 1 : 2.5),
    wakesAnHour: between(random, 0.05, 0.3),
  };
}

/** Open-circuit volts of a cell charged to 4.2 V, every tenth of its charge: rest voltages of a common cobalt-based cell. */
const REST_VOLTS = [3.3, 3.58, 3.66, 3.71, 3.75, 3.8, 3.87, 3.95, 4.03, 4.11, 4.2] as const;
const FULL_VOLTS = 4.2;
const NOMINAL_VOLTS = 3.8;

function restVolts(level: number): number {
  const at = clamp(level, 0, 1) * 10;
  const low = Math.min(9, Math.floor(at));
  const from = REST_VOLTS[low] ?? FULL_VOLTS;
  return from + ((REST_VOLTS[low + 1] ?? FULL_VOLTS) - from) * (at - low);
}

/** The port a device hangs on. */
export interface PortTruth {
  /** Volts with nothing drawn. */
  readonly railV: number;
  /** Amperes it gives at most. */
  readonly limitA: number;
}

export const makePort = (model: DeviceModel, random: Random): PortTruth =>
  model.supply === 'usb5'
    ? { railV: clamp(normal(random, 5.15, 0.04), 5, 5.3), limitA: random() < 0.92 ? 2.1 : 1 }
    : model.supply === 'pd20'
      ? { railV: 20, limitA: 2.25 }
      : { railV: 19.5, limitA: 3.34 };

export interface DeviceState {
  /** 0 to 1 of what the cells hold today. */
  level: number;
  /** Its circuit has called the charge finished. */
  done: boolean;
  /** Cells, °C. */
  celsius: number;
  /** Seconds it will still be awake by itself. */
  awakeSeconds: number;
  awakeW: number;
  /** Stopped by heat until it has cooled. */
  tooWarm: boolean;
}

/** Below this its circuit begins again by itself. Level. */
const RESTARTS_BELOW = 0.965;
const WARM = { derates: 41, stops: 46, resumes: 42 } as const;
const COLD = { derates: 10, stops: 2 } as const;
/** Seconds in which the cells come two thirds of the way to the air around them. */
const THERMAL_SECONDS = 2_400;
/** Degrees above the air for each C of charge current. */
const RISE_PER_C = 13;

function wake(device: DeviceTruth, state: DeviceState, seconds: number, random: Random): void {
  if (state.awakeSeconds > 0) {
    state.awakeSeconds -= seconds;
    return;
  }
  if (random() >= (device.wakesAnHour * seconds) / 3600) return;
  // One time in twelve a system update: half an hour of work. Otherwise a few minutes.
  state.awakeSeconds = random() < 0.08 ? between(random, 1_200, 2_700) : between(random, 60, 600);
  state.awakeW = device.model.useW * between(random, 0.4, 1);
}

/** Amperes, as a part of capacity an hour, that the circuit lets into the cells. */
function allowedC(device: DeviceTruth, state: DeviceState): number {
  if (state.celsius > WARM.stops) state.tooWarm = true;
  if (state.tooWarm && state.celsius < WARM.resumes) state.tooWarm = false;
  if (state.tooWarm || state.celsius < COLD.stops) return 0;
  const derated = state.celsius > WARM.derates || state.celsius < COLD.derates ? 0.5 : 1;
  const constantVoltage = (FULL_VOLTS - restVolts(state.level)) / device.polarisationV;
  return clamp(constantVoltage, 0, device.model.cRate * derated);
}

/** Watts that can reach the device through its connector. */
function reachableW(device: DeviceTruth, port: PortTruth): number {
  const byDrop =
    device.connectorOhm > 0
      ? (port.railV - device.inputFloorV) / device.connectorOhm
      : Number.POSITIVE_INFINITY;
  const amperes = Math.min(port.limitA, byDrop);
  return Math.min(device.model.inputW, amperes * (port.railV - amperes * device.connectorOhm));
}

/**
 * Lets `seconds` go by.
 * @param airC the air in the container
 * @returns watts the port gives, as a perfect meter at the port would read
 */
export function step(
  device: DeviceTruth,
  port: PortTruth,
  state: DeviceState,
  on: boolean,
  airC: number,
  seconds: number,
  random: Random,
): number {
  wake(device, state, seconds, random);
  const loadW = device.standbyW + (state.awakeSeconds > 0 ? state.awakeW : 0);
  if (state.done && state.level < RESTARTS_BELOW) state.done = false;
  const available = on ? reachableW(device, port) : 0;
  const wantedC = on && !state.done ? allowedC(device, state) : 0;
  const volts = restVolts(state.level) + wantedC * device.polarisationV;
  const cellsW = wantedC * device.capacityWh * (volts / NOMINAL_VOLTS);
  const intoCellsW = clamp((available - loadW) * device.efficiency, 0, cellsW);
  const drawnW = on ? Math.min(available, loadW + intoCellsW / device.efficiency) : 0;
  const fromCellsW = Math.max(0, loadW - drawnW);
  const chargedC = intoCellsW / (device.capacityWh * (volts / NOMINAL_VOLTS));
  state.level = clamp(state.level + ((chargedC - fromCellsW / device.capacityWh) * seconds) / 3600, 0, 1);
  const target = airC + RISE_PER_C * chargedC + (state.awakeSeconds > 0 ? 3 : 0);
  state.celsius += (target - state.celsius) * (1 - Math.exp(-seconds / THERMAL_SECONDS));
  const byVoltage = (FULL_VOLTS - restVolts(state.level)) / device.polarisationV;
  if (on && !state.done && !state.tooWarm && byVoltage <= device.cutC) state.done = true;
  if (drawnW <= 0) return 0;
  // What the meter sees is taken before the connector's loss.
  if (device.connectorOhm === 0) return drawnW;
  const amperes =
    (port.railV - Math.sqrt(Math.max(0, port.railV ** 2 - 4 * device.connectorOhm * drawnW))) /
    (2 * device.connectorOhm);
  return amperes * port.railV;
}
