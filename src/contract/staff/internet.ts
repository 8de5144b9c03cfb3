import * as v from 'valibot';
import { INTERNET_MODES } from '../../domain/internet/judge';
import { MAX_SITES } from '../../domain/internet/sites';
import { instantSchema, nothing, sha256Schema, subject } from '../define';
import { seatKeySchema } from './classroom';

const modeSchema = v.picklist(INTERNET_MODES);
/** As typed: names or addresses; what is neither is refused by name. */
const typedSchema = v.pipe(v.array(v.pipe(v.string(), v.maxLength(2_000))), v.maxLength(MAX_SITES));
const sitesSchema = v.array(v.string());

export const internetStateSchema = v.object({
  mode: modeSchema,
  sites: sitesSchema,
  /** Of pages sent in this lesson: open under a list too. */
  ofPages: sitesSchema,
  /** `http://…/proxy.pac`; absent while the pupils' door is closed. */
  pac: v.optional(v.string()),
  /** `address:port` of the filter; absent where its port could not be opened. */
  proxy: v.optional(v.string()),
  /**
   * By device: `filtered` was seen at the filter when asked to pass by it; `direct` answered and was not; `unknown` could not
   * be asked. Seen, never believed.
   */
  seats: v.array(
    v.object({ seat: seatKeySchema, way: v.picklist(['filtered', 'direct', 'unknown']), at: instantSchema }),
  ),
  /** Names that were refused in this lesson and how often: of the class, never of a child (CARMO #9.18). */
  refused: v.array(v.object({ host: v.string(), times: v.number() })),
});
export type InternetState = v.InferOutput<typeof internetStateSchema>;

export const internetSettingsSchema = v.object({
  allowed: sitesSchema,
  blocked: sitesSchema,
  list: v.optional(
    v.object({
      sha256: sha256Schema,
      size: v.number(),
      importedAt: instantSchema,
      domains: v.number(),
      categories: v.array(v.object({ name: v.string(), domains: v.number() })),
    }),
  ),
});
export type InternetSettings = v.InferOutput<typeof internetSettingsSchema>;

/** The Internet of a lesson (CARMO #9.2), and the school's lists behind it (CARINE INF-SEC-8). */
export const internetSubject = subject({
  requests: {
    state: { input: nothing, reply: internetStateSchema },
    set: { input: v.strictObject({ mode: modeSchema, sites: typedSchema }), reply: internetStateSchema },
    /** Asks every device that is here to pass by the filter once. */
    check: { input: nothing, reply: internetStateSchema },
    settings: { input: nothing, reply: internetSettingsSchema },
    saveSettings: {
      input: v.strictObject({ allowed: typedSchema, blocked: typedSchema }),
      reply: internetSettingsSchema,
    },
    /** The university of Toulouse's archive, put at the loopback door before. Without categories, the usual ones. */
    importList: {
      input: v.strictObject({
        upload: v.pipe(v.string(), v.maxLength(64)),
        categories: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(41))), v.maxLength(100))),
      }),
      reply: internetSettingsSchema,
    },
    removeList: { input: nothing, reply: internetSettingsSchema },
  },
  events: { changed: internetStateSchema },
});
