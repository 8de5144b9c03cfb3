import type { Audience } from '../src/domain/audience';
import { parseAudience } from '../src/domain/audience';
import * as v from 'valibot';
import {
  audienceSchema,
  refusalKey,
  type AudienceSecrets,
  type Head,
  type Parcel,
  type ParcelShelf,
  type Refusal,
  type RefusalShelf,
  type SecretsOf,
} from '../src/exchange';
import type { Shelf, ShelfDocument } from './store/shelf';

/**
 * Parcels of a school in one database, as documents whose ids sort: `p!audience!origin!from` a parcel (base64),
 * `h!audience!origin` where its chain stands, `u!…` one of an open audience that is not unpacked yet, `g!id` a grant,
 * `k!audience!key` a revision key, `r!…` a refusal. A chain's head moves last, so that a crash leaves a parcel that is
 * simply offered again.
 */
const FROM_DIGITS = 16;
const number = (value: number): string => String(value).padStart(FROM_DIGITS, '0');
const parcelId = (audience: string, origin: string, from: number): string =>
  `p!${audience}!${origin}!${number(from)}`;
const unappliedId = (audience: string, origin: string, from: number): string =>
  `u${parcelId(audience, origin, from).slice(1)}`;
const headId = (audience: string, origin: string): string => `h!${audience}!${origin}`;
/** Just after every id with that prefix: `!` is followed by `"` in ASCII. */
const after = (prefix: string): string => `${prefix.slice(0, -1)}"`;

/** Parcels read at a time. */
const PAGE = 50;

export function communeShelf(shelf: Shelf): ParcelShelf {
  async function heads(prefix: string): Promise<{ audience: string; origin: string; head: Head }[]> {
    return (await shelf.range(prefix, after(prefix))).map((held) => {
      const [, audience = '', origin = ''] = held._id.split('!');
      return { audience, origin, head: { to: Number(held['to']), hash: String(held['hash']) } };
    });
  }
  const bytesOf = (held: ShelfDocument): Buffer => Buffer.from(String(held['bytes']), 'base64');

  return {
    async heads(audience) {
      const found = await heads(`h!${audience}!`);
      return new Map(found.map(({ origin, head }) => [origin, head]));
    },
    async vectors() {
      const out: Record<Audience, Record<string, number>> = {};
      for (const { audience, origin, head } of await heads('h!')) {
        if (parseAudience(audience)) (out[audience] ??= {})[origin] = head.to;
      }
      return out;
    },
    async keep(parcel, applied) {
      const { audience, origin, from, to } = parcel.header;
      // Sealed ones are never unpacked here: nothing waits for them.
      if (!applied && !parcel.header.sealed) await shelf.put({ _id: unappliedId(audience, origin, from) });
      const _id = parcelId(audience, origin, from);
      if (!(await shelf.put({ _id, to, hash: parcel.hash, bytes: parcel.bytes.toString('base64') }))) {
        const held = await shelf.get(_id);
        // Kept before a crash, or by another gateway: the same is the same. Another text is a fork, and stays out.
        if (held?.['hash'] !== parcel.hash) throw new Error('parcel: another one stands here');
      }
      for (;;) {
        const head = await shelf.get(headId(audience, origin));
        if (head && Number(head['to']) >= to) return;
        if (await shelf.put({ ...head, _id: headId(audience, origin), to, hash: parcel.hash })) return;
      }
    },
    async *after(audience, origin, seq) {
      const end = after(`p!${audience}!${origin}!`);
      const last = (await shelf.get(headId(audience, origin)))?.['to'];
      for (let from = seq + 1; ;) {
        const page = await shelf.range(parcelId(audience, origin, from), end, PAGE);
        for (const held of page) {
          // A parcel beyond the head has not been taken yet.
          if (Number(held['to']) > Number(last)) return;
          yield bytesOf(held);
          from = Number(held['to']) + 1;
        }
        if (page.length < PAGE) return;
      }
    },
    async get(audience, origin, from) {
      const held = await shelf.get(parcelId(audience, origin, from));
      return held && bytesOf(held);
    },
    async unapplied(audience) {
      const waiting = await shelf.range(`u!${audience}!`, after(`u!${audience}!`));
      const kept = await Promise.all(waiting.map((one) => shelf.get(`p${one._id.slice(1)}`)));
      return kept.flatMap((one) => (one ? [bytesOf(one)] : []));
    },
    async markApplied(parcel: Parcel) {
      const { audience, origin, from } = parcel.header;
      const waiting = await shelf.get(unappliedId(audience, origin, from));
      if (waiting) await shelf.remove(waiting);
    },
  };
}

export function communeRefusals(shelf: Shelf): RefusalShelf {
  const idOf = (refusal: Refusal): string => `r!${refusalKey(refusal)}`;
  return {
    async all() {
      // The commune wrote them itself; the shape is the engine's.
      return (await shelf.range('r!', after('r!'))).map((held) => held['refusal'] as Refusal);
    },
    async add(refusals) {
      for (const refusal of refusals) {
        const held = await shelf.get(idOf(refusal));
        await shelf.put({ ...held, _id: idOf(refusal), refusal });
      }
    },
    async remove(refusals) {
      for (const refusal of refusals) {
        const held = await shelf.get(idOf(refusal));
        if (held) await shelf.remove(held);
      }
    },
  };
}

/** Grants prove themselves; the commune keeps those that came in front of parcels. */
export function communeGrants(shelf: Shelf): {
  all(): Promise<readonly unknown[]>;
  keep(grant: unknown): Promise<void>;
} {
  return {
    async all() {
      return (await shelf.range('g!', after('g!'))).map((held) => held['grant']);
    },
    async keep(grant) {
      const id = (grant as { _id: string })._id;
      // Never changed: a second one under the same id is the same, or nothing.
      await shelf.put({ _id: `g!${id}`, grant });
    },
  };
}

const keySchema = v.object({ audience: audienceSchema, keyId: v.string(), revisionKey: v.string() });

/** Revision keys of open audiences, handed over by a head's poste: they check revisions and open nothing. */
export function communeKeys(shelf: Shelf): {
  secrets(): Promise<SecretsOf>;
  keep(audience: Audience, keyId: string, revisionKey: Buffer): Promise<void>;
} {
  return {
    async secrets() {
      const known = new Map<string, AudienceSecrets>();
      for (const held of await shelf.range('k!', after('k!'))) {
        const parsed = v.safeParse(keySchema, held);
        if (!parsed.success) continue;
        const { audience, keyId, revisionKey } = parsed.output;
        known.set(`${audience} ${keyId}`, { keyId, revisionKey: Buffer.from(revisionKey, 'base64url') });
      }
      return (audience, keyId) => (keyId === undefined ? undefined : known.get(`${audience} ${keyId}`));
    },
    async keep(audience, keyId, revisionKey) {
      // The first one stays: a key does not change under its name.
      await shelf.put({
        _id: `k!${audience}!${keyId}`,
        audience,
        keyId,
        revisionKey: revisionKey.toString('base64url'),
      });
    },
  };
}
