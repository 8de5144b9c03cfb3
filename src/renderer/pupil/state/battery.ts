/** Chromium's battery, which no standard library describes any more. */
interface Battery extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}
interface WithBattery {
  getBattery?: () => Promise<Battery>;
}

/** What is not heard again for longer is shown as old (`STALE_AFTER_SECONDS`), ms. */
const AGAIN = 60_000;

/**
 * Tells the level where the browser offers it: at the start, whenever a whole percent or the plug changes, and once a minute: a page that
 * stands still says nothing, and its level is not believed for ever.
 */
export async function watchBattery(
  tell: (battery: { percent: number; charging: boolean }) => void,
): Promise<() => void> {
  const battery = await (navigator as WithBattery).getBattery?.().catch(() => undefined);
  if (!battery) return () => undefined;
  const say = (): void => tell({ percent: Math.round(battery.level * 100), charging: battery.charging });
  battery.addEventListener('levelchange', say);
  battery.addEventListener('chargingchange', say);
  setInterval(say, AGAIN);
  say();
  return say;
}
