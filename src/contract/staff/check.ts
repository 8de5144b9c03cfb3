import * as v from 'valibot';
import { CAUSES, SEEN } from '../../domain/lesson/check';
import { instantSchema, nothing, subject } from '../define';
import { seatKeySchema } from './classroom';

export const causeSchema = v.picklist(CAUSES);

export const checkSchema = v.object({
  at: instantSchema,
  /** What the poste found of itself. */
  poste: v.object({
    /** `192.168.1.5`; several where the computer is on several networks at once. */
    addresses: v.array(v.string()),
    answers: v.boolean(),
    /** The usual port was taken by another program. */
    portMoved: v.boolean(),
    port: v.optional(v.number()),
    clock: v.picklist(['ok', 'wrong']),
    system: v.picklist(['windows', 'mac', 'linux']),
    profile: v.optional(v.picklist(['public', 'private'])),
    heardAnybody: v.boolean(),
  }),
  devices: v.array(
    v.object({
      /** Absent for a device that only its address tells. */
      seat: v.optional(seatKeySchema),
      label: v.string(),
      address: v.optional(v.string()),
      cause: causeSchema,
      roundTrip: v.optional(v.number()),
      kbit: v.optional(v.number()),
      /** Device minus poste, ms. */
      clockOff: v.optional(v.number()),
      /** It was asked and has not answered yet. */
      testing: v.boolean(),
      /** It was asked and did not answer. */
      untested: v.boolean(),
    }),
  ),
});
export type CheckView = v.InferOutput<typeof checkSchema>;

export const checkSubject = subject({
  requests: {
    /** The poste tests itself now and asks every device that is here to test its way. */
    run: { input: nothing, reply: checkSchema },
    /** A device that does not come in: what an adult reads on it, and the address its settings show. */
    ask: {
      input: v.strictObject({
        seen: v.picklist(SEEN),
        address: v.optional(v.pipe(v.string(), v.trim(), v.ipv4())),
      }),
      reply: v.object({ cause: causeSchema }),
    },
  },
  events: { changed: checkSchema },
});
