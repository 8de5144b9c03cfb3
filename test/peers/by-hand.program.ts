/**
 * What the cart and the room's computers talk to, for a person who has none of it: it says where it is, and ends with Ctrl-C.
 *   node --no-warnings --experimental-transform-types --import ./test/faults/resolve-ts.mjs test/peers/by-hand.program.ts hub|strip|vnc|veyon
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedHub } from '../../src/demo/hub/hub';
import { serveHub } from '../../src/demo/hub/server';
import { systemTimers } from '../../src/main/cart/timers';
import { startVncServers } from './rfb/servers';
import { AUTH_KEY, PRIV_KEY, stripPeer, USER, WRITE } from './snmp/index';
import { startVeyonFleet } from './veyon/fleet';

const HUB_PORT = 4000;
const PASSWORD = 'secret';
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** @returns what ends it */
async function hub(): Promise<() => unknown> {
  const { host, port, close } = await serveHub(
    new SimulatedHub({ timers: systemTimers }).fill([7]),
    systemTimers,
    HUB_PORT,
  );
  say(`charging hub: ${host}, port ${String(port)}`);
  return close;
}

async function strip(): Promise<() => unknown> {
  const { port, close } = await stripPeer(8);
  say(`power strip: 127.0.0.1, port ${String(port)}`);
  say(`version 2c, community ${WRITE}`);
  say(`or version 3, user ${USER}, SHA/AES, keys ${AUTH_KEY} and ${PRIV_KEY}`);
  return close;
}

async function vnc(): Promise<() => unknown> {
  const { peers, stop } = await startVncServers(1, { kind: 'Xvnc', password: PASSWORD });
  for (const { address, port } of peers) say(`VNC: ${address}:${String(port)}, password ${PASSWORD}`);
  return stop;
}

async function veyon(): Promise<() => unknown> {
  const { peers, keyName, privateKey, stop } = await startVeyonFleet(2);
  const folder = mkdtempSync(join(tmpdir(), 'veyon-key-'));
  const file = join(folder, `${keyName}_private_key.pem`);
  writeFileSync(file, privateKey, { mode: 0o600 });
  say(`key: ${keyName}, in ${file}`);
  for (const { address, port } of peers) say(`PC with Veyon: ${address}:${String(port)}`);
  return async () => {
    rmSync(folder, { recursive: true, force: true });
    await stop();
  };
}

const PEERS: Readonly<Record<string, () => Promise<() => unknown>>> = { hub, strip, vnc, veyon };
const start = PEERS[process.argv[2] ?? ''];
if (!start) {
  say(`one of: ${Object.keys(PEERS).join(', ')}`);
  process.exit(1);
}
const end = await start();
say('Ctrl-C ends it.');
process.once('SIGINT', () => void Promise.resolve(end()).then(() => process.exit(0)));
