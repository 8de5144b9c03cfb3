import { idFrom, isId, type Id } from '../domain/id';
import { instant } from '../domain/time';
import type { ClockReading } from '../domain/years/horizon';
import type { RevisionRecord, Store } from '../store/port';
import type { Keyring } from '../store/port-keys';
import type { Platform } from './capability';
import type { Identity } from './postes/identity';
import { readHeadKey } from './postes/head-key';
import type { PosteReplica } from './sync/poste-replica';
import type { StateFile } from './sync/state-file';
import type { ExchangeFacts } from './years/ports';

/** What years ask of the exchange, answered from this poste's replica and its memory of the last runs. */
export function yearFacts(deps: {
  readonly platform: Platform;
  readonly store: Store;
  readonly keyring: Pick<Keyring, 'has'>;
  readonly mine: PosteReplica;
  readonly identity: Identity;
  readonly state: StateFile;
  readonly communeClock: () => ClockReading | undefined;
  readonly refreshGrants: () => Promise<void>;
}): ExchangeFacts {
  const { platform, store, mine, identity, state } = deps;
  const { replica, log } = mine;
  const { book } = replica;

  /** Changes made here, all of them: they are handed out in pages. */
  async function ownAfter(audience: string, seq: number): Promise<RevisionRecord[]> {
    const records: RevisionRecord[] = [];
    for (let from = seq; ;) {
      const page = await replica.parts.documents.ownChanges(audience, from);
      const last = page.at(-1);
      if (!last) return records;
      records.push(...page.map(({ record }) => record));
      from = last.seq;
    }
  }
  const postes: ExchangeFacts['postes'] = () => {
    const people = new Map<Id<'poste'>, Id<'staff'>>();
    for (const grant of book.all())
      if (grant.kind === 'poste' && grant.person !== null) people.set(grant.poste, grant.person);
    return [...people].flatMap(([poste, person]) => {
      const { audiences } = book.readable(poste);
      return audiences.size > 0 ? [{ poste, person, audiences }] : [];
    });
  };

  return {
    postes,
    ownAfter,
    isHead: () =>
      book.grantsOf(identity.poste).some((grant) => grant.roles.some(({ role }) => role === 'head')),
    heard: (poste) => {
      const run = state.get().postes[poste];
      return run?.outcome === 'done' ? run.at : undefined;
    },
    communeClock: deps.communeClock,
    unsent: async (audience) => (await ownAfter(audience, state.get().confirmed[audience] ?? 0)).length,
    isShared: (audience) =>
      state.get().commune !== undefined ||
      postes().some(({ poste, audiences }) => poste !== identity.poste && audiences.has(audience)),
    async held(audience) {
      const vector = (await replica.vectors(new Set([audience])))[audience] ?? {};
      return Object.fromEntries(Object.entries(vector).filter(([chain]) => isId(chain, 'poste')));
    },
    parcelAudiences: () => log.audiences(),
    forgetParcels: (audience) => log.forget(audience),
    async consolidate(audience) {
      if (!deps.keyring.has('direction')) return false;
      const head = readHeadKey(await store.open('direction'), (key) => book.isHeadKey(key));
      if (!head) return false;
      const parc = await store.open('parc');
      const statement = await replica.consolidate(audience, {
        id: idFrom('grant', platform.random(9)),
        issued: instant(platform.clock()),
        head,
        publish: async (statement) => {
          await parc.put(statement as never);
        },
      });
      return statement !== undefined;
    },
    refreshGrants: deps.refreshGrants,
  };
}
