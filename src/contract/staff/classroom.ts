import * as v from 'valibot';
import { done, id, instantSchema, line, nothing, sha256Schema, subject } from '../define';
import { activitySchema, attentionSchema, handInPartSchema, itemKindSchema } from '../pupil/lesson';
import { modeSchema } from '../pupil/join';
import { MAX_LOCK_CODE } from '../../domain/lesson/attention-code';
import { OUTCOME_WHYS } from '../../domain/lesson/model';

/** A device of the school, or a visitor of the plain page by its number. */
export const seatKeySchema = v.custom<`device_${string}` | `visitor-${number}`>(
  (value) => typeof value === 'string' && /^(device_[a-z2-7]{13}|visitor-[1-9]\d{0,3})$/.test(value),
  'seat',
);
export type SeatKeyView = v.InferOutput<typeof seatKeySchema>;
const seatsSchema = v.pipe(v.array(seatKeySchema), v.maxLength(60));
export const recipientsSchema = v.union([v.literal('all'), seatsSchema]);

const namedPupilSchema = v.object({ id: id('pupil'), name: v.string() });
const presenceSchema = v.picklist(['here', 'left', 'silent']);
const causeSchema = v.picklist(['page-hidden', 'page-closed', 'no-answer', 'line-cut', 'never-came']);

export const seatSchema = v.object({
  key: seatKeySchema,
  number: v.number(),
  label: v.string(),
  nickname: v.optional(v.string()),
  joined: v.boolean(),
  pupils: v.array(namedPupilSchema),
  waiting: v.array(namedPupilSchema),
  presence: presenceSchema,
  cause: v.optional(causeSchema),
  since: instantSchema,
  activity: v.optional(activitySchema),
  battery: v.optional(v.object({ percent: v.number(), charging: v.boolean(), at: instantSchema })),
  handUpAt: v.optional(instantSchema),
  /**
   * `left` and `silent` are said: on a plain browser the attention screen is a page a child can leave. `seen` is found in
   * the picture of the screen, `shown` is the device's word, `unseen` a word that the picture does not bear out.
   */
  attention: v.picklist(['free', 'asked', 'shown', 'unseen', 'seen', 'left', 'silent']),
  /** The browser can send its screen, and does. */
  canCapture: v.boolean(),
  /** A computer in pupil mode: the attention screen covers it, and a child does not leave it. */
  pupilMode: v.optional(v.boolean()),
  sharing: v.boolean(),
});
export type SeatView = v.InferOutput<typeof seatSchema>;

export const outcomeSchema = v.object({
  seat: seatKeySchema,
  state: v.picklist(['done', 'impossible', 'sending', 'no-answer']),
  why: v.optional(v.picklist(OUTCOME_WHYS)),
  since: instantSchema,
  cause: v.optional(causeSchema),
});
export const sentItemSchema = v.object({
  id: id('item'),
  title: v.string(),
  kind: itemKindSchema,
  /** `page`: its address, to be shown as a QR code. */
  url: v.optional(v.string()),
  answer: v.boolean(),
  sentAt: instantSchema,
  closedAt: v.optional(instantSchema),
  outcomes: v.array(outcomeSchema),
});
/** Something asked of devices besides showing it; in words: `<kind>.command`. */
export const commandSchema = v.object({
  kind: v.string(),
  askedAt: instantSchema,
  outcomes: v.array(outcomeSchema),
});
export type CommandView = v.InferOutput<typeof commandSchema>;
export type SentItemView = v.InferOutput<typeof sentItemSchema>;

export const lessonViewSchema = v.object({
  id: id('lesson'),
  class: v.optional(id('class')),
  cart: v.optional(id('cart')),
  mode: modeSchema,
  title: v.string(),
  pictureCode: v.boolean(),
  openedAt: instantSchema,
  attention: attentionSchema,
  seats: v.array(seatSchema),
  /** « Récréation »: since when, and when everybody is signed out. */
  recess: v.optional(v.object({ since: instantSchema, until: instantSchema })),
  items: v.array(sentItemSchema),
  commands: v.array(commandSchema),
  /** Pupils of the class who are on no device. */
  missing: v.array(namedPupilSchema),
  /** The host's clock when this was derived. */
  now: instantSchema,
});
export type LessonView = v.InferOutput<typeof lessonViewSchema>;

