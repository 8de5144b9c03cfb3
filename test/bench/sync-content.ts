/**
 * A pack of 50 MB that the commune publishes, to the three postes of a school that start at once: one line, a LAN between them,
 * the line cut five times in mid-transfer. Then a version of which 2 % changed. Bytes are counted at the sockets of the line, both
 * ways, HTTP heads included; no TLS on either side. Beside it, in the same run: a plain HTTP download with Range to each of the
 * three. See docs/files.md. Options: --mb=50
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FileRemote } from '../../src/main/files/file-remote';
import { publishFile } from '../../sync-server/files/publish';
import { openLine, type Line } from '../integration/files/line';
import { ECOLE, openFileSchool, type FilePoste, type FileSchool } from '../integration/files/school';
import { optionOf, type BenchContext, type Figure } from './bench';
import { changePack, makePack } from './sync-content/pack';
import { plainDownloads } from './sync-content/plain';

const CUTS = 5;
const MB = 1_000_000;

export default async function syncContent({ temporaryFolder, say, args }: BenchContext): Promise<Figure[]> {
  const megabytes = Number(optionOf(args)('mb') ?? 50);
  const size = megabytes * MB;
  const first = makePack('pack of lessons', size);
  const second = changePack(first, 'second version', size * 0.02, 8);
  // Five cuts, unevenly, in the middle of what travels.
  const cuts = [0.11, 0.17, 0.09, 0.21, 0.13].map((share) => Math.floor(size * share));

  const school = await openFileSchool(join(temporaryFolder, 'school'));
  const line = await openLine(school.gateway.port);
  try {
    const head = await school.poste('head');
    const three = [await school.poste('anne'), await school.poste('marc'), await school.poste('zoé')];
    const received = new Received();
    const bring = (content: Buffer, document: string, budgets: readonly number[]): Promise<Brought> =>
      bringPack({ school, line, head, three, received, content, document, budgets });

    const whole = await bring(first, 'item_aaaaaaaaaaaa2', cuts);
    say(`First: ${told(whole)}; the line was cut ${whole.cuts} times`);
    const update = await bring(second, 'item_aaaaaaaaaaaa3', []);
    say(`Then 2 % changed: ${told(update)}`);
    const plain = await plainDownloads(first, three.length, cuts);
    const plainUpdate = await plainDownloads(second, three.length, []);
    say(`Plain HTTP with Range to each: ${mb(plain.lineBytes)}, then ${mb(plainUpdate.lineBytes)}`);
    if (whole.cuts !== CUTS) throw new Error(`the line was cut ${whole.cuts} times`);

    return [
      { name: 'line_bytes_ratio', value: ratio(whole.lineBytes, size), unit: 'x', reach: '<=1.05' },
      { name: 'update_bytes_ratio', value: ratio(update.lineBytes, size), unit: 'x', reach: '<=0.06' },
      { name: 'resent_chunks', value: received.resentChunks, unit: '', reach: '<=0' },
      { name: 'resent_kb', value: Math.round(received.resentBytes / 1000), unit: 'kB' },
      { name: 'line_requests', value: whole.requests, unit: '' },
      { name: 'update_requests', value: update.requests, unit: '' },
      { name: 'lan_mb', value: Math.round(whole.lanBytes / MB), unit: 'MB' },
      { name: 'seconds', value: Math.round(whole.seconds), unit: 's' },
      { name: 'plain_line_bytes_ratio', value: ratio(plain.lineBytes, size), unit: 'x' },
      { name: 'plain_update_bytes_ratio', value: ratio(plainUpdate.lineBytes, size), unit: 'x' },
    ];
  } finally {
    await line.close();
    await school.close();
  }
}

interface Brought {
  readonly lineBytes: number;
  readonly lanBytes: number;
  readonly cuts: number;
  readonly requests: number;
  readonly seconds: number;
}

async function bringPack(input: {
  readonly school: FileSchool;
  readonly line: Line;
  readonly head: FilePoste;
  readonly three: readonly FilePoste[];
  readonly received: Received;
  readonly content: Buffer;
  readonly document: string;
  readonly budgets: readonly number[];
}): Promise<Brought> {
  const { school, line, head, three, received, content, document } = input;
  const file = await publishFile(school.shelf, ECOLE, () => Readable.from([content]));
  await head.name(ECOLE, document, file);
  await school.carry(head, ECOLE, three);
  const before = { bytes: line.up + line.down, cuts: line.cuts, requests: received.requests };
  line.next.splice(0, Infinity, ...input.budgets.slice(1), Infinity);
  [line.budget = Infinity] = input.budgets;
  const begun = performance.now();
  let lanBytes = 0;
  await Promise.all(
    three.map(async (one) => {
      const remotes = [
        ...three.filter((other) => other !== one).map((other) => one.remote({ to: other })),
        received.counting(one.remote({ to: 'commune', port: line.port })),
      ];
      // A run that ends by a cut is followed by another, as the moments of the day would have it.
      for (let run = 0; run < 20 && !(await one.files.has(file.sha256)); run++) {
        const done = await one.exchange.run({ lineBytes: Infinity, remotes });
        lanBytes += done.lanBytes;
      }
      const hash = createHash('sha256');
      for await (const piece of await one.files.openRead(file.sha256)) hash.update(piece as Buffer);
      if (hash.digest('hex') !== file.sha256) throw new Error('a poste has another file');
      for (const remote of remotes) remote.close();
    }),
  );
  return {
    lineBytes: line.up + line.down - before.bytes,
    lanBytes,
    cuts: line.cuts - before.cuts,
    requests: received.requests - before.requests,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** What the three postes received of each body over the line: a byte that came before, to any of them, came twice. */
class Received {
  readonly #bodies = new Map<string, { came: number; reached: number }>();
  requests = 0;

  counting(remote: FileRemote): FileRemote {
    const count = (key: string, offset: number, length: number): void => {
      const body = this.#bodies.get(key) ?? { came: 0, reached: 0 };
      body.came += length;
      body.reached = Math.max(body.reached, offset + length);
      this.#bodies.set(key, body);
    };
    const asked = (): void => void (this.requests += 1);
    return {
      ...remote,
      list: (request) => {
        asked();
        return remote.list(request);
      },
      async *chunks(request) {
        asked();
        for await (const piece of remote.chunks(request)) {
          count(`${request.list} ${piece.position}`, piece.offset, piece.bytes.length);
          yield piece;
        }
      },
    };
  }

  /** Bodies of which as much as a whole one came again. */
  get resentChunks(): number {
    return [...this.#bodies.values()].filter(({ came, reached }) => came >= 2 * reached).length;
  }

  get resentBytes(): number {
    return [...this.#bodies.values()].reduce((sum, { came, reached }) => sum + came - reached, 0);
  }
}

const ratio = (bytes: number, of: number): number => Math.round((bytes / of) * 10_000) / 10_000;
const mb = (bytes: number): string => `${(bytes / MB).toFixed(1)} MB`;
const told = ({ lineBytes, lanBytes, requests, seconds }: Brought): string =>
  `${mb(lineBytes)} over the line in ${requests} requests, ${mb(lanBytes)} on the LAN, ${seconds.toFixed(0)} s`;
