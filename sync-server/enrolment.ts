import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';
import type { Id } from '../src/domain/id';
import { idSchema, isPublicKeyText } from '../src/exchange';
import { writeSchool } from './school-record';
import type { GatewayStore } from './store/shelf';

/** `PUT /v0/schools/<uai>`: a head's key, with the code of the town hall's letter. */
export const enrolSchema = v.strictObject({
  school: idSchema('school'),
  headKey: v.custom<string>((key) => typeof key === 'string' && isPublicKeyText(key)),
  code: v.pipe(v.string(), v.maxLength(40)),
});

/** Schools that the commune expects: `school!0751234a` {given, enrolled}, instants. */
export const EXPECTED = 'school!';

/** Several gateways over one store share it: a challenge of one is answered at another. */
export async function sharedSecret(store: GatewayStore): Promise<Buffer> {
  const shelf = await store.settings();
  for (;;) {
    const held = await shelf.get('secret');
    if (held) return Buffer.from(String(held['bytes']), 'base64');
    await shelf.put({ _id: 'secret', bytes: randomBytes(32).toString('base64') });
    await shelf.flush();
  }
}

/** 50 bits a person can copy from paper: `k3zq-7p2w-ab`. The same at each call. */
export function codeFor(secret: Buffer, uai: string): string {
  const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789';
  const bytes = createHmac('sha256', secret).update(`preau enrolment v0\n${uai}`).digest();
  const letters = Array.from({ length: 10 }, (_, at) => alphabet.charAt((bytes[at] ?? 0) % 32)).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4, 8)}-${letters.slice(8)}`;
}

function isCode(given: string, expected: string): boolean {
  const clean = Buffer.from(given.trim().toLowerCase());
  const right = Buffer.from(expected);
  return clean.length === right.length && timingSafeEqual(clean, right);
}

/** Writes when a school was given its code, or came with it: a school that never came is seen that way. */
export async function note(store: GatewayStore, uai: string, what: 'given' | 'enrolled'): Promise<void> {
  const shelf = await store.settings();
  for (;;) {
    const held = await shelf.get(EXPECTED + uai);
    if (held?.[what] !== undefined) return;
    const next = { ...held, _id: EXPECTED + uai, [what]: new Date().toISOString() };
    if ((await shelf.put(next)) !== undefined) return shelf.flush();
  }
}

export type Enrolment = 'ok' | 'CODE_WRONG' | 'OTHER_SCHOOL';

/**
 * @param signs whether that key is a head's of the school as it is known here: its own was exchanged since it was enrolled
 * @throws NotProvisioned where the store has no place for it yet
 */
export async function enrol(
  store: GatewayStore,
  secret: Buffer,
  uai: string,
  { school, headKey, code }: v.InferOutput<typeof enrolSchema>,
  signs: (school: Id<'school'>, headKey: string) => Promise<boolean>,
): Promise<Enrolment> {
  if (!isCode(code, codeFor(secret, uai))) return 'CODE_WRONG';
  const shelf = await store.createSchool(uai);
  const written = await writeSchool(shelf, { uai, school, headKeys: [headKey] });
  if (written === 'other-school' && !(await signs(school, headKey))) return 'OTHER_SCHOOL';
  await shelf.flush();
  await note(store, uai, 'enrolled');
  return 'ok';
}
