import { startGateway, type Gateway } from './gateway';
import { localToken, type Settings } from './settings';
import { couchStore } from './store/couch-adapter';
import { embeddedStore } from './store/embedded-adapter';
import type { GatewayStore } from './store/shelf';

export const openStore = ({ store }: Settings): GatewayStore =>
  store.kind === 'couchdb' ? couchStore(store) : embeddedStore(store.folder);

/** The gateway of these settings, with its store. */
export async function openGateway(
  settings: Settings,
  onFailure: (code: string, path: string) => void,
): Promise<{ readonly gateway: Gateway; close(): Promise<void> }> {
  const store = openStore(settings);
  const adminToken =
    settings.adminToken ??
    (settings.store.kind === 'embedded' ? await localToken(settings.store.folder) : undefined);
  const gateway = await startGateway({
    store,
    port: settings.port,
    host: settings.host,
    files: settings.files,
    onFailure,
    ...(adminToken === undefined ? {} : { adminToken }),
  });
  return {
    gateway,
    async close() {
      await gateway.close();
      await store.close();
    },
  };
}
