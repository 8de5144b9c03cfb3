import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { claimed, follow, NOT_LOOKED, PLUG_GRACE_MS, type Plugged, type PlugAction } from './plugging';

const device = (n: number): Id<'device'> => `device_${'abcdefghij'.charAt(n).repeat(13)}`;
const tablet = (n: number, bay?: number) => ({
  link: `S${n}`,
  serial: `S${n}`,
  device: device(n),
  ...(bay === undefined ? {} : { bay }),
});

/** Looks one after the other, 1.5 s apart: what each was answered. */
function run(...looks: Plugged[]): PlugAction[][] {
  let state = NOT_LOOKED;
  return looks.map((seen, at) => {
    const next = follow(state, seen, at * 1_500);
    state = next.state;
    return [...next.actions];
  });
}
const nothing: Plugged = { bays: [], tablets: [] };

describe('plugging one after the other', () => {
  it('says nothing of what is plugged when the run begins', () => {
    expect(run({ bays: [1, 2], tablets: [tablet(1)] })).toEqual([[]]);
  });
  it('without a hub, each tablet that appears takes the next place', () => {
    expect(run(nothing, { bays: [], tablets: [tablet(1)] }, { bays: [], tablets: [tablet(1), tablet(2)] })).toEqual([
      [],
      [{ do: 'place', device: device(1), bay: undefined }],
      [{ do: 'place', device: device(2), bay: undefined }],
    ]); // prettier-ignore
  });
  it('with a hub, the place that has just been filled and the tablet that has just appeared are one gesture, whichever is heard first', () => {
    const base: Plugged = { bays: [9], tablets: [] };
    expect(run(base, { bays: [9, 4], tablets: [tablet(1)] })[1]).toEqual([
      { do: 'place', device: device(1), bay: 4 },
    ]);
    expect(run(base, { bays: [9], tablets: [tablet(1)] }, { bays: [9, 4], tablets: [tablet(1)] })).toEqual([
      [],
      [],
      [{ do: 'place', device: device(1), bay: 4 }],
    ]); // prettier-ignore
    expect(run(base, { bays: [9, 4], tablets: [] }, { bays: [9, 4], tablets: [tablet(1)] })).toEqual([
      [],
      [{ do: 'ask', bay: 4 }],
      [{ do: 'place', device: device(1), bay: 4 }],
    ]); // prettier-ignore
  });
  it('asks for the label of what nothing names; once scanned, the next tablet is not taken for it', () => {
    const first = follow(NOT_LOOKED, { bays: [9], tablets: [] }, 0).state;
    const asked = follow(first, { bays: [9, 4], tablets: [] }, 1_500);
    expect(asked.actions).toEqual([{ do: 'ask', bay: 4 }]);
    const next = follow(claimed(asked.state, 4), { bays: [9, 4, 5], tablets: [tablet(1)] }, 3_000);
    expect(next.actions).toEqual([{ do: 'place', device: device(1), bay: 5 }]);
  });
  it('believes a hub that reads the number itself', () => {
    expect(run({ bays: [9], tablets: [] }, { bays: [9, 4, 5], tablets: [tablet(1, 5)] })[1]).toEqual([
      { do: 'place', device: device(1), bay: 5 },
      { do: 'ask', bay: 4 },
    ]);
  });
  it('takes the next place when the hub says nothing in time', () => {
    const first = follow(NOT_LOOKED, { bays: [9], tablets: [] }, 0).state;
    const seen = { bays: [9], tablets: [tablet(1)] };
    const waiting = follow(first, seen, 1_500);
    expect(waiting.actions).toEqual([]);
    expect(follow(waiting.state, seen, 1_500 + PLUG_GRACE_MS).actions).toEqual([
      { do: 'place', device: device(1), bay: undefined },
    ]);
  });
  it('says a tablet that the inventory does not know, and waits for one that has not authorised this computer', () => {
    const stranger = { link: 'X9', serial: 'X9' };
    const shy = { link: 'S1' };
    expect(run(nothing, { bays: [], tablets: [stranger, shy] }, { bays: [], tablets: [stranger, tablet(1)] })).toEqual([
      [],
      [{ do: 'unknown', serial: 'X9' }],
      [{ do: 'place', device: device(1), bay: undefined }],
    ]); // prettier-ignore
  });
  it('forgets a place that was emptied again', () => {
    const [, , last] = run({ bays: [9], tablets: [] }, { bays: [9, 4], tablets: [] }, { bays: [9], tablets: [tablet(1)] }); // prettier-ignore
    expect(last).toEqual([]);
  });
});
