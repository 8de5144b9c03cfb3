/** The strip's driver against a real snmpd: version 2c and 3, an outlet that is really switched, and everything that can be wrong. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { openSource } from '../../../../src/main/cart/sources/open-source';
import { systemTimers } from '../../../../src/main/cart/timers';
import { needs } from '../../../needs';
import {
  AUTH_KEY,
  PRIV_KEY,
  READ,
  USER,
  WRITE,
  freePort,
  snmpdMissing,
  snmpsimMissing,
  stripPeer,
} from '../../../peers/snmp';
import type { SourceSnapshot } from '../../../../src/main/cart/sources/port';
import type { StripSecret } from '../../../../src/main/cart/sources/strip-secrets';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function peer(outlets?: number) {
  const one = await stripPeer(outlets);
  endings.push(() => one.close());
  return one;
}

const v2 = (community: string): StripSecret => ({ version: '2c', community });
const v3 = (more: Partial<Extract<StripSecret, { version: '3' }>> = {}): StripSecret => ({
  version: '3',
  user: USER,
  authKey: AUTH_KEY,
  privKey: PRIV_KEY,
  protection: 'shaAes',
  ...more,
});

/** A strip's source whose news can be awaited. */
function strip(port: number, secret: StripSecret | undefined, version = secret?.version ?? '2c') {
  const waiting = new Set<(snapshot: SourceSnapshot) => void>();
  const source = openSource(
    { kind: 'snmp', host: '127.0.0.1', port, version },
    {
      timers: systemTimers,
      secret: () => Promise.resolve(secret),
      hear: (snapshot) => {
        for (const hear of [...waiting]) hear(snapshot);
      },
    },
  );
  endings.push(() => {
    source.stop();
  });
  const until = (wanted: (snapshot: SourceSnapshot) => boolean): Promise<SourceSnapshot> =>
    new Promise((resolve) => {
      const hear = (snapshot: SourceSnapshot): void => {
        if (!wanted(snapshot)) return;
        waiting.delete(hear);
        resolve(snapshot);
      };
      waiting.add(hear);
      hear(source.snapshot);
    });
  source.start();
  return { source, until };
}
const answering = (snapshot: SourceSnapshot): boolean => snapshot.status === 'answering';
const lost = (snapshot: SourceSnapshot): boolean => snapshot.status === 'lost';
const outlet = (snapshot: SourceSnapshot, port: number) =>
  snapshot.ports.find((one) => one.port === port)?.reading.value;

