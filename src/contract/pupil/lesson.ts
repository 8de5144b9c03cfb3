import * as v from 'valibot';
import { MAX_LOCK_CODE } from '../../domain/lesson/attention-code';
import { FILE_KINDS } from '../../domain/lesson/work-files';
import { done, id, instantSchema, line, nothing, sha256Schema, subject } from '../define';

/** `file`: the pupil app cannot show it; it is saved, and opened by whatever the device has. */
export const itemKindSchema = v.picklist(['page', ...FILE_KINDS]);

/** Something sent to the device: opened inside the pupil app. */
export const itemSchema = v.object({
  id: id('item'),
  title: v.string(),
  kind: itemKindSchema,
  /** `page`: the address to open. Others: the path of the bytes at this door, with its own ticket. */
  url: v.string(),
  size: v.optional(v.number()),
  sha256: v.optional(sha256Schema),
  /** What the bytes are: a browser says by it whether it can play them. */
  type: v.optional(v.string()),
  /** An answer is expected: « J'ai fini » is shown. */
  answer: v.boolean(),
  sentAt: instantSchema,
  /** Collected already: an answer is taken, and said to be late. */
  closed: v.optional(v.boolean()),
});
export type LessonItem = v.InferOutput<typeof itemSchema>;

export const attentionSchema = v.object({
  on: v.boolean(),
  reason: v.optional(v.string()),
  /** A lock always has an end (DESIGN 5). */
  until: v.optional(instantSchema),
  /** Drawn along the edge of the attention screen, so that a picture of it proves that it is there. */
  code: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LOCK_CODE))),
});
export type Attention = v.InferOutput<typeof attentionSchema>;

/** What the pupil app shows, as data: the normal tile of a tablet that cannot capture its screen. */
export const activitySchema = v.strictObject({
  screen: v.picklist(['home', 'item', 'homework', 'attention', 'join']),
  item: v.optional(id('item')),
  /** Page of a document, from 1. */
  page: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  pages: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))),
  /** Strokes and characters written on this item so far: shows that somebody is working. */
  strokes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6))),
  characters: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1e6))),
  done: v.optional(v.boolean()),
  /** The page is visible; false is sent at once when it is left (`visibilitychange`). */
  visible: v.boolean(),
});
export type Activity = v.InferOutput<typeof activitySchema>;

export const handInPartSchema = v.variant('kind', [
  v.strictObject({ kind: v.literal('text'), text: v.pipe(v.string(), v.maxLength(20_000)) }),
  /** Strokes over a page of the item: points as [x, y] in thousandths of the page's width and height. */
  v.strictObject({
    kind: v.literal('drawing'),
    page: v.pipe(v.number(), v.integer(), v.minValue(1)),
    strokes: v.pipe(
      v.array(
        v.strictObject({
          colour: v.picklist(['black', 'blue', 'red', 'green']),
          width: v.pipe(v.number(), v.minValue(0.5), v.maxValue(50)),
          points: v.pipe(v.array(v.tuple([v.number(), v.number()])), v.maxLength(5_000)),
        }),
      ),
      v.maxLength(2_000),
    ),
  }),
  /** Bytes already uploaded at the door under this ticket (photo, big drawing). */
  v.strictObject({ kind: v.literal('file'), upload: v.pipe(v.string(), v.maxLength(64)), name: line(120) }),
]);
export type HandInPart = v.InferOutput<typeof handInPartSchema>;

/** What a device may send with an answer: photos, voices, short films. The host looks at the bytes. */
export const UPLOAD_TYPES = [
  'image/png',
  'image/jpeg',
  'image/webp',
  'audio/webm',
  'audio/ogg',
  'audio/mp4',
  'video/webm',
  'video/mp4',
  'application/pdf',
] as const;

export const lessonSubject = subject({
  requests: {
    /** Everything this device must show now: asked after a sign-in, a reload, a lost line. */
    state: {
      input: nothing,
      reply: v.object({
        attention: attentionSchema,
        items: v.array(itemSchema),
        /** Last item sent: opened at once. */
        current: v.optional(id('item')),
        watched: v.boolean(),
        handUp: v.boolean(),
        /** Items already handed in, with the version last received. */
        handedIn: v.array(v.object({ item: id('item'), version: v.number() })),
      }),
    },
    activity: { input: activitySchema, reply: done },
    handUp: { input: v.strictObject({ up: v.boolean() }), reply: done },
    /** Percent 0 to 100, as the browser tells it. */
    battery: {
      input: v.strictObject({
        percent: v.pipe(v.number(), v.minValue(0), v.maxValue(100)),
        charging: v.boolean(),
      }),
      reply: done,
    },
    /** What became of something sent, as the device saw it. */
    outcome: {
      input: v.strictObject({
        item: id('item'),
        outcome: v.picklist(['done', 'impossible']),
        why: v.optional(v.picklist(['not-supported', 'unreachable', 'too-large', 'broken'])),
      }),
      reply: done,
    },
    /** The attention screen is really on the glass (not a flag set and forgotten). */
    attentionShown: { input: v.strictObject({ on: v.boolean() }), reply: done },
    /** Room for bytes: PUT them to the given path, from the offset told, in pieces of any size. */
    upload: {
      input: v.strictObject({
        upload: v.pipe(v.string(), v.regex(/^[a-z2-7]{13}$/)),
        size: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(50 * 1024 * 1024)),
        type: v.picklist(UPLOAD_TYPES),
      }),
      reply: v.object({ path: v.string(), offset: v.number() }),
    },
    /** « J'ai fini ». The id is made by the device, so that a retry after a cut is the same hand-in. */
    handIn: {
      input: v.strictObject({
        id: id('handin'),
        item: id('item'),
        pupils: v.pipe(v.array(id('pupil')), v.maxLength(3)),
        parts: v.pipe(v.array(handInPartSchema), v.minLength(1), v.maxLength(20)),
        /** As it stands: the teacher collects, or the child goes on another day. */
        unfinished: v.optional(v.boolean()),
      }),
      reply: v.object({ version: v.number(), receivedAt: instantSchema, late: v.optional(v.boolean()) }),
    },
    /** What was asked by `collect` is at the door: so many pieces of work, finished or not. */
    collected: {
      input: v.strictObject({
        collect: v.pipe(v.string(), v.maxLength(40)),
        works: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(200)),
      }),
      reply: done,
    },
    /** The browser can and may send its screen: the door answers which size and rate it wants. */
    shareScreen: {
      input: v.strictObject({ codec: v.pipe(v.string(), v.maxLength(20)), stop: v.optional(v.boolean()) }),
      reply: done,
    },
  },
  events: {
    attention: attentionSchema,
    item: itemSchema,
    /** That item was collected. */
    itemClosed: v.object({ item: id('item') }),
    /** Hand in everything that is begun here, as it stands, then say `collected` with the same word. */
    collect: v.object({ collect: v.string() }),
    /** Somebody looks at this screen: the banner shows (CARMO #9.18: nothing is recorded). */
    watched: v.object({ watched: v.boolean() }),
    /** How much screen is wanted: 0 updates a second pauses the stream; `key` asks for a key frame now. */
    streamWanted: v.object({ width: v.number(), perSecond: v.number(), kbit: v.number(), key: v.boolean() }),
    handLowered: v.object({}),
  },
});
