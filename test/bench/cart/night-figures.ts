/** The figures of the nights, for the bench `cart`. Seeds from 10,000: none of them was tuned on. */
import { ASKED_AT, nights } from './nights';
import { planNights } from './plan-nights';
import type { Figure } from '../bench';

const REPORTED_FROM = 10_000;
/** 25 carts in their first 40 nights; 50 carts of 15 or 30, 20 nights each. */
const FORECAST = { carts: 25, nights: 40 } as const;
const PLAN = { carts: 50, nights: 20 } as const;
const WITHIN = 0.1;

const part = (some: number, all: number): number => Math.round((some / Math.max(1, all)) * 1000) / 1000;

/** Forecast of when each device is full, against what happened (docs/charging.md, « How the forecast is judged »). */
export function forecastFigures(say: (line: string) => void): Figure[] {
  const all = Array.from({ length: FORECAST.carts }, (_, at) =>
    nights(REPORTED_FROM + at, FORECAST.nights),
  ).flat();
  const within = (errors: readonly number[]): number =>
    errors.filter((one) => Math.abs(one) <= WITHIN).length;
  const asked = all.flatMap(({ errors }) => errors);
  const heard = all.filter(({ levelHeard }) => levelHeard);
  say(
    `  ${String(FORECAST.carts * FORECAST.nights)} nights, ${String(all.length)} charges, asked at ${ASKED_AT.map((one) => `${String(one * 100)} %`).join(', ')} of each`,
  );
  return [
    { name: 'forecast_within_10pct', value: part(within(asked), asked.length), unit: '', reach: '>=0.9' },
    ...ASKED_AT.map((moment, at) => ({
      name: `forecast_within_10pct_asked_at_${String(moment * 100)}`,
      value: part(within(all.map(({ errors }) => errors[at] ?? Infinity)), all.length),
      unit: '',
    })),
    {
      name: 'forecast_within_10pct_at_all_four',
      value: part(all.filter(({ errors }) => within(errors) === errors.length).length, all.length),
      unit: '',
    },
    {
      name: 'forecast_within_10pct_level_heard',
      value: part(within(heard.flatMap(({ errors }) => errors)), heard.length * ASKED_AT.length),
      unit: '',
    },
    { name: 'forecast_charges', value: all.length, unit: '' },
  ];
}

/** A thousand nights under a ceiling (docs/charging.md, « How the plan is judged »). */
export function planFigures(say: (line: string) => void): Figure[] {
  const all = Array.from({ length: PLAN.carts }, (_, at) =>
    planNights(REPORTED_FROM + at, PLAN.nights, at % 3 === 2 ? 30 : 15),
  ).flat();
  const count = (test: (night: (typeof all)[number]) => boolean): number => all.filter(test).length;
  const sum = (of: (night: (typeof all)[number]) => number): number =>
    all.reduce((total, night) => total + of(night), 0);
  say(
    `  ${String(all.length)} nights: the ceiling held somebody back in ${String(count((one) => one.binding))}, the poste was killed in ${String(count((one) => one.killed))}, a fluid schedule could in ${String(count((one) => one.fluid))}`,
  );
  return [
    { name: 'breaker_exceeded', value: sum((one) => one.exceeded), unit: 'minutes', reach: '<=0' },
    { name: 'late_devices', value: sum((one) => (one.fluid ? one.late : 0)), unit: '', reach: '<=0' },
    { name: 'late_devices_razor_edge', value: sum((one) => (one.edge ? one.late : 0)), unit: '' },
    { name: 'nights', value: all.length, unit: '' },
    { name: 'nights_ceiling_bound', value: count((one) => one.binding), unit: '' },
    { name: 'nights_poste_killed', value: count((one) => one.killed), unit: '' },
    { name: 'nights_fluid_could', value: count((one) => one.fluid), unit: '' },
    { name: 'nights_razor_edge', value: count((one) => one.edge), unit: '' },
    { name: 'nights_port_left_off', value: count((one) => one.leftOff > 0), unit: '', reach: '<=0' },
    { name: 'breaker_exceeded_by_restart', value: sum((one) => one.exceededByRestart), unit: 'minutes' },
  ];
}
