import { Readable } from 'node:stream';
import type { inventorySubject } from '../../contract/staff/inventory';
import { localDate } from '../../domain/time';
import type { Platform, StaffHandlers } from '../capability';
import type { InventoryService } from './types';

export interface InventoryRouteDeps {
  readonly clock: Platform['clock'];
  /** The school's zone: the date in the file's name is that of its wall. */
  readonly timeZone: () => string;
  /** The binary door: gives the path where this window fetches a file. */
  readonly offer: (
    connection: string,
    file: { name: string; type: string; size: number; open: () => Readable },
  ) => string;
}

export const inventoryRoutes = (service: InventoryService, deps: InventoryRouteDeps) =>
  ({
    list: ({ actor }) => service.list(actor),
    history: ({ actor }, { of }) => ({ entries: service.history(actor, of) }),
    addDevice: ({ actor }, input) => service.addDevice(actor, input),
    editDevice: ({ actor }, input) => service.editDevice(actor, input),
    addAccessory: ({ actor }, input) => service.addAccessory(actor, input),
    editAccessory: ({ actor }, input) => service.editAccessory(actor, input),
    setState: async ({ actor }, { of, state, note }) => ({
      event: await service.setState(actor, of, state, note),
    }),
    pair: async ({ actor }, { accessory, device }) => ({
      event: await service.pair(actor, accessory, device),
    }),
    exportCsv: ({ actor, connection }) => {
      const bytes = Buffer.from(service.exportCsv(actor), 'utf8');
      const name = `inventaire-${localDate(deps.clock(), deps.timeZone())}.csv`;
      const open = () => Readable.from([bytes]);
      return {
        download: deps.offer(connection, { name, type: 'text/csv; charset=utf-8', size: bytes.length, open }),
      };
    },
  }) satisfies StaffHandlers<typeof inventorySubject>;
