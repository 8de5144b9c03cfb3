import { readFile } from 'node:fs/promises';
import type { Agent } from 'node:https';
import { join } from 'node:path';
import * as v from 'valibot';
import type { Id } from '../../domain/id';
import { isSameNetwork, reachCause, type ReachCause } from '../../domain/network/reach';
import { idSchema, type GrantBook } from '../../exchange';
import { writeAtomically } from '../../store/atomic-file';
import type { Discovery } from './discovery';
import { probe, type KnownPeer, type LanAddress, type Probe } from './peer-probe';
import { PinnedAgent } from './pinned-agent';

/**
 * The postes of this network: those that announce themselves, and those that were met here before, at the address they
 * had. An address is a place to knock at and nothing more: whoever opens proves who it is, so that one that DHCP has
 * given away costs one look.
 */
export interface Neighbours {
  /** Postes of the school that answer right now, each once. */
  answering(): Promise<readonly KnownPeer[]>;
  /** TLS to that peer and nobody else; the same connections serve the next run. */
  tls(peer: KnownPeer): { readonly agent: Agent };
  /** Each poste of the school, and why it answers or not. */
  reach(): Promise<readonly PosteReach[]>;
  /** As the last look found them. */
  last(): readonly PosteReach[];
  close(): void;
}

export interface PosteReach {
  readonly poste: Id<'poste'>;
  readonly address?: LanAddress;
  readonly cause: ReachCause;
}

/** An IPv4 address of this computer, with its mask. */
export interface OwnAddress {
  readonly address: string;
  readonly netmask: string;
}

const metSchema = v.record(
  idSchema('poste'),
  v.strictObject({
    host: v.string(),
    port: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)),
  }),
);

/** Places knocked at in one look, those where a poste was met first: anybody may announce a thousand. */
const PLACES_MAX = 100;

export async function openNeighbours(deps: {
  readonly folder: string;
  readonly own: Id<'poste'>;
  readonly book: GrantBook;
  readonly discovery: Pick<Discovery, 'find'>;
  readonly addresses: () => readonly OwnAddress[];
  /** In milliseconds. */
  readonly timeoutMs?: number;
}): Promise<Neighbours> {
  const { book, own } = deps;
  const path = join(deps.folder, 'neighbours.json');
  // Losing it costs a look by mDNS.
  const parsed = v.safeParse(metSchema, parse(await readFile(path, 'utf8').catch(() => '{}')));
  let met: ReadonlyMap<string, LanAddress> = new Map(
    Object.entries(parsed.success ? parsed.output : {}).flatMap(([poste, at]) => (at ? [[poste, at]] : [])),
  );
  const agents = new Map<string, Agent>();

  async function remember(peers: readonly KnownPeer[]): Promise<void> {
    if (peers.every(({ poste, address }) => sameAddress(met.get(poste), address))) return;
    met = new Map([...met, ...peers.map(({ poste, address }) => [poste, address] as const)]);
    await writeAtomically(path, JSON.stringify(Object.fromEntries(met)));
  }

  interface Look {
    readonly announced: readonly LanAddress[];
    readonly probes: ReadonlyMap<string, Probe>;
  }
  let found: readonly PosteReach[] = [];
  async function look(): Promise<Look> {
    const announced = await deps.discovery.find();
    const places = new Map([...met.values(), ...announced].map((address) => [textOf(address), address]));
    const looked = [...places]
      .slice(0, PLACES_MAX)
      .map(async ([text, address]) => [text, await probe(address, book, deps.timeoutMs)] as const);
    const probes = new Map(await Promise.all(looked));
    await remember(peersIn(probes));
    found = causesOf({ announced, probes });
    return { announced, probes };
  }
  function peersIn(probes: ReadonlyMap<string, Probe>): KnownPeer[] {
    const peers = [...probes.values()].flatMap((seen) => ('peer' in seen ? [seen.peer] : []));
    return [...new Map(peers.map((peer) => [peer.poste, peer])).values()].filter(
      ({ poste }) => poste !== own,
    );
  }

  function causesOf({ announced, probes }: Look): readonly PosteReach[] {
    const answering = peersIn(probes);
    const here = deps.addresses();
    const shouting = new Set(announced.map(textOf));
    const postes = new Set(book.all().flatMap((grant) => (grant.kind === 'poste' ? [grant.poste] : [])));
    return [...postes]
      .filter((poste) => poste !== own && book.grantsOf(poste).length > 0)
      .map((poste) => {
        const address = met.get(poste);
        const seen = address && probes.get(textOf(address));
        const proven = answering.some((peer) => peer.poste === poste);
        const answer = seen && 'answer' in seen ? seen.answer : undefined;
        const cause = reachCause({
          announced: address !== undefined && shouting.has(textOf(address)),
          connection: seen?.connection,
          // Another poste of the school may have got the address since.
          answer: answer === 'proven' && !proven ? 'stranger' : answer,
          sameNetwork: address !== undefined && isSameNetwork(address.host, here),
          connected: here.length > 0,
          othersAnswer: answering.some((peer) => peer.poste !== poste),
          othersAnnounced: announced.length > 0,
        });
        return { poste, ...(address ? { address } : {}), cause };
      });
  }

  return {
    answering: async () => peersIn((await look()).probes),
    tls({ channel }) {
      const agent = agents.get(channel) ?? new PinnedAgent(channel);
      agents.set(channel, agent);
      return { agent };
    },
    reach: async () => causesOf(await look()),
    last: () => found,
    close() {
      for (const agent of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}

const textOf = ({ host, port }: LanAddress): string => `${host} ${port}`;
const sameAddress = (a: LanAddress | undefined, b: LanAddress): boolean =>
  a !== undefined && textOf(a) === textOf(b);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
