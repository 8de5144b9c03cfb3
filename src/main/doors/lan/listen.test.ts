import { createServer, type Server } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { listen } from './listen';

const servers: Server[] = [];
const server = (): Server => {
  const made = createServer();
  servers.push(made);
  return made;
};
afterEach(() => {
  for (const one of servers.splice(0)) one.close();
});

it('takes another port when a program holds the one it prefers', async () => {
  const held = await listen(server(), '127.0.0.1', 0);
  const other = await listen(server(), '127.0.0.1', held);
  expect(other).not.toBe(held);
  expect(other).toBeGreaterThan(0);
});

it('says so when the address is not this computer’s', async () => {
  await expect(listen(server(), '192.0.2.1', 0)).rejects.toThrow(/EADDRNOTAVAIL/);
});
