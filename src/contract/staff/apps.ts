import * as v from 'valibot';
import { APP_MODES, PACKAGE_NAME } from '../../domain/device/apps';
import { done, id, instantSchema, line, nothing, subject } from '../define';
import { seatKeySchema } from './classroom';
import { causeSchema, whySchema } from './connectors';

/** Never put in a shell unquoted, and nothing else than a package name to begin with. */
const app = v.pipe(v.string(), v.regex(PACKAGE_NAME));
const apps = v.pipe(v.array(app), v.maxLength(500));
/** Names of applications of computers. */
const programs = v.pipe(v.array(line(60)), v.maxLength(500));
const mode = v.picklist(APP_MODES);
/** Of 255: dark enough to read by, bright enough for a classroom in June. */
const brightness = v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(255));
export const FOLDERS_OF_TABLETS = ['photos', 'films', 'sounds', 'documents', 'downloads'] as const;
const folders = v.pipe(v.array(v.picklist(FOLDERS_OF_TABLETS)), v.minLength(1), v.maxLength(5));

/** Why a device that answers cannot be limited; besides the connectors' own. */
export const APPS_WHYS = [
  ...whySchema.options,
  /** A browser holds neither applications nor files: a tablet's, a computer's. */
  'browser-tablet',
  'browser-computer',
  /** Seen by Veyon or VNC only. */
  'reached',
  /** The lesson does not let it run. */
  'resting',
  'still-open',
  /** The computer does not answer its own page. */
  'failed',
] as const;
const failure = [
  v.object({ state: v.literal('impossible'), why: v.picklist(APPS_WHYS) }),
  v.object({ state: v.literal('no-answer'), since: instantSchema, cause: causeSchema }),
] as const;
const outcome = v.variant('state', [v.object({ state: v.literal('done') }), ...failure]);
export type AppsOutcome = v.InferOutput<typeof outcome>;

/** What came of the lesson's wishes on one device. */
const settled = v.variant('state', [
  v.object({
    state: v.literal('done'),
    /** What may not run there now: packages of a tablet, names on a computer. */
    asleep: v.array(v.string()),
    /** Android lets nobody put these to sleep from outside. */
    refused: v.array(v.string()),
    /** Open on that computer until now. */
    closed: v.optional(v.array(v.string())),
    proxy: v.optional(v.boolean()),
    brightness: v.optional(v.boolean()),
  }),
  ...failure,
]);
const deviceSchema = v.object({
  device: seatKeySchema,
  label: v.string(),
  /** An Android tablet by adb, a computer in pupil mode, or nothing that can be held. */
  kind: v.picklist(['tablet', 'computer', 'browser']),
  /** Answers now. */
  here: v.boolean(),
  /** Being settled now. */
  working: v.boolean(),
  result: v.optional(settled),
  /** Files to a key or into the computer (CARMO #9.10); absent while they are free. */
  copy: v.optional(outcome),
});
export type LessonDevice = v.InferOutput<typeof deviceSchema>;

const copy = v.picklist(['free', 'blocked']);
export const appsStateSchema = v.object({
  mode,
  apps: v.array(v.string()),
  /** The same for computers in pupil mode, by name. */
  programs: v.array(v.string()),
  copy,
  brightness: v.optional(v.number()),
  /** Their Internet goes by the filter of this lesson. */
  filtered: v.boolean(),
  devices: v.array(deviceSchema),
});
export type AppsState = v.InferOutput<typeof appsStateSchema>;
const outcomes = v.array(v.object({ device: seatKeySchema, label: v.string(), outcome }));
const tabletOutcome = v.variant('state', [
  v.object({ state: v.literal('done') }),
  v.object({ state: v.literal('impossible'), why: whySchema }),
  failure[1],
]);

const fetchStep = v.variant('step', [
  v.object({ step: v.picklist(['waiting', 'looking']) }),
  v.object({ step: v.literal('fetching'), bytes: v.number(), total: v.number() }),
  v.object({
    step: v.literal('done'),
    files: v.number(),
    /** Not taken: of another kind than a class hands in, or too large. */
    refused: v.number(),
    /** There were more than one piece of work takes. */
    more: v.number(),
  }),
  v.object({ step: v.literal('impossible'), why: whySchema }),
  v.object({ step: v.literal('no-answer'), since: instantSchema, cause: causeSchema }),
]);
export type FetchStep = v.InferOutput<typeof fetchStep>;
export const fetchRunSchema = v.object({
  startedAt: instantSchema,
  finished: v.boolean(),
  tablets: v.array(v.object({ device: id('device'), label: v.string(), step: fetchStep })),
});
export type FetchRun = v.InferOutput<typeof fetchRunSchema>;

/**
 * Applications and files of the lesson's devices: Android tablets that adb reaches (docs/drivers/android.md), computers in pupil mode
 * (docs/pupil-mode.md); of the others it is said that they cannot (CARMO #9.6, #9.10, #9.17).
 */
export const appsSubject = subject({
  requests: {
    state: { input: nothing, reply: appsStateSchema },
    /** What the devices of this lesson have, one line for each name. */
    look: {
      input: nothing,
      reply: v.object({
        apps: v.array(
          v.object({
            name: v.string(),
            apps: v.array(v.string()),
            program: v.optional(v.string()),
            tablets: v.number(),
            computers: v.number(),
          }),
        ),
        silent: v.number(),
      }),
    },
    /** Until the lesson ends; answers at once, what came of it comes as `changed`. */
    set: {
      input: v.strictObject({ mode, apps, programs, copy, brightness: v.optional(brightness) }),
      reply: appsStateSchema,
    },
    /** Opened or closed on every device of the lesson that has it. */
    run: {
      input: v.strictObject({
        do: v.picklist(['start', 'stop']),
        apps: v.pipe(v.array(app), v.maxLength(20)),
        program: v.optional(line(60)),
      }),
      reply: v.object({ outcomes }),
    },
    /** Files made since the lesson began become work handed in, unfinished. */
    fetch: {
      input: v.strictObject({ folders, item: v.optional(id('item')) }),
      reply: fetchRunSchema,
    },
    fetched: { input: nothing, reply: v.object({ run: v.optional(fetchRunSchema) }) },
    /** What would go: made since the lesson began. */
    leftovers: {
      input: v.strictObject({ folders }),
      reply: v.object({
        tablets: v.array(
          v.object({ device: id('device'), label: v.string(), files: v.number(), bytes: v.number() }),
        ),
        silent: v.number(),
      }),
    },
    /** It goes. `browsers`: the data of other browsers than the one the class is in, sessions with them. */
    clean: {
      input: v.strictObject({ folders, browsers: v.boolean() }),
      reply: v.object({
        outcomes: v.array(v.object({ device: id('device'), label: v.string(), outcome: tabletOutcome })),
      }),
    },
    stopFetch: { input: nothing, reply: done },
  },
  events: { changed: appsStateSchema, fetched: fetchRunSchema },
});
