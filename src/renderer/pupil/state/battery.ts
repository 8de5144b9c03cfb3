/** Chromium's battery, which no standard library describes any more. */
interface Battery extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}
interface WithBattery {
  getBattery?: () => Promise<Battery>;
}

/** Tells the level where the browser offers it: at the start, and whenever a whole percent or the plug changes. */
export async function watchBattery(
  tell: (battery: { percent: number; charging: boolean }) => void,
): Promise<() => void> {
  const battery = await (navigator as WithBattery).getBattery?.().catch(() => undefined);
  if (!battery) return () => undefined;
  const say = (): void => tell({ percent: Math.round(battery.level * 100), charging: battery.charging });
  battery.addEventListener('levelchange', say);
  battery.addEventListener('chargingchange', say);
  say();
  return say;
}
