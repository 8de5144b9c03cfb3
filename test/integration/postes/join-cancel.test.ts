import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { readKeyring } from '../../../src/store/keyring-file';
import { join as path } from 'node:path';
import { until, workshop, type TestHost } from '../host/hosts';
import { addressOf, knock, makeSchool, TEACHER_PASSWORD } from './school';

vi.setConfig({ testTimeout: 120_000 });
let shop: ReturnType<typeof workshop>;
const servers: Server[] = [];
beforeEach(() => (shop = workshop()));
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await shop.end();
});
const stateOf = async (host: TestHost): Promise<string> => (await host.ask('joinSchool.state', {})).state;

/** A computer that takes a call and never says a word. */
async function silent(): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.unref();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('« Rejoindre » is given up while it calls or waits for the digits, leaves nothing behind, and works the next time', async () => {
  const bare = await shop.open('bare');
  await expect(bare.ask('joinSchool.cancel', {})).rejects.toMatchObject({ code: 'BUSY' });
  await bare.ask('joinSchool.begin', { address: await silent(), password: TEACHER_PASSWORD });
  expect(await stateOf(bare)).toBe('calling');
  await bare.ask('joinSchool.cancel', {});
  expect(await stateOf(bare)).toBe('idle');

  const office = await shop.open('office');
  const { teacher } = await makeSchool(office);
  await office.ask('sync.openIntroduction', { person: teacher });
  await bare.ask('joinSchool.begin', { address: addressOf(office), password: TEACHER_PASSWORD });
  await until(bare, 'joinSchool.changed', async () => (await stateOf(bare)) === 'digits' || undefined);
  await bare.ask('joinSchool.cancel', {});
  expect(await stateOf(bare)).toBe('idle');
  expect(Object.keys((await readKeyring(path(bare.folder, 'keys.json')))?.keys ?? {})).toEqual([]);

  await knock(bare, office, teacher, 'joined');
});
