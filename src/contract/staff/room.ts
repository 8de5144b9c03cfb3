import * as v from 'valibot';
import {
  LAYOUTS,
  LEVELS,
  MAX_APART,
  MAX_GROUPS,
  MAX_WORKSHOPS,
  ROOM_HEIGHT,
  ROOM_WIDTH,
} from '../../domain/lesson/plan';
import { done, id, instantSchema, line, nothing, subject, text } from '../define';
import { modeSchema } from '../pupil/join';
import { seatKeySchema } from './classroom';

/** A pupil in a lesson by name, else the device that stands for one. */
export const memberSchema = v.union([id('pupil'), seatKeySchema]);
const partId = v.pipe(v.string(), v.regex(/^[a-z0-9]{1,13}$/));
const MEMBERS = 80;

const placeSchema = v.strictObject({
  member: memberSchema,
  x: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ROOM_WIDTH - 1)),
  y: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(ROOM_HEIGHT - 1)),
});
export const groupSchema = v.strictObject({
  id: partId,
  name: line(40),
  members: v.pipe(v.array(memberSchema), v.maxLength(MEMBERS)),
});
export const workshopSchema = v.strictObject({
  id: partId,
  name: line(60),
  text: v.optional(text(400)),
  item: v.optional(id('item')),
});
const levelsSchema = v.pipe(
  v.record(v.string(), v.picklist(LEVELS)),
  v.check((all) => Object.keys(all).length <= MEMBERS, 'members'),
  v.check((all) => Object.keys(all).every((key) => v.is(memberSchema, key)), 'member'),
);
const placesSchema = v.pipe(v.array(placeSchema), v.maxLength(MEMBERS));
const groupsSchema = v.pipe(v.array(groupSchema), v.maxLength(MAX_GROUPS));
const apartSchema = v.pipe(v.array(v.tuple([memberSchema, memberSchema])), v.maxLength(MAX_APART));
const workshopsSchema = v.pipe(v.array(workshopSchema), v.maxLength(MAX_WORKSHOPS));

const namedPupilSchema = v.object({ id: id('pupil'), name: v.string() });

/** How the class sits and works now, and who is expected. */
export const roomSchema = v.object({
  lesson: id('lesson'),
  /** In a lesson by name, whom places and groups may be given to; elsewhere the devices are. */
  members: v.array(namedPupilSchema),
  layout: v.picklist(LAYOUTS),
  places: v.array(placeSchema),
  groups: v.array(groupSchema),
  levels: levelsSchema,
  apart: v.array(v.tuple([memberSchema, memberSchema])),
  workshops: v.array(workshopSchema),
  /** « Au suivant » so often; absent before the workshops begin. */
  turn: v.optional(v.number()),
  /** Of the roll call of this half-day, where it is done. */
  absent: v.array(namedPupilSchema),
  late: v.array(namedPupilSchema),
  /** Devices at the door that nobody has introduced. */
  unknown: v.number(),
  /** Devices that were replaced, and by which. */
  replaced: v.array(v.object({ seat: seatKeySchema, by: seatKeySchema })),
  /** Devices that two or three share in turns: whose turn it is, from 1. */
  turns: v.array(v.object({ seat: seatKeySchema, of: v.number(), turn: v.number() })),
  /** Found again next time; without a class nothing is. */
  kept: v.boolean(),
});
export type RoomView = v.InferOutput<typeof roomSchema>;

export const roomSubject = subject({
  requests: {
    state: { input: nothing, reply: roomSchema },
    /** How one's last lessons were opened, newest first: the next one is one click. */
    last: {
      input: v.strictObject({ classes: v.pipe(v.array(id('class')), v.maxLength(20)) }),
      reply: v.object({
        lessons: v.array(
          v.object({
            class: v.optional(id('class')),
            group: v.optional(id('group')),
            cart: v.optional(id('cart')),
            mode: modeSchema,
            pictureCode: v.boolean(),
            openedAt: instantSchema,
            /** A plan, groups or workshops of that class are kept. */
            plan: v.boolean(),
            /** Devices whose pupils are known from last time. */
            greets: v.number(),
          }),
        ),
      }),
    },
    places: {
      input: v.strictObject({ layout: v.picklist(LAYOUTS), places: placesSchema }),
      reply: done,
    },
    groups: {
      input: v.strictObject({ groups: groupsSchema, levels: levelsSchema, apart: apartSchema }),
      reply: done,
    },
    workshops: { input: v.strictObject({ workshops: workshopsSchema }), reply: done },
    /** Begins the workshops, or moves everybody on (« Au suivant »). */
    next: { input: nothing, reply: v.object({ turn: v.number() }) },
    endWorkshops: { input: nothing, reply: done },
    /** The spare takes everything over; the other device is put out and says so. */
    swap: { input: v.strictObject({ from: seatKeySchema, to: seatKeySchema }), reply: done },
    /** A visitor's line is cut and the code on the board changes. */
    sendAway: { input: v.strictObject({ seat: seatKeySchema }), reply: done },
  },
  events: {
    changed: roomSchema,
  },
});
