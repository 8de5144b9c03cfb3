import * as v from 'valibot';
import { CONTAINERS, MAX_BOXES, MAX_PLACES } from '../../domain/cart/container';
import { done, id, instantSchema, line, localDateSchema, nothing, subject } from '../define';

/** What a cart is: its container and places, who stands in it, whom it is lent to, when it is booked. */
const bay = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_PLACES));
const bays = v.pipe(v.array(bay), v.minLength(1), v.maxLength(MAX_PLACES));
const rev = v.pipe(v.string(), v.maxLength(64));
const container = v.picklist(CONTAINERS);
const boxes = v.pipe(v.array(bay), v.minLength(1), v.maxLength(MAX_BOXES));
/** Minutes since local midnight. */
const minutes = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1440));

const forWhom = v.variant('kind', [
  v.strictObject({ kind: v.literal('class'), class: id('class') }),
  v.strictObject({ kind: v.literal('activity'), name: line(60) }),
]);
/** As a screen says it: a class that the asker may not read has no label. */
const whom = v.object({
  kind: v.picklist(['class', 'activity']),
  class: v.optional(id('class')),
  label: v.optional(v.string()),
  mine: v.boolean(),
});

const bookingSchema = v.object({
  booking: id('booking'),
  cart: id('cart'),
  cartName: v.string(),
  /** Absent: the whole cart. */
  bays: v.optional(v.array(v.number())),
  date: v.string(),
  /** Minutes since midnight in the school's zone. */
  start: v.number(),
  end: v.number(),
  from: instantSchema,
  until: instantSchema,
  weeklyUntil: v.optional(v.string()),
  for: whom,
  by: v.optional(v.string()),
  mine: v.boolean(),
  mayCancel: v.boolean(),
  note: v.optional(v.string()),
  /** Bookings of the same places at the same time, written while two computers were apart. */
  clashes: v.array(id('booking')),
  /** For an activity out of school hours: whether a signed convention holds that day. */
  convention: v.optional(v.boolean()),
});
export type BookingView = v.InferOutput<typeof bookingSchema>;

const loanSchema = v.object({
  event: id('event'),
  cart: id('cart'),
  cartName: v.string(),
  bays: v.array(v.number()),
  to: whom,
  since: instantSchema,
  until: v.string(),
  by: v.optional(v.string()),
  /** Said by who asks. */
  mine: v.boolean(),
  state: v.picklist(['out', 'overdue']),
  clash: v.boolean(),
});
export type LoanView = v.InferOutput<typeof loanSchema>;

export const presenceCountsSchema = v.object({
  in: v.number(),
  out: v.number(),
  lent: v.number(),
  overdue: v.number(),
  missing: v.number(),
  swapped: v.number(),
  unknown: v.number(),
});

const setSchema = v.object({
  id: id('cart'),
  name: v.string(),
  bays: bay,
  container: v.optional(container),
  /** How many places in each box, in order. */
  boxes: v.array(v.number()),
  /** What can be lent or booked apart. */
  parts: v.array(v.array(v.number())),
  rev,
  room: v.optional(
    v.object({
      name: v.string(),
      since: instantSchema,
      /** Another computer says that it stands elsewhere. */
      alsoSaid: v.array(v.string()),
    }),
  ),
  devices: v.object({ tablet: v.number(), computer: v.number() }),
  presence: presenceCountsSchema,
  loans: v.array(loanSchema),
  /** Booked for this instant, the places nobody booked, and what comes next. */
  going: v.array(bookingSchema),
  free: v.array(v.number()),
  next: v.nullable(bookingSchema),
});
export type SetView = v.InferOutput<typeof setSchema>;

const namedDevice = v.object({
  device: id('device'),
  label: v.string(),
  kind: v.picklist(['tablet', 'computer']),
});
const placeSchema = v.strictObject({
  device: id('device'),
  cart: v.optional(id('cart')),
  bay: v.optional(bay),
});
export type PlaceInput = v.InferOutput<typeof placeSchema>;
const before = v.array(placeSchema);

