// utilityProcess: a Node child with an IPC channel. The child finds process.parentPort, as in Electron.
import { fork as forkChild } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { offer, refuse, refuseUnknown, refuseUnknownEvents, requireJson } from './refuse.mjs';

const PARENT_PORT = new URL('parent-port.mjs', import.meta.url).href;

class UtilityProcess extends EventEmitter {
  #child;

  constructor(file, args, options) {
    super();
    refuseUnknownEvents('UtilityProcess', this, ['spawn', 'exit', 'message']);
    refuseUnknown('utilityProcess.fork', options, ['serviceName', 'stdio', 'env', 'cwd', 'execArgv']);
    if (options.stdio && options.stdio !== 'inherit')
      throw refuse(`utilityProcess.fork stdio "${options.stdio}"`);
    this.#child = forkChild(file, args, {
      execPath: process.execPath,
      execArgv: ['--import', PARENT_PORT, ...(options.execArgv ?? [])],
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child.on('spawn', () => this.emit('spawn'));
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.on('error', (error) => console.error(String(error)));
    this.#child.on('exit', (code, signal) => this.emit('exit', code ?? (signal ? 1 : 0)));
    process.on('exit', () => this.#child.kill('SIGKILL'));
  }

  get pid() {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  postMessage(message, transfer = []) {
    if (transfer.length > 0) throw refuse('transferred ports');
    requireJson(message, 'UtilityProcess.postMessage');
    if (this.#child.connected) this.#child.send(message);
  }

  kill() {
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = offer('utilityProcess', {
  fork: (file, args = [], options = {}) => offer('UtilityProcess', new UtilityProcess(file, args, options)),
});
