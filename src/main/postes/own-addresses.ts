import { networkInterfaces } from 'node:os';
import { isPrivate } from '../doors/lan/addresses';
import type { OwnAddress } from './neighbours';

/** Private IPv4 addresses of this computer with their masks: what « the same network » is told by. */
export const ownAddresses = (): OwnAddress[] =>
  Object.values(networkInterfaces())
    .flatMap((entries) => entries ?? [])
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && isPrivate(address))
    .map(({ address, netmask }) => ({ address, netmask }));
