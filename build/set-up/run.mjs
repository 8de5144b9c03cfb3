import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

/** Processes under way: when we are stopped, they are stopped too. */
const running = new Set();
let stopping = false;

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    stopping = true;
    for (const child of running) child.kill(signal === 'SIGHUP' ? 'SIGTERM' : signal);
    if (running.size === 0) process.exit(130);
  });
}
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Runs a program to its end.
 * @param {string} command @param {string[]} args
 * @param {{ env?: object, cwd?: string, capture?: boolean, timeoutMs?: number }} [options]
 * @returns {Promise<{ code: number, output: string }>} `code` 130 when we were told to stop, 124 after the time limit
 */
export function run(command, args, { env, cwd = ROOT, capture = false, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd,
      // What is kept to be shown later is shown without colours.
      env: { ...process.env, ...(capture ? { NO_COLOR: '1' } : {}), ...env },
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    running.add(child);
    let output = '';
    let late = false;
    const timer = timeoutMs && setTimeout(() => ((late = true), child.kill('SIGKILL')), timeoutMs);
    child.stdout?.on('data', (chunk) => (output += chunk));
    child.stderr?.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => {
      running.delete(child);
      resolve({ code: 127, output: `${output}${error.message}\n` });
    });
    child.on('close', (code) => {
      clearTimeout(timer);
      running.delete(child);
      if (stopping && running.size === 0) process.exitCode = 130;
      resolve({ code: stopping ? 130 : late ? 124 : (code ?? 1), output });
    });
  });
}
