import * as v from 'valibot';
import { done, id, instantSchema, line, nothing, subject } from '../define';

export const reachBySchema = v.picklist(['veyon', 'rfb']);
/** A name or an IPv4 address; no port, no scheme. */
const host = v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,118}[A-Za-z0-9])?$/));
const port = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));
const mac = v.pipe(
  v.string(),
  v.trim(),
  v.regex(/^[0-9A-Fa-f]{2}([:-]?[0-9A-Fa-f]{2}){5}$/),
  v.transform((text) => text.replace(/[:-]/g, '').toLowerCase()),
);
const ipv4 = v.pipe(v.string(), v.trim(), v.ipv4());
const devices = v.pipe(v.array(id('device')), v.minLength(1), v.maxLength(45));

export const causeSchema = v.picklist([
  'unreachable',
  'refused',
  'hanging',
  'cut',
  'unknown-name',
  'unauthorised',
  'no-permission',
  'maintenance',
  'needs-cable',
  'twin',
]);
export const whySchema = v.picklist([
  'not-supported',
  'key-refused',
  'no-key',
  'broken',
  'too-large',
  'unreachable',
  'not-allowed',
  'no-such-app',
  'no-page',
]);
/** What became of a command on one device. */
export const outcomeSchema = v.variant('state', [
  v.object({ state: v.literal('done') }),
  /** It was told, and its picture does not show it. */
  v.object({ state: v.literal('asked') }),
  v.object({ state: v.literal('impossible'), why: whySchema }),
  v.object({ state: v.literal('no-answer'), since: instantSchema, cause: causeSchema }),
]);
export type ConnectorOutcome = v.InferOutput<typeof outcomeSchema>;

export const abilitySchema = v.picklist([
  'screen',
  'lock',
  'message',
  'open-page',
  'open-file',
  'start-app',
  'stop-app',
  'demo',
  'power',
  'wake',
  'proxy',
  'clean',
  'help',
]);

const commandSchema = v.variant('do', [
  v.strictObject({ do: v.literal('message'), text: line(400) }),
  v.strictObject({
    do: v.literal('open-page'),
    url: v.pipe(v.string(), v.maxLength(2_000), v.regex(/^https?:\/\//i)),
  }),
  v.strictObject({ do: v.literal('start-app'), program: line(300) }),
  v.strictObject({ do: v.literal('stop-app'), program: line(300) }),
  /** The screen of `from` on the others; without it, every demonstration ends. */
  v.strictObject({
    do: v.literal('demo'),
    from: v.optional(id('device')),
    window: v.optional(v.boolean()),
  }),
  v.strictObject({ do: v.literal('power'), how: v.picklist(['off', 'reboot']) }),
  v.strictObject({ do: v.literal('wake') }),
]);

export const stationSchema = v.object({
  device: id('device'),
  label: v.string(),
  by: v.picklist(['veyon', 'rfb', 'adb']),
  cart: v.optional(id('cart')),
  abilities: v.array(abilitySchema),
  /** Takes part in the lesson that runs here. */
  inLesson: v.boolean(),
});
export type Station = v.InferOutput<typeof stationSchema>;

/** Computers reached without a browser of ours: Veyon's service, VNC servers (docs/drivers/veyon.md, rfb.md). */
export const connectorsSubject = subject({
  requests: {
    /** Whether the school's Veyon key is here; the key itself is never shown again. */
    state: {
      input: nothing,
      reply: v.object({ key: v.optional(v.object({ name: v.string() })) }),
    },
    /** The private key a technician exported from Veyon (PEM, RSA), once for the school. */
    importKey: {
      input: v.strictObject({
        name: v.pipe(v.string(), v.trim(), v.regex(/^[A-Za-z0-9]{1,60}$/)),
        pem: v.pipe(v.string(), v.maxLength(16_384)),
      }),
      reply: done,
    },
    /** Is somebody there, and would it let us in? One cause where not. */
    test: {
      input: v.strictObject({
        by: reachBySchema,
        host,
        port: v.optional(port),
        password: v.optional(v.pipe(v.string(), v.maxLength(64))),
      }),
      reply: v.object({ outcome: outcomeSchema, name: v.optional(v.string()) }),
    },
    add: {
      input: v.strictObject({
        label: line(40),
        by: reachBySchema,
        host,
        port: v.optional(port),
        mac: v.optional(mac),
        password: v.optional(v.pipe(v.string(), v.maxLength(64))),
      }),
      reply: v.object({ device: id('device') }),
    },
    /** Somewhere else now. */
    move: {
      input: v.strictObject({
        device: id('device'),
        host,
        port: v.optional(port),
        mac: v.optional(mac),
        password: v.optional(v.pipe(v.string(), v.maxLength(64))),
      }),
      reply: done,
    },
    forget: { input: v.strictObject({ device: id('device') }), reply: done },
    /** Who answers between two addresses of a network of this computer's, 256 at most; nothing is added. */
    scan: {
      input: v.strictObject({ by: reachBySchema, from: ipv4, to: ipv4 }),
      reply: v.object({
        found: v.array(
          v.object({
            host: v.string(),
            name: v.optional(v.string()),
            mac: v.optional(v.string()),
            known: v.boolean(),
          }),
        ),
      }),
    },
    /** Those of the school, for the lesson's panel. */
    stations: { input: nothing, reply: v.object({ stations: v.array(stationSchema) }) },
    /** They take part in the lesson: a tile each. */
    call: { input: v.strictObject({ devices }), reply: done },
    dismiss: { input: v.strictObject({ devices }), reply: done },
    perform: {
      input: v.strictObject({ devices, command: commandSchema }),
      reply: v.object({ outcomes: v.array(v.object({ device: id('device'), outcome: outcomeSchema })) }),
    },
    /** A key (keysym of X11) or the pointer (thousandths of the screen), while the teacher helps. */
    help: {
      input: v.strictObject({
        device: id('device'),
        input: v.union([
          v.strictObject({
            key: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff)),
            down: v.boolean(),
          }),
          v.strictObject({
            x: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)),
            y: v.pipe(v.number(), v.minValue(0), v.maxValue(1_000)),
            buttons: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(31)),
          }),
        ]),
      }),
      reply: v.object({ outcome: outcomeSchema }),
    },
  },
  events: { changed: v.object({}) },
});
