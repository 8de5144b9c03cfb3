import type { StreamShare } from './bandwidth';

/** Of the lesson's ceiling; the rest is the wall's. */
const PART = 0.7;
/** kbit/s: more makes a page of text no sharper, less shows blocks. */
const MOST = 800;
const LEAST = 60;

/** What one screen shown on `devices` may take: each has its own copy on the air, and together they stay under the ceiling. */
export function showShare(devices: number, ceilingKbit: number): StreamShare & { readonly reserved: number } {
  const kbit = Math.floor(Math.min(MOST, (ceilingKbit * PART) / Math.max(1, devices)));
  return {
    width: kbit >= 300 ? 1280 : kbit >= 120 ? 960 : 640,
    perSecond: kbit >= LEAST ? 4 : 1,
    kbit,
    reserved: kbit * devices,
  };
}
