import { Readable } from 'node:stream';
import type { InputOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import type { TracesView, TraceView } from '../../contract/staff/privacy';
import { csvCell } from '../../domain/inventory/csv';
import type { Actor } from '../../domain/rights/actor';
import { authorize, demand } from '../../domain/rights/authorize';
import { localDate } from '../../domain/time';
import type { PrivacyDeps } from './ports';
import type { Holdings, Names } from './standing';
import { boxesHeld } from './trace-outlet';
import { createTraceReader, type TraceReading } from './traces';

type Filter = Omit<InputOf<StaffContract, 'privacy.traces'>, 'skip'>;

/** « Qui a consulté quoi »: for administrators alone. Reading it is written down in it. */
export interface TraceService {
  traces(actor: Actor, filter: InputOf<StaffContract, 'privacy.traces'>): Promise<TracesView>;
  /** Rows are made while they are read. */
  csv(
    actor: Actor,
    filter: Filter,
    words: Readonly<Record<string, string>>,
  ): Promise<{ name: string; open: () => Readable }>;
}

const PAGE = 500;

export function createTraceService(deps: PrivacyDeps, holdings: Holdings): TraceService {
  const { platform, parc, keyring } = deps;
  const reader = createTraceReader(parc, deps.keysOf);
  const day = (at: string): string => localDate(Date.parse(at), deps.timeZone());

  function read(filter: Filter): { reading: TraceReading; entries: TraceView[] } {
    const reading = reader.read({
      boxes: boxesHeld(keyring),
      horizon: deps.horizon(),
      known: { [deps.poste]: deps.traced().place },
    });
    const { person, from, to, action } = filter;
    const entries = reading.entries
      .filter(
        (entry) =>
          (person === undefined || entry.by === person || entry.on.includes(person)) &&
          (action === undefined || entry.do === action) &&
          (from === undefined || day(entry.at) >= from) &&
          (to === undefined || day(entry.at) <= to),
      )
      .map((entry) => ({ ...entry, on: [...entry.on] }))
      .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : b.n - a.n || (a.poste < b.poste ? -1 : 1)));
    return { reading, entries };
  }

  /** An administrator who is nothing else knows nobody: names are for who may read them anyway. */
  async function namesFor(actor: Actor): Promise<Names | undefined> {
    return authorize(actor, 'people.read') ? holdings.names() : undefined;
  }

  return {
    async traces(actor, { skip = 0, ...filter }) {
      demand(actor, 'traces.read');
      await deps.flushTraces();
      const { reading, entries } = read(filter);
      const shown = entries.slice(skip, skip + PAGE);
      const names = await namesFor(actor);
      // What a tablet or a computer is called names nobody.
      const labels = new Map(parc.all('device').map(({ body }) => [body._id, String(body['label'])]));
      const said = new Set(shown.flatMap(({ by, on }) => [by, ...on]));
      const owners = new Map(deps.postes().map(({ poste, person }) => [poste, person]));
      if (skip === 0)
        platform.tracer.trace(actor, 'trace.read', filter.person === undefined ? [] : [filter.person]);
      return {
        entries: shown,
        total: entries.length,
        names: Object.fromEntries(
          [...said].flatMap((id) => {
            const name = names?.of(id) ?? labels.get(id);
            return name === undefined ? [] : [[id, name]];
          }),
        ),
        chains: reading.chains.map((chain) => {
          const owner = owners.get(chain.poste as `poste_${string}`);
          const name = owner ? names?.of(owner) : undefined;
          return {
            ...chain,
            poste: chain.poste as `poste_${string}`,
            faults: [...chain.faults],
            ...(name === undefined ? {} : { owner: name }),
          };
        }),
        waiting: deps.traced().waiting,
        readable: keyring.has('traces'),
      };
    },

    async csv(actor, filter, words) {
      demand(actor, 'traces.read');
      await deps.flushTraces();
      const { entries } = read(filter);
      const names = await namesFor(actor);
      platform.tracer.trace(actor, 'trace.export', [`+${String(entries.length)}`]);
      const word = (code: string): string => words[code] ?? code;
      const called = (id: string): string => names?.of(id) ?? word(id);
      const row = (cells: readonly string[]): string => `${cells.map(csvCell).join(';')}\r\n`;
      function* rows(): Generator<string> {
        yield `\ufeff${row(['at', 'computer', 'n', 'who', 'whoId', 'action', 'about', 'aboutId'].map(word))}`;
        for (const { at, poste, n, by, do: action, on } of entries)
          yield row([
            at,
            poste,
            String(n),
            called(by),
            by,
            word(action),
            on.map(called).join(', '),
            on.join(' '),
          ]);
      }
      return {
        name: `traces-${localDate(platform.clock(), deps.timeZone())}.csv`,
        open: () => Readable.from(rows()),
      };
    },
  };
}
