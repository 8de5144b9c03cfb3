import { describe, expect, it } from 'vitest';
import { follow, underWay, type ChargeTrack, type PortSample } from './charge-track';
import type { EndedCharge } from './history';

const START = Date.parse('2026-11-23T16:15:00.000Z');
const MINUTE = 60_000;

/** A charge of two hours at 10 W, then an end of an hour in which the power falls; counters as a hub's. */
function rows(): PortSample[] {
  let wh = 0;
  return Array.from({ length: 181 }, (_, minute): PortSample => {
    const watts = minute <= 120 ? 10 : 10 * Math.exp(-(minute - 120) / 25);
    wh += watts / 60;
    return {
      at: START + minute * MINUTE,
      state: minute === 180 ? 'full' : 'charging',
      watts,
      energyWh: Math.round(wh * 100) / 100,
      seconds: minute * 60,
    };
  });
}

function followed(samples: readonly PortSample[], percent?: number) {
  let track: ChargeTrack | undefined;
  const ended: EndedCharge[] = [];
  for (const sample of samples) {
    const next = follow(track, sample, { percent });
    track = next.track;
    if (next.ended) ended.push(next.ended);
  }
  return { track, ended };
}

describe('a charge that is followed', () => {
  it('leaves one line when it is full: from, watt-hours, minutes, plateau, and how its end fell', () => {
    const { track, ended } = followed(rows(), 20);
    expect(track).toBeUndefined();
    expect(ended).toHaveLength(1);
    expect(ended[0]?.line).toMatchObject({ from: 20, to: 100, minutes: 180, full: true, plateauW: 10 });
    expect(ended[0]?.line.wh).toBeCloseTo(23.9, 0);
    expect(ended[0]?.fall?.minutes[0]).toBeGreaterThan(45);
    expect(ended[0]?.fall?.minutes.at(-1)).toBeLessThanOrEqual(1);
  });

  it('goes on over rows that never came', () => {
    const { ended } = followed(
      rows().filter((_, minute) => minute < 40 || minute > 75),
      20,
    );
    expect(ended[0]?.line).toMatchObject({ minutes: 180 });
    expect(ended[0]?.line.wh).toBeCloseTo(23.9, 0);
  });

  it('goes on over a hub that starts anew and counts from nought', () => {
    const all = rows();
    const at = all[60];
    if (!at) throw new Error('no row');
    const restarted = all.map((row, minute) =>
      minute <= 60
        ? row
        : { ...row, energyWh: row.energyWh - at.energyWh, seconds: row.seconds - at.seconds },
    );
    expect(followed(restarted, 20).ended[0]?.line.wh).toBeCloseTo(23.9, 0);
  });

  it('is only interrupted while its port is off, and says for how long', () => {
    const all = rows();
    const first = all.slice(0, 60);
    const last = first.at(-1);
    if (!last) throw new Error('no row');
    const off = Array.from({ length: 30 }, (_, minute): PortSample => ({
      ...last,
      at: last.at + (minute + 1) * MINUTE,
      state: 'off',
      watts: 0,
    }));
    const { track, ended } = followed([...first, ...off], 20);
    expect(ended).toEqual([]);
    expect(track && underWay(track)).toMatchObject({ from: 20, nowW: 10, offMinutes: 30 });
  });

  it('ends where the device is taken away, and teaches no end', () => {
    const first = rows().slice(0, 60);
    const { ended } = followed([
      ...first,
      { at: START + 61 * MINUTE, state: 'away', watts: 0, energyWh: 0, seconds: 0 },
    ]);
    expect(ended[0]?.line).toMatchObject({ full: false });
    expect(ended[0]?.fall).toBeUndefined();
  });

  it('is over where a port never says so: the power is low and no longer falls', () => {
    const all = rows().slice(0, 175);
    const last = all.at(-1);
    if (!last) throw new Error('no row');
    const idle = Array.from({ length: 40 }, (_, minute): PortSample => ({
      at: last.at + (minute + 1) * MINUTE,
      state: 'charging',
      watts: 0.6,
      energyWh: last.energyWh + (minute * 0.6) / 60,
      seconds: last.seconds + (minute + 1) * 60,
    }));
    const { track, ended } = followed([...all, ...idle], 20);
    expect(ended).toHaveLength(1);
    expect(ended[0]?.line).toMatchObject({ full: true });
    expect(track && underWay(track).settled).toBe(true);
  });

  it('is no line where a full battery is topped up for a moment', () => {
    const samples = rows().slice(0, 5);
    const last = samples.at(-1);
    if (!last) throw new Error('no row');
    expect(followed([...samples, { ...last, at: last.at + MINUTE, state: 'full' }]).ended).toEqual([]);
  });

  it('lets go of a charge when the clock is put back', () => {
    const { track } = followed([
      ...rows().slice(0, 10),
      { ...(rows()[0] as PortSample), at: START - 60 * MINUTE },
    ]);
    expect(track).toBeUndefined();
  });
});
