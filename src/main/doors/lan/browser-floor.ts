/**
 * Below the floor (DESIGN 5: Chrome 109, Firefox ESR 115, Safari 15) the pupil app does not start; a plain page says so
 * instead of a white screen. A browser that cannot be told is let in: the app's own `nomodule` page is the second net.
 */
export const FLOOR = { chrome: 109, firefox: 115, safari: 15 } as const;

export function belowFloor(userAgent: string): boolean {
  const version = (pattern: RegExp): number | undefined => {
    const found = pattern.exec(userAgent)?.[1];
    return found === undefined ? undefined : Number(found);
  };
  if (/MSIE |Trident\//.test(userAgent)) return true;
  const firefox = version(/Firefox\/(\d+)/);
  if (firefox !== undefined) return firefox < FLOOR.firefox;
  // Every browser of an iPad is Safari inside, whatever its name.
  const ios = version(/(?:iPhone|iPad|iPod).*? OS (\d+)_/);
  if (ios !== undefined) return ios < FLOOR.safari;
  const chrome = version(/Chrom(?:e|ium)\/(\d+)/);
  if (chrome !== undefined) return chrome < FLOOR.chrome;
  const safari = version(/Version\/(\d+).*Safari\//);
  return safari !== undefined && safari < FLOOR.safari;
}
