import { isSealed, type Audience } from '../../domain/audience';
import { isPreauError } from '../../domain/errors';
import {
  canonicalBytes,
  digestOf,
  ExchangeRefused,
  makeCredential,
  type ExchangeAction,
  type KeysRequest,
  type Remote,
} from '../../exchange';
import { httpRemote, type RemoteAddress } from './http-remote';
import type { Peer, SyncDeps } from './service';

/** Keys in one request, as its schema has it; the rest goes with the next run. */
const KEYS_MAX = 400;

type Keys = KeysRequest['keys'];
type Address = Omit<RemoteAddress, 'signal' | 'meter'>;

/**
 * Open revisions are checked under revision keys: where documents of open audiences are unpacked (the commune's gateway, or a relay
 * beside which its engine runs), a head's poste hands them over. They check, and open nothing.
 */
export function createKeyGiving(deps: Pick<SyncDeps, 'mine' | 'identity' | 'state'> & { stallMs: number }) {
  const { mine, identity, state } = deps;

  /** All that are held here and not there, by name; of no poste but a head's. */
  function missing(isThere: (audience: Audience, key: string) => boolean): Keys {
    const isHeads = mine.replica.book
      .grantsOf(identity.poste)
      .some((grant) => grant.roles.some((role) => role.role === 'head'));
    if (!isHeads) return [];
    const keys = [...mine.audiences()].flatMap((audience) => {
      if (isSealed(audience)) return [];
      const newest = mine.replica.parts.secretsOf(audience);
      // What was written under a former key is checked under it, also by a commune that came later.
      return (newest ? [newest, ...(newest.former ?? [])] : [])
        .filter(({ keyId }) => !isThere(audience, keyId))
        .map(({ keyId, revisionKey }) => ({
          audience,
          key: keyId,
          revisionKey: revisionKey.toString('base64url'),
        }));
    });
    return keys.slice(0, KEYS_MAX);
  }

  /** @returns false where the line or the other side had no room for them now: they are offered again with the next run */
  async function give(address: Address, keys: Keys): Promise<boolean> {
    const remote = httpRemote({ ...address, signal: AbortSignal.timeout(deps.stallMs) });
    const body = canonicalBytes({ keys });
    const signedWith = (nonce: string) => {
      const request = { action: 'keys' as ExchangeAction, channel: address.channel, nonce, body };
      return makeCredential(identity.signer, identity.poste, request);
    };
    try {
      const nonce = state.get().nonces[address.channel] ?? (await askNonce(remote));
      if (nonce === undefined) return false;
      await remote.keys?.(body, signedWith(nonce)).catch(async (error: unknown) => {
        // The other side has restarted, or the last exchange was long ago.
        if (!(error instanceof ExchangeRefused) || error.nonce === undefined) throw error;
        await remote.keys?.(body, signedWith(error.nonce));
      });
      return true;
    } catch (error) {
      // What a line or the other side refuses is a state; anything else is a fault of ours.
      const isState = isPreauError(error) && ['NO_LINE', 'GATEWAY_REFUSED'].includes(error.code);
      if (!isState && !(error instanceof ExchangeRefused)) throw error;
      return false;
    }
  }

  async function askNonce(remote: Remote): Promise<string | undefined> {
    const reply = await remote.moved(canonicalBytes({ poste: identity.poste, digest: digestOf({}) }));
    return reply.same ? undefined : reply.nonce;
  }

  return {
    /** Which it has, this poste remembers: a line is not asked. */
    async toCommune(address: Address): Promise<void> {
      const nameOf = (audience: Audience, key: string): string => `${audience} ${key}`;
      const keys = missing((audience, key) => state.get().keysSent.includes(nameOf(audience, key)));
      if (keys.length === 0 || !(await give(address, keys))) return;
      const sent = keys.map(({ audience, key }) => nameOf(audience, key));
      await state.change({ keysSent: [...state.get().keysSent, ...sent] });
    },
    /** Which it has, a relay says each time: the commune's CouchDB may be another one than yesterday. */
    async toRelay({ carries, keysHeld, address }: Peer): Promise<void> {
      if (!carries || !keysHeld) return;
      const keys = missing((_audience, key) => keysHeld.includes(key));
      if (keys.length > 0) await give(address, keys);
    },
  };
}
