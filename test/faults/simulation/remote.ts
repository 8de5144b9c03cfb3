import {
  ExchangeRefused,
  readFrames,
  type Answers,
  type Credential,
  type Frame,
  type Remote,
} from '../../../src/exchange';
import { Connection, isWeather, LineDown, Pipe, type Air } from './line';
import type { Life } from './schedule';

/** Who can be spoken to: a poste, the relay, or one of the gateways. */
export interface Site {
  readonly name: string;
  /** As a credential names it; the two gateways have one. */
  readonly channel: string;
  /** Undefined while it is off. */
  readonly life: Life | undefined;
  /** The engine's answering side, made anew for each request where it remembers nothing. */
  answers(): Promise<Answers>;
  /** What it does by itself after a request. */
  answered?(): Promise<void>;
  /** The commune only: takes revision keys in. */
  keys?(body: Buffer, credential: Credential): Promise<void>;
}

export interface Caller {
  readonly name: string;
  readonly life: Life;
}

export interface Network extends Air {
  readonly open: Set<Connection>;
  isApart(a: string, b: string): boolean;
  /** Called before the answering side does what it was asked: its clock may jump just then. */
  answering(site: Site): void;
  /** A failure that is none of the weather's: shown at the end as a fault of the engine. */
  broke(who: string, error: unknown): void;
}

/** How long a repeated request may have been on its way, in milliseconds. */
const LATE_MS = 40_000;

async function* streamed(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}

/** One side's way to another, with everything that may happen on it. */
export function remoteTo(network: Network, caller: Caller, site: Site): Remote {
  const { schedule, random, trace, weather } = network;

  /** @throws LineDown where nobody can be reached */
  async function connect(): Promise<{ line: Connection; server: Life }> {
    await schedule.pause(caller.life, 1 + random.below(30));
    const server = site.life;
    if (!server?.alive || network.isApart(caller.name, site.name)) throw new LineDown('nobody there');
    const line = new Connection(network, caller, { name: site.name, life: server });
    network.open.add(line);
    line.onBreak(() => network.open.delete(line));
    if (!weather.calm && random.chance(weather.requestLost)) {
      trace.fault('request-lost', schedule.now, caller.name, site.name);
      return line.stall(caller.life);
    }
    return { line, server };
  }

  /** What the answering side does, whether or not anybody still listens. Its failures are a status, not an error here. */
  async function serve<T>(work: (answers: Answers) => Promise<T>): Promise<T> {
    try {
      network.answering(site);
      const result = await work(await site.answers());
      await site.answered?.();
      return result;
    } catch (error) {
      if (error instanceof ExchangeRefused) {
        if (error.code === 'SIGN_AGAIN') trace.fault('nonce-expired', schedule.now, site.name);
        throw error;
      }
      if (!isWeather(error)) network.broke(site.name, error);
      throw new LineDown('500');
    }
  }

  function again(work: (answers: Answers) => Promise<unknown>): void {
    if (weather.calm || !random.chance(weather.duplicate)) return;
    schedule.in(random.below(LATE_MS), () => {
      if (!site.life?.alive) return;
      trace.fault('duplicate', schedule.now, caller.name, site.name);
      serve(work).catch(() => undefined);
    });
  }

  /** Waits for the other side; hears at once when the line breaks. */
  function hear<T>(line: Connection, answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      line.onBreak(() => reject(new LineDown('broken')));
      answer.then(resolve, reject);
    });
  }

  async function reply<T>(line: Connection, value: T): Promise<T> {
    if (!weather.calm && random.chance(weather.replyLost)) {
      trace.fault('reply-lost', schedule.now, caller.name, site.name);
      return line.stall(caller.life);
    }
    const bytes = await line.carry(caller.life, Buffer.from(JSON.stringify(value)));
    return JSON.parse(bytes.toString()) as T;
  }

  async function ask<T>(body: Buffer, work: (answers: Answers) => Promise<T>): Promise<T> {
    const { line } = await connect();
    try {
      await line.carry(caller.life, body);
      const answer = serve(work);
      again(work);
      return await reply(line, await hear(line, answer));
    } finally {
      line.break();
    }
  }

  /** Frames as they leave: some come late, behind others; some are spoilt on the way. */
  async function* weathered(frames: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const late: { frame: Buffer; after: number }[] = [];
    for await (const frame of frames) {
      const isParcel = frame[0] === 0x50 && !weather.calm;
      let sent = frame;
      if (isParcel && random.chance(weather.tamper)) {
        sent = Buffer.from(frame);
        const at = 5 + random.below(sent.length - 5);
        sent[at] = (sent[at] ?? 0) ^ (1 << random.below(8));
        trace.fault('tampered', schedule.now, caller.name, site.name, at);
      }
      if (isParcel && random.chance(weather.reorder)) {
        trace.fault('reorder', schedule.now, caller.name, site.name);
        late.push({ frame: sent, after: 1 + random.below(6) });
        continue;
      }
      yield sent;
      for (const one of late) if (one.after-- === 0) yield one.frame;
    }
    for (const one of late) if (one.after >= 0) yield one.frame;
  }

  return {
    channel: site.channel,
    moved: (body, credential) => ask(body, (answers) => answers.moved(body, credential)),
    retry: (body, credential) => ask(body, (answers) => answers.retry(body, credential)),
    keys: (body, credential) =>
      ask(body, async () => {
        await site.keys?.(body, credential);
        return null;
      }).then(() => undefined),

    async push(frames) {
      const { line, server } = await connect();
      try {
        const up = new Pipe(line, server);
        const answer = serve((answers) => answers.push(up));
        answer.catch(() => line.break());
        const sent: Buffer[] = [];
        for await (const frame of weathered(frames)) {
          sent.push(frame);
          await up.write(caller.life, frame);
        }
        up.end();
        again((answers) => answers.push(streamed(sent)));
        return await reply(line, await hear(line, answer));
      } finally {
        line.break();
      }
    },

    async *pull(body: Buffer, credential: Credential): AsyncGenerator<Frame> {
      const { line, server } = await connect();
      try {
        await line.carry(caller.life, body);
        const down = new Pipe(line, caller.life);
        let refused: unknown;
        const pump = async (answers: Answers): Promise<void> => {
          for await (const chunk of weathered(answers.pull(body, credential)))
            await down.write(server, chunk);
          down.end();
        };
        again((answers) => drained(answers.pull(body, credential)));
        serve(pump).catch((error: unknown) => {
          refused = error;
          line.break();
        });
        try {
          yield* readFrames(down);
        } catch (error) {
          throw refused instanceof ExchangeRefused ? refused : error;
        }
      } finally {
        line.break();
      }
    },
  };
}

async function drained(frames: AsyncIterable<Buffer>): Promise<void> {
  const reading = frames[Symbol.asyncIterator]();
  while ((await reading.next()).done !== true);
}
