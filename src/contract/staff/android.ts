import * as v from 'valibot';
import { PACKAGE_NAME } from '../../domain/device/apps';
import { done, id, instantSchema, nothing, subject } from '../define';
import { causeSchema, whySchema } from './connectors';

const MAX_TABLETS = 60;
/** How adb names a link: a serial number over USB, `address:port` over Wi-Fi. Never put in a shell. */
const link = v.pipe(v.string(), v.regex(/^[\w.:[\]-]{1,128}$/));
const run = v.pipe(v.string(), v.regex(/^[a-z2-7]{13}$/));
const upload = v.pipe(v.string(), v.maxLength(64));

const tabletSchema = v.object({
  link,
  kind: v.picklist(['usb', 'network']),
  /** Each but `ready` has a gesture to make. */
  state: v.picklist([
    'ready',
    'unauthorised',
    'offline',
    'noPermission',
    'maintenance',
    'connecting',
    'twin',
  ]),
  serial: v.optional(v.string()),
  model: v.optional(v.string()),
  /** The inventory's record with that serial number. */
  device: v.optional(id('device')),
  label: v.optional(v.string()),
  /** 0 to 100. */
  percent: v.optional(v.number()),
  /** Reached through the air before, and not now: a minute on the cable brings it back. */
  needsCable: v.optional(v.boolean()),
});
export type TabletView = v.InferOutput<typeof tabletSchema>;

/** Why a tablet says no, in words a person can act on (locale `android.refusal.*`). */
export const REFUSALS = [
  'noSpace',
  'otherSignature',
  'newerInstalled',
  'androidTooOld',
  'otherProcessor',
  'brokenPackage',
  'forbiddenHere',
  'other',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** Where an installation stands on one tablet; the last four are its outcome. */
const stepSchema = v.variant('step', [
  v.object({ step: v.literal('waiting') }),
  v.object({ step: v.literal('sending'), sentBytes: v.number(), totalBytes: v.number() }),
  v.object({ step: v.literal('installing') }),
  v.object({ step: v.literal('done') }),
  v.object({
    step: v.literal('refused'),
    reason: v.picklist(REFUSALS),
    /** The tablet's own code, for the technician; may be empty. */
    code: v.string(),
  }),
  v.object({
    step: v.literal('silent'),
    cause: v.picklist(['unplugged', 'unauthorised', 'offline', 'stalled']),
  }),
  v.object({ step: v.literal('cancelled') }),
]);
export type StepView = v.InferOutput<typeof stepSchema>;

const installRunSchema = v.object({
  run,
  /** The file's name, as chosen. */
  name: v.string(),
  bytes: v.number(),
  startedAt: v.string(),
  finished: v.boolean(),
  tablets: v.array(
    v.object({
      link,
      label: v.string(),
      step: stepSchema,
      /** Of the last step: since when it is so. */
      at: v.string(),
    }),
  ),
});
export type InstallRun = v.InferOutput<typeof installRunSchema>;

const serial = v.pipe(v.string(), v.regex(/^[\w.-]{1,64}$/));
const failure = [
  v.object({ state: v.literal('impossible'), why: whySchema }),
  v.object({ state: v.literal('no-answer'), since: instantSchema, cause: causeSchema }),
] as const;
/** What one tablet says of itself; each part is absent where it does not say. */
const aboutSchema = v.object({
  maker: v.optional(v.string()),
  model: v.optional(v.string()),
  android: v.optional(v.string()),
  securityPatch: v.optional(v.string()),
  battery: v.optional(
    v.object({
      percent: v.number(),
      state: v.picklist(['charging', 'discharging', 'idle', 'full', 'unknown']),
      health: v.picklist(['good', 'hot', 'dead', 'overVoltage', 'failing', 'cold', 'unknown']),
      celsius: v.optional(v.number()),
    }),
  ),
  /** Bytes. */
  storage: v.optional(v.object({ free: v.number(), total: v.number() })),
  /** Those somebody installed. */
  apps: v.array(
    v.object({ name: v.string(), usual: v.optional(v.string()), version: v.optional(v.string()) }),
  ),
});
export type TabletAbout = v.InferOutput<typeof aboutSchema>;
const saidSchema = v.variant('state', [v.object({ state: v.literal('done') }), ...failure]);
export type TabletSaid = v.InferOutput<typeof saidSchema>;

export const androidSubject = subject({
  requests: {
    /** @throws `ADB_MISSING` (`reason`: `notInstalled`, `doesNotStart`, `serverGone`) */
    tablets: { input: nothing, reply: v.object({ tablets: v.array(tabletSchema) }) },
    /** Looks at what was put at the binary door. @throws `PACKAGE_WRONG` (`reason`), `TOO_LARGE` */
    checkPackage: {
      input: v.strictObject({ upload }),
      reply: v.object({ name: v.string(), bytes: v.number() }),
    },
    /** Starts and answers at once; what follows comes as events. */
    install: {
      input: v.strictObject({
        upload,
        links: v.pipe(v.array(link), v.nonEmpty(), v.maxLength(MAX_TABLETS)),
      }),
      reply: installRunSchema,
    },
    /** Sends a file to each tablet's « Téléchargements »; a run like an installation. */
    sendFile: {
      input: v.strictObject({
        upload,
        links: v.pipe(v.array(link), v.nonEmpty(), v.maxLength(MAX_TABLETS)),
      }),
      reply: installRunSchema,
    },
    about: {
      input: v.strictObject({ serial }),
      reply: v.object({
        said: v.variant('state', [v.object({ state: v.literal('done'), about: aboutSchema }), ...failure]),
      }),
    },
    /** One application, on one tablet or many. */
    app: {
      input: v.strictObject({
        serials: v.pipe(v.array(serial), v.nonEmpty(), v.maxLength(MAX_TABLETS)),
        do: v.picklist(['start', 'stop', 'remove']),
        app: v.pipe(v.string(), v.regex(PACKAGE_NAME)),
      }),
      reply: v.object({ outcomes: v.array(v.object({ serial: v.string(), said: saidSchema })) }),
    },
    /** Whether tablets on the cable are told to listen through the Wi-Fi too, until they restart. */
    wifi: { input: nothing, reply: v.object({ wanted: v.boolean() }) },
    setWifi: { input: v.strictObject({ wanted: v.boolean() }), reply: done },
    /** Runs of this session of the poste, latest first: a window that opens finds them again. */
    runs: { input: nothing, reply: v.object({ runs: v.array(installRunSchema) }) },
    /** What is being sent stops; what is installed stays. */
    cancel: { input: v.strictObject({ run }), reply: done },
  },
  events: {
    step: v.object({ run, link, step: stepSchema, at: v.string() }),
    finished: v.object({ run }),
  },
});
