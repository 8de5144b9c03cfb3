import * as v from 'valibot';
import { APP_MODES, PACKAGE_NAME } from '../../domain/device/apps';
import { done, id, instantSchema, nothing, subject } from '../define';
import { causeSchema, whySchema } from './connectors';

/** Never put in a shell unquoted, and nothing else than a package name to begin with. */
const app = v.pipe(v.string(), v.regex(PACKAGE_NAME));
const apps = v.pipe(v.array(app), v.maxLength(500));
const mode = v.picklist(APP_MODES);
/** Of 255: dark enough to read by, bright enough for a classroom in June. */
const brightness = v.pipe(v.number(), v.integer(), v.minValue(10), v.maxValue(255));
export const FOLDERS_OF_TABLETS = ['photos', 'films', 'sounds', 'documents', 'downloads'] as const;
const folders = v.pipe(v.array(v.picklist(FOLDERS_OF_TABLETS)), v.minLength(1), v.maxLength(5));

const failure = [
  v.object({ state: v.literal('impossible'), why: whySchema }),
  v.object({ state: v.literal('no-answer'), since: instantSchema, cause: causeSchema }),
] as const;
const outcome = v.variant('state', [v.object({ state: v.literal('done') }), ...failure]);

/** What came of the lesson's wishes on one tablet. */
const settled = v.variant('state', [
  v.object({
    state: v.literal('done'),
    asleep: v.array(v.string()),
    /** Android lets nobody put these to sleep from outside. */
    refused: v.array(v.string()),
    proxy: v.optional(v.boolean()),
    brightness: v.optional(v.boolean()),
  }),
  ...failure,
]);
const tabletSchema = v.object({
  device: id('device'),
  label: v.string(),
  /** Answers by adb now. */
  here: v.boolean(),
  /** Being settled now. */
  working: v.boolean(),
  result: v.optional(settled),
});
export type LessonTablet = v.InferOutput<typeof tabletSchema>;

export const appsStateSchema = v.object({
  mode,
  apps: v.array(v.string()),
  brightness: v.optional(v.number()),
  /** Their Internet goes by the filter of this lesson. */
  filtered: v.boolean(),
  tablets: v.array(tabletSchema),
});
export type AppsState = v.InferOutput<typeof appsStateSchema>;

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

/** Applications and files of the lesson's Android tablets that adb reaches (CARMO #9.6, #9.17; docs/drivers/android.md). */
export const appsSubject = subject({
  requests: {
    state: { input: nothing, reply: appsStateSchema },
    /** What the tablets of this lesson have on their home screens. */
    look: {
      input: nothing,
      reply: v.object({
        apps: v.array(v.object({ app: v.string(), name: v.optional(v.string()), on: v.number() })),
        silent: v.number(),
      }),
    },
    /** Until the lesson ends; answers at once, what came of it comes as `changed`. */
    set: {
      input: v.strictObject({ mode, apps, brightness: v.optional(brightness) }),
      reply: appsStateSchema,
    },
    /** Opened or closed on every tablet of the lesson. */
    run: {
      input: v.strictObject({ do: v.picklist(['start', 'stop']), app }),
      reply: v.object({ outcomes: v.array(v.object({ device: id('device'), label: v.string(), outcome })) }),
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
      reply: v.object({ outcomes: v.array(v.object({ device: id('device'), label: v.string(), outcome })) }),
    },
    stopFetch: { input: nothing, reply: done },
  },
  events: { changed: appsStateSchema, fetched: fetchRunSchema },
});
