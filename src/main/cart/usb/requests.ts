/** Hub class requests (USB 2.0, chapter 11.24; USB 3.2, chapter 10.16): the bytes of a hub and what they mean. */

/** One control transfer: bmRequestType, bRequest, wValue, wIndex; `length` bytes come back. */
export interface HubRequest {
  readonly type: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

const GET_STATUS = 0;
const CLEAR_FEATURE = 1;
const SET_FEATURE = 3;
const GET_DESCRIPTOR = 6;
const PORT_POWER = 8;
/** Class request to the hub itself, answered. */
const FROM_HUB = 0xa0;
/** Class request to a port ("other"), answered. */
const FROM_PORT = 0xa3;
const TO_PORT = 0x23;
const DESCRIPTOR = 0x29;
const SUPERSPEED_DESCRIPTOR = 0x2a;

/** The longest: 7 fixed bytes and two bit maps of 255 ports. */
const DESCRIPTOR_BYTES = 71;

export const readDescriptor = (superSpeed: boolean): HubRequest => ({
  type: FROM_HUB,
  request: GET_DESCRIPTOR,
  value: (superSpeed ? SUPERSPEED_DESCRIPTOR : DESCRIPTOR) << 8,
  index: 0,
  length: DESCRIPTOR_BYTES,
});

export const readPort = (port: number): HubRequest => ({
  type: FROM_PORT,
  request: GET_STATUS,
  value: 0,
  index: port,
  length: 4,
});

export const powerPort = (port: number, on: boolean): HubRequest => ({
  type: TO_PORT,
  request: on ? SET_FEATURE : CLEAR_FEATURE,
  value: PORT_POWER,
  index: port,
  length: 0,
});

export interface HubDescriptor {
  /** 1 to 255; a cart's hub has 4 to 30. */
  readonly ports: number;
  /** wHubCharacteristics bits 0 and 1: 00 all ports together, 01 each port, 1x no switching (USB 1.0). */
  readonly switching: 'perPort' | 'ganged' | 'none';
  readonly superSpeed: boolean;
}

/** Undefined for what is no hub descriptor. */
export function parseDescriptor(bytes: Uint8Array): HubDescriptor | undefined {
  const [length, type, ports, low, high] = bytes;
  if (length === undefined || ports === undefined || low === undefined || high === undefined)
    return undefined;
  if ((type !== DESCRIPTOR && type !== SUPERSPEED_DESCRIPTOR) || length < 7 || ports === 0) return undefined;
  const power = (low | (high << 8)) & 0b11;
  return {
    ports,
    switching: power === 0 ? 'ganged' : power === 1 ? 'perPort' : 'none',
    superSpeed: type === SUPERSPEED_DESCRIPTOR,
  };
}

export interface PortStatus {
  /** Something answers on the data lines; a cable that only charges is not seen. */
  readonly connected: boolean;
  readonly overCurrent: boolean;
  readonly powered: boolean;
}

/** wPortStatus; where the power bit stands depends on the speed of the hub (bit 8, or 9 for SuperSpeed). */
export function parsePort(bytes: Uint8Array, superSpeed: boolean): PortStatus | undefined {
  const [low, high] = bytes;
  if (bytes.length < 4 || low === undefined || high === undefined) return undefined;
  const status = low | (high << 8);
  return {
    connected: (status & 0x0001) !== 0,
    overCurrent: (status & 0x0008) !== 0,
    powered: (status & (superSpeed ? 0x0200 : 0x0100)) !== 0,
  };
}
