// The Node that Electron embeds, where the machine's own is older.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CACHE, SetUpError, say } from './paths.mjs';
import { run } from './run.mjs';

const MAJOR = 24;

/** @returns the path of a Node 24, installed under .cache when the machine's is older */
export async function ensureNode() {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR) return process.execPath;
  const sister = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = join(CACHE, 'node24');
  const path = join(home, 'node_modules', sister, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(path)) return path;
  say(
    `This machine has Node ${process.versions.node}: installing Node ${MAJOR} (${sister}) under ${basename(CACHE)}/`,
  );
  const args = [
    'install',
    '--prefix',
    home,
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    `${sister}@${MAJOR}`,
  ];
  const { code, output } = await npm(args);
  if (code !== 0 || !existsSync(path)) {
    throw new SetUpError(
      `Node ${MAJOR} could not be installed:\n${output}\nInstall Node ${MAJOR} yourself, then start again.`,
    );
  }
  return path;
}

/** npm as this Node found it, quietly; the caller shows the output when it fails. */
export function npm(args, options = {}) {
  // When npm started us it says where it is: no search path is needed, nor a shell on Windows.
  const script = process.env.npm_execpath;
  const asScript = script?.endsWith('.js');
  return run(asScript ? process.execPath : 'npm', asScript ? [script, ...args] : args, {
    capture: true,
    ...options,
  });
}
