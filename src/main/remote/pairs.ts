import { scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { idFrom, type Id } from '../../domain/id';
import { instant } from '../../domain/time';
import type { AudienceDatabase, DocumentBody } from '../../store/port';
import type { Platform } from '../capability';
import type { DeviceKey } from '../devices/keys';

const derive = promisify<Buffer, Buffer, number, { N: number }, Buffer>(scrypt);
/** 32 bytes at 16 MB: some 40 ms a try, on top of the delays after wrong ones. */
const COST = { N: 16_384 };

/** A telephone of its owner: in their private notes, and so on every poste where they sit, and nowhere else. */
interface PairDocument extends DocumentBody {
  readonly type: 'remotePair';
  readonly keyId: string;
  readonly spki: string;
  readonly label: string;
  readonly salt: string;
  readonly pin: string;
  readonly at: string;
}
const pairSchema = v.object({
  _id: v.custom<Id<'event'>>((value) => typeof value === 'string' && value.startsWith('event_')),
  keyId: v.string(),
  spki: v.string(),
  label: v.string(),
  salt: v.string(),
  pin: v.string(),
  at: v.string(),
});
export type Pair = v.InferOutput<typeof pairSchema>;

/** A lost telephone is forgotten by its owner; nobody carries more than a few. */
export const MAX_PAIRS = 5;

export const pairsIn = (base: AudienceDatabase): Pair[] =>
  base.all('remotePair').flatMap(({ body }) => {
    const read = v.safeParse(pairSchema, body);
    return read.success ? [read.output] : [];
  });

export async function addPair(
  base: AudienceDatabase,
  platform: Pick<Platform, 'clock' | 'random'>,
  { key, label, pin }: { readonly key: DeviceKey; readonly label: string; readonly pin: string },
): Promise<Pair> {
  const salt = platform.random(16);
  const body: PairDocument = {
    _id: idFrom('event', platform.random(9)),
    type: 'remotePair',
    v: 1,
    ...key,
    label,
    salt: salt.toString('base64'),
    pin: (await derive(Buffer.from(pin), salt, 32, COST)).toString('base64'),
    at: instant(platform.clock()),
  };
  await base.put(body);
  return v.parse(pairSchema, body);
}

export async function removePair(base: AudienceDatabase, id: Id<'event'>): Promise<void> {
  const held = base.get(id);
  if (held?.body.type === 'remotePair') await base.remove(id, held.rev);
}

export async function opens(pair: Pair, pin: string): Promise<boolean> {
  const known = Buffer.from(pair.pin, 'base64');
  const tried = await derive(Buffer.from(pin), Buffer.from(pair.salt, 'base64'), 32, COST);
  return known.length === tried.length && timingSafeEqual(known, tried);
}
