import { rm, writeFile } from 'node:fs/promises';
import { startGateway, type Gateway } from './gateway';
import { addressNote, localToken, type Settings } from './settings';
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
  const note = settings.store.kind === 'embedded' ? addressNote(settings.store.folder) : undefined;
  if (note !== undefined) await writeFile(note, `${gateway.url}\n`, { mode: 0o600 });
  return {
    gateway,
    async close() {
      // What a killed gateway leaves is an address where nobody answers.
      if (note !== undefined) await rm(note, { force: true });
      await gateway.close();
      await store.close();
    },
  };
}
