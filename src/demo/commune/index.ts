import { join } from 'node:path';
import { startGateway, type Gateway } from '../../../sync-server/gateway';
import { embeddedStore } from '../../../sync-server/store/embedded-adapter';

/** The town hall of the demonstration: the real gateway, on loopback, over an embedded store in the demonstration's folder. */
export interface DemoCommune {
  readonly url: string;
  /** What the real town hall would give on paper. */
  code(uai: string): string;
  /** Documents and parcels that arrived; for a test or a curious person. */
  readonly gateway: Gateway;
  close(): Promise<void>;
}

/** @param folder the demonstration's data folder; the commune's own data stands in `commune` under it */
export async function openDemoCommune(folder: string): Promise<DemoCommune> {
  const store = embeddedStore(join(folder, 'commune'));
  const gateway = await startGateway({ store, files: join(folder, 'commune-files'), port: 0 });
  return {
    url: gateway.url,
    code: (uai) => gateway.enrolmentCode(uai),
    gateway,
    async close() {
      await gateway.close();
      await store.close();
    },
  };
}
