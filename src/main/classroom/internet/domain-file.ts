import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import { PreauError } from '../../../domain/errors';
import { namesAbove, siteOf } from '../../../domain/internet/sites';

/**
 * The lists of the university of Toulouse (CARINE INF-SEC-8) as they are published: one `.tar.gz`, a folder a category, a
 * file `domains` in each, one name a line; millions of lines in all. What is kept is a sorted row of 48-bit fingerprints:
 * six bytes a name, and one innocent site in some fifty million taken for a listed one.
 */
export const CATEGORY = /^[a-z0-9][a-z0-9_-]{0,40}$/;

/** What a primary school shuts out unless it says otherwise: violence, sex, drugs, gambling, fraud, and ways round a filter. */
export const USUAL_CATEGORIES = [
  'adult',
  'agressif',
  'cryptojacking',
  'dangerous_material',
  'dating',
  'ddos',
  'doh',
  'drogue',
  'gambling',
  'hacking',
  'lingerie',
  'malware',
  'mixed_adult',
  'phishing',
  'proxy',
  'redirector',
  'residential-proxies',
  'sect',
  'stalkerware',
  'strict_redirector',
  'strong_redirector',
  'vpn',
  'warez',
] as const;

const BYTES = 6;
/** Names in all; the lists hold some five million. */
const MOST_NAMES = 20_000_000;
/** Bytes of a line; a name has 253 at most. */
const LONGEST_LINE = 2_000;

/** First 48 bits of SHA-256, as a number that a double holds exactly. */
const fingerprint = (name: string): number => Number.parseInt(hash('sha256', name, 'hex').slice(0, 12), 16);

export interface DomainFile {
  /** Sorted fingerprints, six bytes each, big-endian. */
  readonly bytes: Buffer;
  /** Categories found among those asked for, with how many names each holds. */
  readonly categories: readonly { readonly name: string; readonly domains: number }[];
  readonly domains: number;
}

/**
 * Reads the archive as it comes, in memory bounded by its names and not by its text.
 * @throws PreauError `FILE_REFUSED` where it is no such archive, or holds none of the categories; `TOO_LARGE`
 */
export async function readDomainLists(archive: Readable, wanted: ReadonlySet<string>): Promise<DomainFile> {
  const found = new Map<string, number>();
  let prints = new Float64Array(1 << 16);
  let count = 0;
  const take = (line: string): boolean => {
    const name = siteOf(line);
    if (name === undefined) return false;
    if (count === MOST_NAMES) throw new PreauError('TOO_LARGE', { limit: MOST_NAMES });
    if (count === prints.length) {
      const wider = new Float64Array(prints.length * 2);
      wider.set(prints);
      prints = wider;
    }
    prints[count] = fingerprint(name);
    count += 1;
    return true;
  };
  const gunzip = createGunzip();
  archive.once('error', (error) => gunzip.destroy(error));
  try {
    const entries = (archive.pipe(gunzip), webStream(gunzip)).pipeThrough(createTarDecoder({ strict: true }));
    for await (const { header, body } of entries) {
      const [category, file] = header.name.split('/').slice(-2);
      if (file !== 'domains' || category === undefined || !wanted.has(category)) {
        await body.cancel();
        continue;
      }
      let taken = 0;
      for await (const line of linesOf(body)) if (take(line)) taken += 1;
      found.set(category, (found.get(category) ?? 0) + taken);
    }
  } catch (error) {
    if (error instanceof PreauError) throw error;
    throw new PreauError('FILE_REFUSED', { reason: 'archive' });
  } finally {
    archive.destroy();
    gunzip.destroy();
  }
  if (count === 0) throw new PreauError('FILE_REFUSED', { reason: 'empty' });
  return {
    ...pack(prints.subarray(0, count).sort()),
    categories: [...found].map(([name, domains]) => ({ name, domains })),
  };
}

/** Node's stream as the web's, with its back-pressure. */
function webStream(source: Readable): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('latin1');
  let rest = '';
  for await (const piece of body) {
    const lines = (rest + decoder.decode(piece, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LONGEST_LINE) throw new PreauError('FILE_REFUSED', { reason: 'archive' });
    yield* lines;
  }
  yield rest;
}

function pack(sorted: Float64Array): { bytes: Buffer; domains: number } {
  const bytes = Buffer.allocUnsafe(sorted.length * BYTES);
  let domains = 0;
  let last = -1;
  for (const print of sorted) {
    if (print === last) continue;
    bytes.writeUIntBE(print, domains * BYTES, BYTES);
    domains += 1;
    last = print;
  }
  return { bytes: bytes.subarray(0, domains * BYTES), domains };
}

/** True where the name, or a name above it, is in the file. */
export function isListed(file: Buffer, host: string): boolean {
  return namesAbove(host).some((name) => search(file, fingerprint(name)));
}

function search(file: Buffer, wanted: number): boolean {
  let low = 0;
  let high = file.length / BYTES - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const print = file.readUIntBE(middle * BYTES, BYTES);
    if (print === wanted) return true;
    if (print < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}
