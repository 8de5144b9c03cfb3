/** What a tablet's own list of paired accessories says, or why it cannot be read. */
import { isPreauError } from '../../domain/errors';
import { sameSerial, type Device } from '../../domain/inventory/record';
import type { AccessoryStanding } from '../../domain/inventory/accessory';
import { findBonded, parseBonded } from './bonded-list';
import type { BondedLists, Reply } from './types';

type Read = Reply<'bonded'>;
type Why = Extract<Read, { state: 'unread' }>['why'];

export async function readBonded(
  tablets: BondedLists,
  device: Pick<Device, 'kind' | 'serial'>,
  accessory: AccessoryStanding | undefined,
): Promise<Read> {
  const unread = (why: Why): Read => ({ state: 'unread', why });
  if (device.kind !== 'tablet') return unread('notATablet');
  if (device.serial === undefined) return unread('noSerial');
  try {
    const tablet = (await tablets.tablets()).find((each) => sameSerial(each.serial, device.serial));
    if (!tablet) return unread('notPlugged');
    if (tablet.state === 'unauthorised') return unread('notAllowed');
    if (tablet.state !== 'ready') return unread('silent');
    const list = parseBonded(await tablets.bluetoothText(tablet.link));
    if (!list) return unread('notTold');
    const shown = list.map((each) => ({ ...each }));
    if (!accessory) return { state: 'read', list: shown, found: 'notAsked' };
    const names = [accessory.label, accessory.model ?? ''];
    return { state: 'read', list: shown, ...findBonded(list, { address: accessory.address, names }) };
  } catch (error) {
    return unread(isPreauError(error) && error.code === 'ADB_MISSING' ? 'noAdb' : 'silent');
  }
}
