import * as v from 'valibot';
import { done, id, instantSchema, nothing } from '../define';

/** Guardians' ways into the families' portal. The portal itself is elsewhere: here is what the school prints. */
const STATES = ['none', 'waiting', 'expired', 'used', 'revoked'] as const;

/** Shown once, on paper: the code is kept nowhere. */
export const portalLetterSchema = v.object({
  guardian: id('guardian'),
  name: v.string(),
  children: v.array(v.object({ name: v.string(), class: v.string() })),
  /** Four groups of five characters. */
  code: v.string(),
  /** What the QR holds: the portal's address with the code behind #, which browsers send to nobody. */
  link: v.string(),
  expiresAt: instantSchema,
});
export type PortalLetter = v.InferOutput<typeof portalLetterSchema>;

/** Where families go: an https address without anything behind the path. */
const addressSchema = v.pipe(
  v.string(),
  v.trim(),
  v.maxLength(200),
  v.check((typed) => {
    const url = URL.canParse(typed) ? new URL(typed) : undefined;
    return url?.protocol === 'https:' && !url.search && !url.hash && !url.username && !url.password;
  }),
);

export const portalRequests = {
  portal: {
    input: nothing,
    reply: v.object({
      /** Undefined as long as the commune has given none: then no letter can be printed. */
      address: v.optional(v.string()),
      accesses: v.array(
        v.object({
          guardian: id('guardian'),
          state: v.picklist(STATES),
          since: v.optional(instantSchema),
          expiresAt: v.optional(instantSchema),
        }),
      ),
    }),
  },
  portalAddress: { input: v.strictObject({ address: addressSchema }), reply: done },
  /** New letters; the codes of earlier ones open nothing any more. */
  portalIssue: {
    input: v.strictObject({
      guardians: v.pipe(v.array(id('guardian')), v.minLength(1), v.maxLength(2000)),
    }),
    reply: v.object({ letters: v.array(portalLetterSchema) }),
  },
  portalRevoke: { input: v.strictObject({ guardian: id('guardian') }), reply: done },
} as const;