export const handInSummarySchema = v.object({
  id: id('handin'),
  lesson: id('lesson'),
  item: id('item'),
  title: v.string(),
  /** First names of those who shared, or the device's label in a lesson without names. */
  authors: v.array(v.string()),
  version: v.number(),
  receivedAt: instantSchema,
  parts: v.array(v.picklist(['text', 'drawing', 'file'])),
  /** Came after the item was collected. */
  late: v.optional(v.boolean()),
  /** Taken as it stood. */
  unfinished: v.optional(v.boolean()),
  /** Who asks has opened it. */
  seen: v.optional(v.boolean()),
  /** Given back with comments, to be done again or not. */
  returned: v.optional(v.picklist(['given', 'again'])),
});
export type HandInSummary = v.InferOutput<typeof handInSummarySchema>;

/** Files of a hand-in and of its item, as paths at the loopback door. */
const fileViewSchema = v.object({
  name: v.string(),
  type: v.string(),
  size: v.number(),
  sha256: sha256Schema,
  path: v.string(),
});

export const joinInfoSchema = v.object({
  /** The pupil app for enrolled devices, by address (tablets) and by name where it is announced. */
  url: v.string(),
  namedUrl: v.optional(v.string()),
  /** The plain page: visitors, and the steps to trust the school. */
  plainUrl: v.string(),
  /** Rotating code, and when it changes. */
  code: v.string(),
  changesAt: instantSchema,
});

/** Children who can be recognised in a photo or a film: asked for each, empty where nobody is. */
const shows = v.optional(v.pipe(v.array(id('pupil')), v.maxLength(60)));
const title = line(120);
const reason = line(120);

/** Somebody else's lesson on this poste. */
const otherLessonSchema = v.object({
  since: instantSchema,
  /** On which somebody takes part now. */
  devices: v.number(),
  /** Who opened it sits at no window here any more: `closeForgotten` ends it. */
  forgotten: v.boolean(),
});
export type OtherLesson = v.InferOutput<typeof otherLessonSchema>;

