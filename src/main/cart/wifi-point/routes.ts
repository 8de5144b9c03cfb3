import type { wifiPointSubject } from '../../../contract/staff/wifi-point';
import type { StaffHandlers } from '../../capability';
import type { WifiPoints } from './types';

export const wifiPointRoutes = (points: WifiPoints) =>
  ({
    state: ({ actor }, { cart }) => points.state(actor, cart),
    set: async ({ actor }, order) => {
      await points.set(actor, order);
      return {};
    },
    remove: async ({ actor }, { point }) => {
      await points.remove(actor, point);
      return {};
    },
    on: ({ actor }, { point, use }) => points.on(actor, point, use),
    off: ({ actor }, { point, anyway }) => points.off(actor, point, anyway),
    said: ({ actor }, { point, on }) => points.said(actor, point, on),
    journal: ({ actor }, { point }) => points.journal(actor, point),
  }) satisfies StaffHandlers<typeof wifiPointSubject>;
