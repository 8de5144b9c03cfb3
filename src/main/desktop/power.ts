import { app, powerMonitor } from 'electron';
import type { PowerEvent } from '../../contract/host-messages';
import type { HostContext } from './host-process';

/** What a system that ends waits for at the most, in milliseconds: the host bounds its own run below it. */
const SHUTDOWN_MAX_MS = 5_000;

/**
 * Tells the host when the computer goes to sleep, wakes, ends, or changes between mains and battery (DESIGN 4: synchronise
 * before sleep or shutdown, at night on mains). Sleep cannot be held up: what the system gives is what is used.
 */
export function power() {
  return ({ host }: HostContext): undefined => {
    const tell = (event: PowerEvent): Promise<void> => host.power(event).catch(() => undefined);
    powerMonitor.on('suspend', () => void tell('suspend'));
    powerMonitor.on('resume', () => void tell('resume'));
    powerMonitor.on('on-ac', () => void tell('mains'));
    powerMonitor.on('on-battery', () => void tell('battery'));
    const fed = (): void => void tell(powerMonitor.onBatteryPower ? 'battery' : 'mains');
    fed();
    host.onRestart(fed);
    // Linux and macOS let a programme hold the end of the computer up for a moment; it then has to end by itself.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault();
      void within(tell('shutdown'), SHUTDOWN_MAX_MS).then(() => app.quit());
    });
    // Windows tells its windows instead, and waits for nobody.
    if (process.platform === 'win32') {
      app.on('browser-window-created', (_event, window) => {
        window.on('session-end', () => void tell('shutdown'));
      });
    }
    return undefined;
  };
}

function within(work: Promise<void>, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    void work.then(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
