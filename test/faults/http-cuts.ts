import { createHash } from 'node:crypto';
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exchange, noCounters, type RunCounters } from '../../src/exchange';
import {
  AUDIENCES,
  CLASSE,
  grantFor,
  idFor,
  member,
  SUIVI,
  type Member,
} from '../../src/exchange/testing/school';
import { httpRemote } from '../../src/main/sync/http-remote';
import { answerExchange, isExchangeAction } from '../../sync-server/http/exchange-http';
import { cuttingProxy } from './cutting-proxy';

/** Which side has something: the one that calls, or the one that answers. */
export type Direction = 'push' | 'pull';

export interface Cuts {
  /** Bytes of the whole exchange on the line, heads included, both ways. */
  readonly total: number;
  readonly tried: number;
  /** Exchanges that did not go through: all but those whose cut fell behind the last byte that matters. */
  readonly cut: number;
  /** Offsets after which something was missing, different, or moved again. */
  readonly wrong: readonly string[];
}

/** Documents, in bytes, of an exchange of a good 4 kB and of one of a good 100 kB on the line. */
const DOCUMENT_BYTES = { small: 2800, large: 130_000 } as const;

const GRANTS = ['near', 'far'].map((name) => grantFor(name));
const newcomer = (name: string): Member => member(name, { grants: GRANTS });

/** Documents of about so many bytes in all, which no compression makes smaller. */
async function filled(name: string, bytes: number): Promise<Member> {
  const one = newcomer(name);
  const each = Math.min(600, bytes / 2);
  for (let at = 0; at * each < bytes; at++) {
    const text = createHash('shake256', { outputLength: Math.ceil((each * 3) / 4) })
      .update(String(at))
      .digest('base64');
    one.documents.write(at % 2 ? SUIVI : CLASSE, {
      _id: idFor('event', `note ${at}`),
      type: 'note',
      v: 1,
      text,
    });
    // A parcel is a range that was packed at once: several of each, so that a cut has something to keep.
    if (at % 20 === 19) for (const audience of AUDIENCES) await one.replica.packOwn(audience);
  }
  for (const audience of AUDIENCES) await one.replica.packOwn(audience);
  return one;
}

/**
 * Cuts one exchange over real HTTP at the offsets that `choose` gives for its length, heals the line, and looks whether
 * the other side ends with the same documents and the same exchange finds nothing more to do. Documents are in memory:
 * what is tried is the line.
 */
export async function cutEverywhere(
  direction: Direction,
  size: 'small' | 'large',
  choose: (total: number) => readonly number[],
): Promise<Cuts> {
  const full = await filled(direction === 'push' ? 'near' : 'far', DOCUMENT_BYTES[size]);
  const empty = (): Member => newcomer(direction === 'push' ? 'far' : 'near');
  let answering = full;
  const server = createServer((request, response) => {
    const action = (request.url ?? '').slice(1);
    if (isExchangeAction(action)) void answerExchange(answering.answers, action, request, response);
    else response.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy = await cuttingProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  // A connection that was cut is not tried again by accident.
  const agent = new Agent({ keepAlive: false });

  async function run(near: Member, far: Member): Promise<RunCounters> {
    answering = far;
    const counters = noCounters();
    const url = `http://127.0.0.1:${proxy.port}`;
    await exchange({
      replica: near.replica,
      remote: httpRemote({ url, channel: far.name, tls: { agent } }),
      poste: near.poste,
      signer: near.signer,
      audiences: near.audiences,
      counters,
    });
    return counters;
  }

  try {
    const sides = (other: Member): [Member, Member] => (direction === 'push' ? [full, other] : [other, full]);
    proxy.passed = 0;
    await run(...sides(empty()));
    const total = proxy.passed;
    const wrong: string[] = [];
    let cut = 0;
    const offsets = choose(total);
    for (const offset of offsets) {
      const other = empty();
      proxy.budget = offset;
      await run(...sides(other)).catch(() => (cut += 1));
      proxy.budget = Infinity;
      try {
        await run(...sides(other));
        for (const audience of AUDIENCES) {
          const [here, there] = [full, other].map((one) => JSON.stringify(one.documents.snapshot(audience)));
          if (here !== there) wrong.push(`${direction} cut at ${offset}: ${audience} differs`);
        }
        const again = await run(...sides(other));
        if (again.sent + again.received > 0) wrong.push(`${direction} cut at ${offset}: moves again`);
      } catch (error) {
        wrong.push(`${direction} cut at ${offset}: ${String(error)}`);
      }
    }
    return { total, tried: offsets.length, cut, wrong };
  } finally {
    agent.destroy();
    await proxy.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** Every so many bytes, from the first to the last. */
export const everyOffset =
  (step = 1) =>
  (total: number): readonly number[] =>
    Array.from({ length: Math.ceil(total / step) }, (_, at) => at * step);

/** Seeded offsets: the same at each run. */
export const someOffsets =
  (count: number, next: () => number) =>
  (total: number): readonly number[] =>
    Array.from({ length: count }, () => Math.floor(next() * total));