const presenceSchema = v.object({
  ...namedDevice.entries,
  bay: v.number(),
  presence: v.picklist(['in', 'out', 'lent', 'overdue', 'missing', 'swapped', 'unknown']),
  because: v.picklist(['seen', 'bay', 'loan', 'putAway', 'takenOut', 'nothing']),
  standsAt: v.optional(v.number()),
});
export type PresenceView = v.InferOutput<typeof presenceSchema>;

const said = { event: id('event'), at: instantSchema, by: v.optional(v.string()) };
const journalSchema = v.variant('kind', [
  v.object({ kind: v.literal('moved'), ...said, room: v.string() }),
  v.object({ kind: v.literal('lent'), ...said, bays: v.array(v.number()), to: whom, until: v.string() }),
  v.object({ kind: v.literal('returned'), ...said, bays: v.array(v.number()), to: whom }),
]);
export type JournalEntry = v.InferOutput<typeof journalSchema>;

const ofCart = v.strictObject({ cart: id('cart') });
const shape = {
  name: line(60),
  bays: bay,
  container: v.optional(container),
  boxes: v.optional(boxes),
};
const event = v.object({ event: id('event') });
const MAX_RUN = MAX_PLACES;

export const cartSetsSubject = subject({
  requests: {
    list: { input: nothing, reply: v.object({ now: instantSchema, sets: v.array(setSchema) }) },
    read: {
      input: ofCart,
      reply: v.object({
        now: instantSchema,
        set: setSchema,
        /** Every place in order; two devices where two computers placed apart. */
        places: v.array(v.object({ bay: v.number(), devices: v.array(namedDevice) })),
        /** Of this cart, without a place of their own. */
        waiting: v.array(namedDevice),
        presence: v.array(presenceSchema),
        journal: v.array(journalSchema),
      }),
    },
    /** The asker chooses the id, so that a request repeated after a cut adds one cart. */
    create: {
      input: v.strictObject({ cart: id('cart'), ...shape, room: v.optional(line(60)) }),
      reply: done,
    },
    /** Fewer places than are taken is asked first: without `unplace` nothing is written and they are named. */
    edit: {
      input: v.strictObject({ cart: id('cart'), rev, ...shape, unplace: v.optional(v.boolean()) }),
      reply: v.variant('outcome', [
        v.object({ outcome: v.literal('done'), rev, before }),
        v.object({ outcome: v.literal('placesTaken'), devices: v.array(namedDevice) }),
      ]),
    },
    /** Its devices stay in the inventory, or go to another cart: its free places first, the others wait there. */
    remove: {
      input: v.strictObject({ cart: id('cart'), to: v.optional(id('cart')) }),
      reply: v.object({ before }),
    },
    /** « Annuler » a removal. */
    restore: {
      input: v.strictObject({ cart: id('cart'), before: v.pipe(before, v.maxLength(200)) }),
      reply: done,
    },
    /** What a scan, a typed word or a cable names, at a place. Nothing is written unless the outcome is `placed`. */
    place: {
      input: v.strictObject({
        cart: id('cart'),
        bay,
        what: v.variant('by', [
          v.strictObject({ by: v.literal('scan'), text: v.pipe(v.string(), v.maxLength(200)) }),
          v.strictObject({ by: v.literal('device'), device: id('device') }),
        ]),
        /** Placed already in this run. */
        run: v.optional(v.pipe(v.array(id('device')), v.maxLength(MAX_RUN))),
        evenFromElsewhere: v.optional(v.boolean()),
      }),
      reply: v.variant('outcome', [
        v.object({
          outcome: v.literal('placed'),
          ...namedDevice.entries,
          before,
          /** Stood there, and waits for a place now. */
          displaced: v.array(v.string()),
        }),
        v.object({ outcome: v.literal('already'), ...namedDevice.entries }),
        v.object({ outcome: v.literal('duplicate'), ...namedDevice.entries, bay: v.number() }),
        v.object({
          outcome: v.literal('elsewhere'),
          ...namedDevice.entries,
          cartName: v.string(),
          bay: v.optional(v.number()),
        }),
        v.object({ outcome: v.literal('retired'), ...namedDevice.entries }),
        v.object({ outcome: v.literal('several'), devices: v.array(namedDevice) }),
        v.object({ outcome: v.literal('notADevice'), label: v.string() }),
        v.object({ outcome: v.literal('misread') }),
        v.object({ outcome: v.literal('unknown') }),
      ]),
    },
    swap: {
      input: v.strictObject({ cart: id('cart'), a: bay, b: bay }),
      reply: v.object({ before }),
    },
    /** That place is nobody's any more; `keep`: its device stays in the cart and waits for another. */
    empty: {
      input: v.strictObject({ cart: id('cart'), bay, keep: v.boolean() }),
      reply: v.object({ before }),
    },
    /** A device that waits in this cart leaves it. */
    leave: {
      input: v.strictObject({ cart: id('cart'), device: id('device') }),
      reply: v.object({ before }),
    },
    /** Of two devices at one place, who stays. */
    settle: {
      input: v.strictObject({ cart: id('cart'), bay, device: id('device') }),
      reply: v.object({ before }),
    },
    /** « Annuler » of what moved devices. */
    putBack: {
      input: v.strictObject({ before: v.pipe(before, v.maxLength(200)) }),
      reply: done,
    },
    /** What is seen without anybody scanning: for the run that places by plugging, asked again and again. */
    plugged: {
      input: ofCart,
      reply: v.object({
        bays: v.array(v.number()),
        tablets: v.array(
          v.object({
            link: v.string(),
            serial: v.optional(v.string()),
            device: v.optional(id('device')),
            /** Where a hub reads the same serial number. */
            bay: v.optional(v.number()),
          }),
        ),
      }),
    },
    move: { input: v.strictObject({ cart: id('cart'), room: line(60) }), reply: event },
    lend: {
      input: v.strictObject({ cart: id('cart'), bays, to: forWhom, until: instantSchema }),
      reply: v.variant('outcome', [
        v.object({ outcome: v.literal('done'), event: id('event') }),
        v.object({ outcome: v.literal('lent'), loans: v.array(loanSchema) }),
        v.object({ outcome: v.literal('past') }),
      ]),
    },
    takeBack: { input: v.strictObject({ cart: id('cart'), loan: id('event') }), reply: event },
    undo: { input: v.strictObject({ cart: id('cart'), event: id('event') }), reply: done },
    /** The days from Monday to Sunday, or those of one cart. */
    week: {
      input: v.strictObject({ day: localDateSchema, cart: v.optional(id('cart')) }),
      reply: v.object({
        now: instantSchema,
        /** The school's day and minute, whatever this computer's zone is. */
        today: v.string(),
        minute: v.number(),
        carts: v.array(
          v.object({
            id: id('cart'),
            name: v.string(),
            container: v.optional(container),
            boxes: v.array(v.number()),
            parts: v.array(v.array(v.number())),
          }),
        ),
        days: v.array(v.object({ date: v.string(), bookings: v.array(bookingSchema) })),
      }),
    },
    /** The asker chooses the id, so that a request repeated after a cut books once. */
    book: {
      input: v.strictObject({
        booking: id('booking'),
        cart: id('cart'),
        bays: v.optional(bays),
        date: localDateSchema,
        from: minutes,
        to: minutes,
        weeklyUntil: v.optional(localDateSchema),
        for: forWhom,
        note: v.optional(line(120)),
      }),
      reply: v.variant('outcome', [
        v.object({ outcome: v.literal('done') }),
        /** At most ten of those that stand in the way, and how many there are. */
        v.object({ outcome: v.literal('taken'), by: v.array(bookingSchema), count: v.number() }),
        v.object({
          outcome: v.literal('refused'),
          why: v.picklist(['hours', 'past', 'year', 'far', 'weekday', 'bays', 'schoolHours']),
        }),
      ]),
    },
    /** All of it, or one day of a weekly one. */
    cancel: {
      input: v.strictObject({ booking: id('booking'), day: v.optional(localDateSchema) }),
      reply: done,
    },
    /** For the day page: what is booked or lent today and concerns who asks. */
    today: {
      input: nothing,
      reply: v.object({ now: instantSchema, bookings: v.array(bookingSchema), loans: v.array(loanSchema) }),
    },
  },
  events: { changed: v.object({ cart: id('cart') }) },
});
