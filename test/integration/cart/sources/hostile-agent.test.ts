/** Something at the strip's address that is no strip and means no good: nothing it sends ends the host or is taken for an outlet. */
import { createSocket } from 'node:dgram';
import { afterEach, describe, expect, it } from 'vitest';
import { seeded } from '../../../../src/demo/hub/random';
import { openSource } from '../../../../src/main/cart/sources/open-source';
import { readOutlets } from '../../../../src/main/cart/strip/reading';
import { OUTLET_TABLES } from '../../../../src/main/cart/strip/tables';
import { systemTimers } from '../../../../src/main/cart/timers';
import type { Socket } from 'node:dgram';
import type { Known } from '../../../../src/main/cart/strip/reading';
import type { SourceSnapshot } from '../../../../src/main/cart/sources/port';
import type { StripSecret } from '../../../../src/main/cart/sources/strip-secrets';

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.close();
});

/** Answers every datagram with what `answer` makes of it. */
function agent(answer: (asked: Buffer) => readonly Buffer[]): Promise<number> {
  const socket = createSocket('udp4');
  sockets.push(socket);
  socket.on('message', (asked, { port, address }) => {
    for (const bytes of answer(asked)) socket.send(bytes, port, address);
  });
  return new Promise((resolve) => {
    socket.bind(0, '127.0.0.1', () => {
      resolve(socket.address().port);
    });
  });
}

function end(port: number, secret: StripSecret): Promise<SourceSnapshot> {
  return new Promise((resolve) => {
    const source = openSource(
      { kind: 'snmp', host: '127.0.0.1', port, version: secret.version },
      {
        timers: systemTimers,
        secret: () => Promise.resolve(secret),
        hear: (snapshot) => {
          if (snapshot.status !== 'lost' && snapshot.status !== 'answering') return;
          source.stop();
          resolve(snapshot);
        },
      },
    );
    source.start();
  });
}

const SECRETS: StripSecret[] = [
  { version: '2c', community: 'ecriture' },
  { version: '3', user: 'preau', authKey: 'douze-lettres', privKey: 'douze-lettres', protection: 'shaAes' },
];
const random = seeded(31);
const noise = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

describe.each(SECRETS)('what answers at the address of a strip, version $version', (secret) => {
  it.each<[string, (asked: Buffer) => readonly Buffer[]]>([
    ['noise', () => [noise(200), noise(3), Buffer.alloc(0)]],
    ['its own question', (asked) => [asked]],
    ['half of it', (asked) => [asked.subarray(0, asked.length >> 1)]],
    [
      'one bit wrong, everywhere',
      (asked) =>
        Array.from(asked, (byte, at) =>
          Buffer.concat([asked.subarray(0, at), Buffer.from([byte ^ 4]), asked.subarray(at + 1)]),
        ),
    ],
    ['a hundred answers for one', (asked) => Array.from({ length: 100 }, () => asked)],
  ])('%s', async (_what, answer) => {
    const last = await end(await agent(answer), secret);
    expect(last.status).toBe('lost');
    expect(last.ports).toEqual([]);
    expect([
      'noAnswer',
      'garbage',
      'wrongCommunity',
      'wrongKey',
      'wrongUser',
      'refused',
      'noOutlets',
    ]).toContain(last.why);
  });
});

describe('an agent that answers in form', () => {
  const table = OUTLET_TABLES.find(({ id }) => id === 'raritanPdu2');
  const current = table?.current;
  const CURRENT = `${current?.column ?? ''}.1.1.1`;
  const STATE = `${table?.state ?? ''}.1.1`;

  it.each<[string, number | string, number]>([
    ['more than any outlet bears', 2_147_483_647, 0],
    ['less than nothing', -1, 0],
    ['no number', Number.NaN, 0],
    ['a word', '12', 0],
    ['a thousand decimal places', 300, 1_000],
    ['fewer than none', 300, -3],
  ])('and says %s of a current: the outlet is on, and nothing is measured', async (_, raw, digits) => {
    const known: Known = {
      agent: {
        get: () =>
          Promise.resolve(
            new Map<string, number | string>([
              [STATE, 7],
              [CURRENT, raw],
            ]),
          ),
        column: () => Promise.resolve(new Map()),
        set: () => Promise.resolve(),
        close: () => undefined,
      },
      table,
      outlets: new Map([[1, '1.1']]),
      digits: new Map([['1.1.1', digits]]),
      hardware: { name: 'Multiprise' },
    };
    expect((await readOutlets(known)).values).toEqual([{ port: 1, value: { portOff: false } }]);
  });
});
