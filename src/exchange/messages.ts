import * as v from 'valibot';
import { audienceSchema, idSchema } from './header';
import { refusalSchema, REFUSAL_REASONS } from './refusal';
import { sha256 } from './bytes';
import { canonicalBytes } from './canonical';
import { isSignedBy, type PublicKeyText, type Signer } from './signature';
import { vectorsSchema } from './vector';

/** The requests of version 0 and what they say (docs/sync.md). JSON, but for the frames of `push` and of a pull's reply. */
export const ACTIONS = ['moved', 'push', 'pull', 'retry', 'keys'] as const;
export type ExchangeAction = (typeof ACTIONS)[number];
/** The requests of the file exchange (docs/files.md), signed as the others are. */
export const FILE_ACTIONS = ['file-list', 'file-chunks', 'file-offer', 'file-put'] as const;
export type FileAction = (typeof FILE_ACTIONS)[number];

const digestSchema = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{22}$/));
/** Audiences to which a request is limited. */
const onlySchema = v.pipe(v.array(audienceSchema), v.maxLength(400));
const nonceSchema = v.pipe(v.string(), v.maxLength(80));

/** Has anything moved, of all that this poste may read? */
export const movedRequestSchema = v.strictObject({
  poste: idSchema('poste'),
  digest: digestSchema,
  /** The digest is of these audiences; absent: of all that the caller may read. */
  only: v.optional(onlySchema),
});
export type MovedRequest = v.InferOutput<typeof movedRequestSchema>;

/** The answering side's own instant: whoever asks may compare clocks. No order is ever taken from it. */
const nowSchema = v.pipe(v.string(), v.isoTimestamp());

export const movedReplySchema = v.variant('same', [
  v.strictObject({
    same: v.literal(true),
    now: nowSchema,
    /** Documents of this poste that the answering side still refuses. */
    refused: v.number(),
  }),
  v.strictObject({
    same: v.literal(false),
    now: nowSchema,
    refused: v.number(),
    nonce: nonceSchema,
    /** What the answering side holds; only for a request that was signed. */
    vectors: v.optional(vectorsSchema),
  }),
]);
export type MovedReply = v.InferOutput<typeof movedReplySchema>;

export const pullRequestSchema = v.strictObject({
  vectors: vectorsSchema,
  /** How many bytes of parcels the caller wants at the most. */
  budget: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  /** Only these audiences; absent: all that the caller may read. */
  only: v.optional(onlySchema),
});
export type PullRequest = v.InferOutput<typeof pullRequestSchema>;

/** The `E` frame of a pull's reply. */
export const pullEndSchema = v.strictObject({
  more: v.boolean(),
  refused: v.pipe(v.array(refusalSchema), v.maxLength(1000)),
});
export type PullEnd = v.InferOutput<typeof pullEndSchema>;

export const pushReplySchema = v.strictObject({
  taken: v.number(),
  duplicates: v.number(),
  /** Parcels and documents that were not taken; whole parcels may lack their header where they were unreadable. */
  refused: v.pipe(
    v.array(v.union([refusalSchema, v.strictObject({ reason: v.picklist(REFUSAL_REASONS) })])),
    v.maxLength(1000),
  ),
});
export type PushReply = v.InferOutput<typeof pushReplySchema>;

export const retryReplySchema = v.strictObject({
  refused: v.pipe(v.array(refusalSchema), v.maxLength(1000)),
});
export type RetryReply = v.InferOutput<typeof retryReplySchema>;

/** Revision keys of open audiences, from a head's poste to the commune; a poste does not answer this. */
export const keysRequestSchema = v.strictObject({
  keys: v.pipe(
    v.array(
      v.strictObject({
        audience: audienceSchema,
        key: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{11}$/)),
        /** 32 bytes in base64url. */
        revisionKey: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}$/)),
      }),
    ),
    v.maxLength(400),
  ),
});
export type KeysRequest = v.InferOutput<typeof keysRequestSchema>;

/** Proof that a request comes from a poste: its signature over the request and the answering side's nonce. */
export const credentialSchema = v.strictObject({
  poste: idSchema('poste'),
  nonce: nonceSchema,
  signature: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{86}$/)),
});
export type Credential = v.InferOutput<typeof credentialSchema>;

/**
 * What a credential's signature covers. `channel` names who is spoken to (a gateway's address as the caller knows it,
 * a poste's certificate), so that a request given to one cannot be used with another.
 */
function covered(
  action: ExchangeAction | FileAction,
  channel: string,
  poste: string,
  nonce: string,
  body: Uint8Array,
): Buffer {
  return canonicalBytes([action, channel, poste, nonce, sha256(body).toString('base64url')]);
}

export function makeCredential(
  signer: Signer,
  poste: Credential['poste'],
  request: {
    readonly action: ExchangeAction | FileAction;
    readonly channel: string;
    readonly nonce: string;
    readonly body: Uint8Array;
  },
): Credential {
  const { action, channel, nonce, body } = request;
  const message = covered(action, channel, poste, nonce, body);
  return { poste, nonce, signature: signer.sign('request', message).toString('base64url') };
}

export function isCredentialOf(
  key: PublicKeyText,
  credential: Credential,
  request: {
    readonly action: ExchangeAction | FileAction;
    readonly channel: string;
    readonly body: Uint8Array;
  },
): boolean {
  const message = covered(request.action, request.channel, credential.poste, credential.nonce, request.body);
  return isSignedBy(key, 'request', message, Buffer.from(credential.signature, 'base64url'));
}
