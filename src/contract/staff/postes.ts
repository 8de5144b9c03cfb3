import * as v from 'valibot';
import { REACH_CAUSES } from '../../domain/network/reach';
import { id, instantSchema, line, nothing, subject } from '../define';
import { firstPasswordSchema } from './people';
import { introductionSchema } from './sync';

/** One computer of the school, as the list shows it. */
export const posteSchema = v.object({
  id: id('poste'),
  /** Whose it is, where it is somebody's: who was there first. */
  person: v.optional(id('staff')),
  /** Who signs in there, in the order in which they were let in. */
  people: v.array(
    v.object({
      person: id('staff'),
      /** The first instant on which they do not any more. */
      until: v.optional(instantSchema),
      /** Their way in has not left for that computer yet: it comes from one where they signed in before. */
      waits: v.boolean(),
    }),
  ),
  /** What a head calls it. */
  name: v.optional(line(60)),
  here: v.boolean(),
  /** It carries for everybody and reads nothing. */
  relay: v.boolean(),
  /** Put out: it receives nothing any more. */
  out: v.boolean(),
  /** The last exchange with it that went through. */
  seen: v.optional(instantSchema),
});
export type PosteSummary = v.InferOutput<typeof posteSchema>;

export const postesStateSchema = v.object({
  postes: v.array(posteSchema),
  /** Welcomed by a colleague, waiting for a head's click. */
  waiting: v.array(v.object({ request: id('event'), poste: id('poste'), person: id('staff') })),
  /** True where this computer may accept and put out: a head's, with a head's key. */
  manages: v.boolean(),
});
export type PostesState = v.InferOutput<typeof postesStateSchema>;

/** Why a computer of the school answers or not, as far as this one can tell. */
export const reachSchema = v.object({
  poste: id('poste'),
  /** Where it was looked for; absent where it was never met. */
  address: v.optional(v.string()),
  cause: v.picklist(REACH_CAUSES),
});
export type PosteReach = v.InferOutput<typeof reachSchema>;

export const postesSubject = subject({
  requests: {
    list: { input: nothing, reply: postesStateSchema },
    /** Looks at each computer of the school on this network: some seconds. */
    reach: { input: nothing, reply: v.object({ found: v.array(reachSchema) }) },
    accept: { input: v.strictObject({ request: id('event') }), reply: postesStateSchema },
    refuse: { input: v.strictObject({ request: id('event') }), reply: postesStateSchema },
    /** Lost, stolen, sold: it receives nothing any more, and every key it held is exchanged. */
    putOut: { input: v.strictObject({ poste: id('poste') }), reply: postesStateSchema },
    /** One more person signs in on that computer, for what they may. */
    addPerson: {
      input: v.strictObject({ poste: id('poste'), person: id('staff') }),
      reply: v.object({
        state: postesStateSchema,
        /** Made now, for somebody who had none. */
        password: v.optional(firstPasswordSchema),
      }),
    },
    removePerson: {
      input: v.strictObject({ poste: id('poste'), person: id('staff') }),
      reply: postesStateSchema,
    },
    /** An empty name is none. */
    rename: {
      input: v.strictObject({ poste: id('poste'), name: v.union([line(60), v.literal('')]) }),
      reply: postesStateSchema,
    },
    /** Somebody directs the school as well: every right of a head's. */
    nameHead: { input: v.strictObject({ person: id('staff') }), reply: nothing },
    /** Somebody directs it no more, and keeps the rest. Refused for the last one. */
    endHead: { input: v.strictObject({ person: id('staff') }), reply: nothing },
    /** Somebody does not work here any more. */
    leavesSchool: { input: v.strictObject({ person: id('staff') }), reply: postesStateSchema },
    /** This computer's folder was put back: it goes on as a new one, keeping what it holds. The school is opened again. */
    beginAnew: { input: nothing, reply: nothing },
    /** Opens the door for the school's relay; digits are confirmed with `sync.confirmIntroduction`. */
    openRelay: { input: nothing, reply: introductionSchema },
  },
  events: { changed: v.object({}) },
});