/** The lesson on this poste, for the teacher who opened it. */
export const classroomSubject = subject({
  requests: {
    /** `busy`: somebody else's lesson runs here; nothing of it is told but what `other` says. */
    state: {
      input: nothing,
      reply: v.object({
        lesson: v.optional(lessonViewSchema),
        busy: v.boolean(),
        other: v.optional(otherLessonSchema),
        doorUp: v.boolean(),
      }),
    },
    open: {
      input: v.strictObject({
        class: v.optional(id('class')),
        /** Its pupils take part; the lesson lies with the class. */
        group: v.optional(id('group')),
        cart: v.optional(id('cart')),
        mode: modeSchema,
        title: v.optional(title),
        pictureCode: v.optional(v.boolean()),
      }),
      reply: lessonViewSchema,
    },
    close: { input: nothing, reply: done },
    /** Ends somebody else's lesson, where `other` says that it is forgotten. */
    closeForgotten: { input: nothing, reply: done },
    joinInfo: { input: nothing, reply: joinInfoSchema },
    attention: {
      input: v.strictObject({
        on: v.boolean(),
        reason: v.optional(reason),
        minutes: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60))),
        to: v.optional(recipientsSchema),
      }),
      reply: attentionSchema,
    },
    /** What this window reads in a tile while screens are locked; without `code`, the picture shows none. */
    attentionSeen: {
      input: v.strictObject({
        seat: seatKeySchema,
        code: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_LOCK_CODE))),
      }),
      reply: done,
    },
    /** Once more, to those who do not have it. */
    resend: {
      input: v.strictObject({ what: v.union([id('item'), v.picklist(['attention', 'recess', 'clean'])]) }),
      reply: v.object({ asked: v.number() }),
    },
    sendPage: {
      input: v.strictObject({
        title,
        url: v.pipe(v.string(), v.maxLength(2000), v.url(), v.regex(/^https?:\/\//)),
        answer: v.boolean(),
        to: recipientsSchema,
      }),
      reply: v.object({ item: id('item') }),
    },
    /** A document or picture already put at the loopback door. */
    sendFile: {
      input: v.strictObject({
        title,
        upload: v.pipe(v.string(), v.maxLength(64)),
        answer: v.boolean(),
        to: recipientsSchema,
        shows,
      }),
      reply: v.object({ item: id('item') }),
    },
    /** What a file already put there is: a picture or a film asks one question before it leaves. */
    lookAtFile: {
      input: v.strictObject({ upload: v.pipe(v.string(), v.maxLength(64)) }),
      reply: v.object({ kind: itemKindSchema, asksWho: v.boolean() }),
    },
    /** Sent before in this class, newest first, each thing once. */
    sentBefore: {
      input: nothing,
      reply: v.object({
        items: v.array(
          v.object({
            id: id('item'),
            title: v.string(),
            kind: itemKindSchema,
            sentAt: instantSchema,
            answer: v.boolean(),
          }),
        ),
      }),
    },
    sendAgain: {
      input: v.strictObject({ item: id('item'), answer: v.boolean(), to: recipientsSchema }),
      reply: v.object({ item: id('item') }),
    },
    /** A photo or film that a pupil handed in, shown to others: the same question. */
    sendWork: {
      input: v.strictObject({
        id: id('handin'),
        upload: v.pipe(v.string(), v.maxLength(64)),
        title,
        to: recipientsSchema,
        shows,
      }),
      reply: v.object({ item: id('item') }),
    },
    /** « Ramasser » one thing: what comes after is late. */
    closeItem: { input: v.strictObject({ item: id('item') }), reply: done },
    /** Asks every device for what is there now, finished or not. */
    collect: {
      input: nothing,
      reply: v.object({
        /** Devices asked, and those that answered in time. */
        asked: v.number(),
        answered: v.number(),
        works: v.number(),
        silent: v.array(seatKeySchema),
      }),
    },
    answerSignIn: {
      input: v.strictObject({ seat: seatKeySchema, pupil: id('pupil'), accepted: v.boolean() }),
      reply: done,
    },
    lowerHand: { input: v.strictObject({ seat: seatKeySchema }), reply: done },
    /** Puts a pupil (or everybody) out of a device: « Ce n'est pas elle ». */
    putOut: { input: v.strictObject({ seat: seatKeySchema, pupil: v.optional(id('pupil')) }), reply: done },
    /** A name for a numbered device that only this screen knows; empty takes it away. */
    nickname: {
      input: v.strictObject({ seat: seatKeySchema, name: v.pipe(v.string(), v.trim(), v.maxLength(40)) }),
      reply: done,
    },
    /** Tiles on this window's screen now, with the width (CSS pixels) each is drawn at; all others stop streaming. */
    watch: {
      input: v.strictObject({
        tiles: v.pipe(
          v.array(
            v.strictObject({
              seat: seatKeySchema,
              width: v.pipe(v.number(), v.minValue(80), v.maxValue(1920)),
            }),
          ),
          v.maxLength(60),
        ),
      }),
      reply: done,
    },
    /** A tile's decoder lost the thread: the next frame must be whole. */
    keyFrame: { input: v.strictObject({ seat: seatKeySchema }), reply: done },
    handIns: {
      input: v.strictObject({ lesson: v.optional(id('lesson')), class: v.optional(id('class')) }),
      reply: v.object({ handIns: v.array(handInSummarySchema) }),
    },
    /** All that was handed in for one item, last versions, as one ZIP with names a person reads. */
    exportWork: {
      input: v.strictObject({ item: id('item'), class: v.optional(id('class')) }),
      reply: v.object({ path: v.string(), name: v.string(), works: v.number() }),
    },
    handIn: {
      input: v.strictObject({ id: id('handin'), class: v.optional(id('class')) }),
      reply: v.object({
        summary: handInSummarySchema,
        parts: v.array(handInPartSchema),
        /** By the upload a `file` part names. */
        files: v.record(v.string(), fileViewSchema),
        /** What was answered: its bytes, where it is a document or a picture. */
        item: v.optional(v.object({ kind: itemKindSchema, file: v.optional(fileViewSchema) })),
      }),
    },
  },
  events: {
    /** The whole lesson changed shape: opened, closed, item sent, attention. */
    changed: v.object({ lesson: v.optional(lessonViewSchema) }),
    /** Some tiles moved: gathered over a tenth of a second. */
    seats: v.object({
      lesson: id('lesson'),
      seats: v.array(seatSchema),
      commands: v.array(commandSchema),
      now: instantSchema,
    }),
    handedIn: handInSummarySchema,
  },
});