describe(
  'a strip behind a real snmpd',
  needs(!snmpdMissing, 'snmpd is not installed (apt-get install snmpd)'),
  () => {
    it.each([
      ['2c', v2(WRITE)],
      ['3', v3()],
    ])('version %s: its outlets, their current, one switched off and on', async (_version, secret) => {
      const box = await peer();
      const { source, until } = strip(box.port, secret);
      const first = await until(answering);
      expect(first).toMatchObject({
        hardware: { name: 'AP8959EU3', serial: 'ZA0000000007' },
        switching: 'perPort',
        alerts: [],
      });
      expect(first.ports).toHaveLength(8);
      expect(outlet(first, 3)).toEqual({ portOff: false, currentMa: 300, power: 'charging' });

      expect(await source.switchPort(3, false)).toEqual({ outcome: 'done' });
      expect(box.state().outlets['3']?.on).toBe(false);
      expect(outlet(source.snapshot, 3)).toEqual({ portOff: true, power: 'off' });
      expect(await Promise.all([source.switchPort(3, true), source.switchPort(4, false)])).toEqual([
        { outcome: 'done' },
        { outcome: 'done' },
      ]);
      expect(box.state().outlets).toMatchObject({ 3: { on: true }, 4: { on: false } });
      expect(await source.switchPort(9, true)).toEqual({ outcome: 'impossible', why: 'noSuchPort' });
    });

    it('of forty-eight outlets: all are read, the last one is switched', async () => {
      const box = await peer(48);
      const { source, until } = strip(box.port, v2(WRITE));
      expect((await until(answering)).ports.map(({ port }) => port)).toEqual(
        Array.from({ length: 48 }, (_, at) => at + 1),
      );
      expect(await source.switchPort(48, false)).toEqual({ outcome: 'done' });
      expect(box.state().outlets['48']?.on).toBe(false);
    });

    it('may read and not switch: the strip says so itself', async () => {
      const box = await peer();
      const { source, until } = strip(box.port, v2(READ));
      await until(answering);
      expect(await source.switchPort(1, false)).toEqual({ outcome: 'refused', code: 'NoAccess' });
      expect(box.state().outlets['1']?.on).toBe(true);
    });

    it('an order that is taken and moves nothing is told', async () => {
      const box = await peer(2);
      const { source, until } = strip(box.port, v2(WRITE));
      await until(answering);
      box.change({ ...box.state(), stuck: [2] });
      expect(await source.switchPort(2, false)).toEqual({ outcome: 'refused', code: 'unchanged' });
    });

    it.each<[string, StripSecret | undefined, string]>([
      ['another community', v2('public'), 'wrongCommunity'],
      ['an unknown user', v3({ user: 'directrice' }), 'wrongUser'],
      ['another password', v3({ authKey: 'pas-la-bonne-cle' }), 'wrongKey'],
      ['another key', v3({ privKey: 'pas-la-bonne-cle' }), 'wrongKey'],
      ['another protection', v3({ protection: 'sha256Aes' }), 'wrongKey'],
      ['nothing told yet', undefined, 'noSecret'],
    ])('%s is named', async (_what, secret, why) => {
      const box = await peer(2);
      const { until } = strip(box.port, secret);
      expect(await until(lost)).toMatchObject({ why, ports: [] });
    });

    it('an address where nobody answers is told from a wrong community', async () => {
      const { until } = strip(await freePort(), v2(READ));
      expect(await until(lost)).toMatchObject({ why: 'noAnswer' });
    });

    it('unplugged it is lost and keeps what it said; back, it is read again by itself', async () => {
      const box = await peer(4);
      const { source, until } = strip(box.port, v3());
      await until(answering);
      await box.kill();
      const gone = await until(lost);
      expect(gone.why).toBe('noAnswer');
      expect(gone.ports).toHaveLength(4);
      expect(await source.switchPort(1, false)).toMatchObject({ outcome: 'silent' });
      box.change({ outlets: { ...box.state().outlets, 2: { on: false, tenths: 0 } } });
      await box.start();
      const back = await until(answering);
      expect(outlet(back, 2)).toMatchObject({ power: 'off' });
    });

    it('an answer that comes late is waited for', async () => {
      const box = await peer(2);
      const { source, until } = strip(box.port, v2(WRITE));
      await until(answering);
      box.pause();
      const order = source.switchPort(1, false);
      setTimeout(() => {
        box.resume();
      }, 1_000);
      expect(await order).toEqual({ outcome: 'done' });
      expect(box.state().outlets['1']?.on).toBe(false);
    });
  },
);

describe(
  'a supply that keeps the mains up, behind snmpsim',
  needs(!snmpsimMissing, 'snmpsimd is not installed (apt-get install snmpsim)'),
  () => {
    it('says that the mains is gone, and what else answers SNMP is no strip', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'preau-snmpsim-'));
      endings.push(() => {
        rmSync(folder, { recursive: true, force: true });
      });
      // It gives up being root, and writes its index beside the data.
      chmodSync(folder, 0o777);
      const system = '1.3.6.1.2.1.1.1.0|4|Onduleur du chariot';
      writeFileSync(join(folder, 'onduleur.snmprec'), `${system}\n1.3.6.1.2.1.33.1.4.1.0|2|5\n`);
      writeFileSync(join(folder, 'imprimante.snmprec'), '1.3.6.1.2.1.1.1.0|4|Imprimante\n');
      const port = await freePort();
      await snmpsim(folder, port);
      const { until } = strip(port, v2('onduleur'));
      expect(await until(answering)).toMatchObject({
        hardware: { name: 'Onduleur du chariot' },
        alerts: ['onBattery'],
        switching: 'none',
        ports: [],
      });
      const printer = strip(port, v2('imprimante'));
      expect(await printer.until(lost)).toMatchObject({ why: 'noOutlets' });
    });
  },
);

function snmpsim(folder: string, port: number): Promise<void> {
  const child = spawn(
    'snmpsimd',
    [
      `--data-dir=${folder}`,
      `--cache-dir=${join(folder, 'cache')}`,
      `--agent-udpv4-endpoint=127.0.0.1:${String(port)}`,
      ...(process.getuid?.() === 0 ? ['--process-user=nobody', '--process-group=nogroup'] : []),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  endings.push(
    () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null) {
          resolve();
          return;
        }
        child.once('exit', () => {
          resolve();
        });
        child.kill('SIGKILL');
      }),
  );
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (bytes: Buffer): void => {
      said = (said + bytes.toString()).slice(-8_000);
      if (/Listening at UDP/i.test(said)) resolve();
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('exit', () => {
      reject(new Error(`snmpsimd ended: ${said}`));
    });
  });
}
