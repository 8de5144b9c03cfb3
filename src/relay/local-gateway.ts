import { openGateway } from '../../sync-server/open-gateway';
import { readSettings } from '../../sync-server/settings';
import type { Id } from '../domain/id';
import type { Disposable, Logger } from '../main/capability';
import type { KeyShelf } from '../main/postes/lan-server';
import { enrolAtCommune } from '../main/sync/enrol';
import type { StateFile } from '../main/sync/state-file';

/**
 * The gateway's engine on this computer, over the commune's CouchDB (DESIGN 4). It wants the revision keys of open audiences while
 * this relay exchanges with it.
 */
export interface LocalGateway extends Disposable, KeyShelf {
  /** Makes the school known to it, and the relay's runs go to it, unless the head has named a commune. Again is harmless. */
  enrol(school: {
    readonly uai: string | undefined;
    readonly school: Id<'school'>;
    readonly headKeys: readonly string[];
    readonly state: StateFile;
  }): Promise<void>;
}

/**
 * Where a commune has a CouchDB and nothing else, the relay runs the gateway beside itself, on loopback: what it says there
 * is what it would say to the town hall's. Documents and parcels, no files.
 * @throws WrongSetting for settings that are none (docs/gateway.md)
 */
export async function openLocalGateway(env: NodeJS.ProcessEnv, log: Logger): Promise<LocalGateway> {
  const settings = readSettings({ ...env, HOST: '127.0.0.1', PORT: '0' });
  const { gateway, close } = await openGateway(settings, (code) => log.warn('relay.gateway', { code }));
  let enrolled: string | undefined;
  let held: readonly string[] | undefined;

  /** Read anew each time: a CouchDB that was put back has other keys, or none. */
  async function look(): Promise<void> {
    held = enrolled === undefined ? undefined : await gateway.keys.held(enrolled);
  }
  return {
    get held() {
      return held;
    },
    async keep(keys) {
      if (enrolled === undefined) return;
      await gateway.keys.keep(enrolled, keys);
      await look();
    },
    async enrol({ uai, school, headKeys, state }) {
      if (!uai) return;
      const name = uai.toLowerCase();
      const url = `${gateway.url}/v0/schools/${name}`;
      const commune = state.get().commune?.url;
      // The head's word goes first; an address of before on this computer had another port.
      const elsewhere = commune !== undefined && new URL(commune).hostname !== '127.0.0.1';
      const known = commune === url && (await gateway.keys.held(name)) !== undefined;
      if (!elsewhere && !known) {
        // A school is made known by one key; other heads' are signed by it. Which one that was, another relay may have chosen.
        const code = gateway.enrolmentCode(name);
        const asked = headKeys.map((headKey) => () => enrolAtCommune({ url, school, headKey, code }));
        await firstThatWorks(asked);
        await state.change({ commune: { url, uai: name } });
      }
      enrolled = elsewhere ? undefined : name;
      await look();
    },
    close,
  };
}

async function firstThatWorks([one, ...others]: readonly (() => Promise<unknown>)[]): Promise<void> {
  try {
    await one?.();
  } catch (error) {
    if (others.length === 0) throw error;
    await firstThatWorks(others);
  }
}
