import { expect, it } from 'vitest';
import { openAgent } from '../../main/cart/strip/agent';
import { OUTLET_TABLES } from '../../main/cart/strip/tables';
import { serveStrip, STRIP_COMMUNITY } from './index';

it('answers as the strip of its maker: who it is, what each outlet draws, off when it is told', async () => {
  const table = OUTLET_TABLES.find(({ id }) => id === 'apcRpdu2');
  if (!table?.current || !table.command || !table.model) throw new Error('no table');
  let now = 0;
  const laptop = { capacityWh: 42, fullCurrentMa: 8_700, level: 0.3 };
  const strip = await serveStrip(new Map([[2, laptop]]), { now: () => now, after: () => () => undefined });
  const agent = await openAgent(
    { host: strip.host, port: strip.port, version: '2c' },
    { version: '2c', community: STRIP_COMMUNITY },
  );
  try {
    expect(strip.port).toBeGreaterThan(1023);
    expect((await agent.get([table.model])).get(table.model)).toBe('AP7920B');
    expect([...(await agent.column(table.state)).values()]).toEqual(Array.from({ length: 8 }, () => 2));
    expect([...(await agent.column(table.current.column))].slice(0, 3)).toEqual([['1', 0], ['2', 2], ['3', 0]]); // prettier-ignore
    now += 3_600_000;
    await agent.column(table.state);
    expect(laptop.level).toBeGreaterThan(0.8);
    await agent.set(`${table.command.off.column}.2`, table.command.off.value);
    expect((await agent.column(table.state)).get('2')).toBe(1);
    expect((await agent.column(table.current.column)).get('2')).toBe(0);
  } finally {
    agent.close();
    await strip.close();
  }
});
