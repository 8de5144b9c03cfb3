import { join } from 'node:path';
import { app, utilityProcess, type UtilityProcess } from 'electron';
import * as v from 'valibot';
import { fromHostSchema, type FromHost, type StartOptions, type ToHost } from '../../contract/host-messages';
import type { DataFolder } from './data-folder';
import { HostSupervisor } from './host-supervisor';
import type { Keychain } from './keychain';
import { STAFF_ORIGIN } from './staff-origin';
import { stopFailing } from './stop-failing';
import { locale } from './words';

export interface HostContext {
  readonly host: HostSupervisor;
  /** Resolves when the host has opened the data. */
  readonly started: Promise<void>;
}

/**
 * Starts the host as a child process, and stops it before the application ends. Nobody waits for it here: the window
 * opens meanwhile, and what its page asks is answered when the data is open.
 */
export function hostProcess() {
  return (context: DataFolder & Keychain): HostContext => {
    const options: StartOptions = {
      dataFolder: context.dataFolder,
      ...(context.machineSecret ? { machineSecret: context.machineSecret } : {}),
      keychain: context.keychain,
      loopback: process.argv.includes('--loopback'),
      demonstration: !process.argv.includes('--no-demonstration'),
      locale: locale(),
      windowOrigins: windowOrigins(),
    };
    const host = new HostSupervisor(options, fork, stopFailing);
    app.on('will-quit', (event) => {
      if (host.stopped) return;
      event.preventDefault();
      void host.stop().finally(() => app.quit());
    });
    const started = host.start();
    started.catch(stopFailing);
    return { host, started };
  };
}

/**
 * The Electron stand-in has no schemes of its own and shows the staff page under an http name that only its browser
 * resolves; it says so here. An installed application listens to nobody.
 */
function windowOrigins(): string[] {
  const standIn = app.isPackaged ? undefined : process.env['PREAU_WINDOW_ORIGIN'];
  return standIn ? [STAFF_ORIGIN, standIn] : [STAFF_ORIGIN];
}

/** The host's end of the channel: what Electron's utility process and, in tests, anything else must offer. */
export interface HostChild {
  send(message: ToHost): void;
  kill(): void;
}

export interface HostListeners {
  message(message: FromHost): void;
  exit(code: number): void;
}

function fork(listeners: HostListeners): HostChild {
  const child: UtilityProcess = utilityProcess.fork(join(import.meta.dirname, 'host-entry.js'), [], {
    serviceName: 'preau-host',
    stdio: 'inherit',
    // Most of what an exchange reads is garbage a moment later: V8's usual nursery (three times 16 MB) gains an old laptop nothing
    // (docs/performance.md). Megabytes. `gc` gives memory back where much of it was needed (give-back-memory.ts).
    execArgv: ['--max-semi-space-size=4', '--expose-gc'],
    // LevelDB, brotli and the ciphers allocate in many threads; glibc keeps an arena for each and gives little back (Linux only).
    env: { ...process.env, MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '131072' },
  });
  child.on('message', (data: unknown) => {
    const parsed = v.safeParse(fromHostSchema, data);
    if (parsed.success) listeners.message(parsed.output);
    else process.stderr.write(`host: a message that is not of the protocol (${parsed.issues[0].message})\n`);
  });
  child.on('exit', (code) => listeners.exit(code));
  return { send: (message) => child.postMessage(message), kill: () => void child.kill() };
}
