/** The boxes that speak of charge: charging hubs, USB hubs, power strips. A part of the subject `cart`. */
import * as v from 'valibot';
import { isNearAddress, isSerialPath, isUsbPath } from '../../domain/cart/hub-link';
import { done, id, nothing } from '../define';

const near = v.pipe(v.string(), v.maxLength(64), v.check(isNearAddress, 'near address'));
const networkPort = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const usbId = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff));
const firstBay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(30));

export const hubLinkSchema = v.variant('kind', [
  v.strictObject({
    kind: v.literal('serial'),
    path: v.pipe(v.string(), v.maxLength(128), v.check(isSerialPath, 'serial path')),
  }),
  v.strictObject({ kind: v.literal('tcp'), host: near, port: networkPort }),
  v.strictObject({
    kind: v.literal('usb'),
    path: v.pipe(v.string(), v.check(isUsbPath, 'USB path')),
    vendorId: usbId,
    productId: usbId,
    serial: v.optional(v.pipe(v.string(), v.maxLength(80))),
  }),
  v.strictObject({
    kind: v.literal('snmp'),
    host: near,
    port: networkPort,
    version: v.picklist(['2c', '3']),
  }),
]);

/** What opens a strip. It goes to the computer that reads it and never comes back. */
const secretSchema = v.variant('version', [
  v.strictObject({
    version: v.literal('2c'),
    community: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  }),
  v.strictObject({
    version: v.literal('3'),
    user: v.pipe(v.string(), v.minLength(1), v.maxLength(32)),
    /** RFC 3414: eight characters at least. */
    authKey: v.pipe(v.string(), v.minLength(8), v.maxLength(64)),
    privKey: v.pipe(v.string(), v.minLength(8), v.maxLength(64)),
    protection: v.picklist(['sha256Aes', 'shaAes', 'md5Des']),
  }),
]);
export { secretSchema as stripSecretSchema };

const switching = v.picklist(['perPort', 'ganged', 'none']);

export const hubSchema = v.object({
  id: id('hub'),
  link: hubLinkSchema,
  /** Null: what it feeds are no places of the cart (a hub, a Wi-Fi point). */
  firstBay: v.nullable(firstBay),
  /** True when it is plugged into this computer; otherwise another computer of the school reads it. */
  here: v.boolean(),
  status: v.picklist(['connecting', 'answering', 'silent', 'lost', 'boot', 'stopped']),
  since: v.string(),
  /** `ENOENT`, `closed`, `timeout`, `wrongKey`…: chooses the gesture, and is for the details a technician opens. */
  why: v.optional(v.string()),
  hardware: v.optional(v.string()),
  alerts: v.array(
    v.picklist(['underVoltage', 'overVoltage', 'overTemperature', 'overCurrent', 'hubError', 'onBattery']),
  ),
  /** Ports that ever answered here. */
  ports: v.number(),
  /** How its ports can be switched by this computer. */
  switching,
  /** « Redémarrer la borne » can be offered here. */
  restartable: v.boolean(),
});
export type HubView = v.InferOutput<typeof hubSchema>;

/** What was plugged into this computer and could be a box of the cart. */
const foundSchema = v.object({
  link: hubLinkSchema,
  /** As it calls itself. */
  label: v.string(),
  /** Places of this computer (`/dev/ttyUSB0`, `1-1.3`), for two boxes that call themselves the same. */
  at: v.string(),
  /** It looks like a charging hub's line, or is a hub by its class. */
  likely: v.boolean(),
});
export type FoundHub = v.InferOutput<typeof foundSchema>;

export const hubRequests = {
  findHubs: {
    input: nothing,
    reply: v.object({
      found: v.array(foundSchema),
      /** Why USB hubs cannot be looked for here: `NO_USB`, or libusb's code. */
      usbTrouble: v.optional(v.string()),
    }),
  },
  /** Tries a link without keeping it: « 15 places répondent ». Takes up to some seconds. */
  tryHub: {
    input: v.strictObject({ link: hubLinkSchema, secret: v.optional(secretSchema) }),
    reply: v.object({
      answers: v.boolean(),
      why: v.optional(v.string()),
      hardware: v.optional(v.string()),
      /** Ports that answered. */
      ports: v.number(),
      switching,
    }),
  },
  /** The same link twice is one hub. */
  addHub: {
    input: v.strictObject({
      cart: id('cart'),
      link: hubLinkSchema,
      firstBay: v.nullable(firstBay),
      secret: v.optional(secretSchema),
    }),
    reply: v.object({ hub: id('hub') }),
  },
  removeHub: { input: v.strictObject({ hub: id('hub') }), reply: done },
  /** A person's click on the computer that reads it: about 6 s without news, then every port is on. */
  restartHub: {
    input: v.strictObject({ hub: id('hub') }),
    reply: v.object({
      outcome: v.picklist(['done', 'refused', 'impossible', 'silent']),
      code: v.optional(v.string()),
    }),
  },
} as const;
