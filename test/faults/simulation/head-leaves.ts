import { grantHash, pack, secretsOfKeys, signGrant, writeFrame, type Signer } from '../../../src/exchange';
import { quickCodec } from './codec';
import { decree } from './decrees';
import { Poste } from './poste';
import { randomFrom } from './random';
import { dataKeyOf, ECOLE, HEAD, idFor, NEXT_HEAD, PARC, SCHOOL, signerOf, START } from './school';
import type { World } from './world';

/**
 * A second head leaves, who has known the key that signs: the head's poste ends it. The former head goes round with a computer of
 * their own, which that key granted, and hands it to whoever has heard of the end.
 */
const THIEF = idFor('poste', 'thief');
const END = idFor('grant', 'end of the first key');
const common = {
  type: 'grant' as const,
  v: 1 as const,
  school: SCHOOL,
  issued: new Date(START).toISOString(),
};
/** The relay, two teachers and the head: each meets the former head so often, by and by. */
const VISITS_MS = 2500;

/** The key that signs on the head's poste today. */
export const signingKey = (world: World): Signer => {
  const head = world.poste('a');
  return head.life && !head.replica.book.isHeadKey(HEAD.publicKey) ? NEXT_HEAD : HEAD;
};

export function headLeaves(world: World): void {
  const head = world.poste('a');
  const book = () => (head.life ? head.replica.book : undefined);
  decree(world, idFor('grant', 'next head key'), () => {
    const _id = idFor('grant', 'next head key');
    return signGrant({ ...common, _id, kind: 'headKey' as const, key: NEXT_HEAD.publicKey }, HEAD);
  });
  decree(
    world,
    END,
    () => {
      world.trace.fault('head-left', world.now);
      const ended = [HEAD.publicKey];
      const keeps = (book()?.all() ?? []).map(grantHash);
      return signGrant({ ...common, _id: END, kind: 'headKeyEnd' as const, ended, keeps }, NEXT_HEAD);
    },
    () => book()?.isHeadKey(NEXT_HEAD.publicKey) === true,
  );
  // A sequence of its own: the rest of the run is drawn as if nobody left.
  const random = randomFrom(Math.floor(world.weather.cut * 2 ** 31));
  const visit = (count: number): void => {
    if (world.weather.calm) return;
    const site = random.pick(world.sites());
    call(world, site, count).catch((error: unknown) => world.broke('former head', error));
    world.schedule.in(Math.ceil(random.next() * VISITS_MS), () => visit(count + 1));
  };
  world.schedule.in(Math.ceil(random.next() * VISITS_MS), () => visit(0));
}

/** Whether that holder has heard of the end: before, nobody can tell a former head from a head. */
async function hasHeard(world: World, site: ReturnType<World['sites']>[number]): Promise<boolean> {
  if (site instanceof Poste) return !site.replica.book.isHeadKey(HEAD.publicKey);
  await site.answers();
  return world.commune.rows().some(({ _id }) => _id === `g!${END}`);
}

async function call(world: World, site: ReturnType<World['sites']>[number], count: number): Promise<void> {
  if (!site.life || !(await hasHeard(world, site))) return;
  const signer = signerOf('thief');
  const grant = signGrant(
    {
      ...common,
      _id: idFor('grant', 'thief'),
      kind: 'poste' as const,
      poste: THIEF,
      key: signer.publicKey,
      person: idFor('staff', 'a'),
      roles: [{ role: 'head' as const, classIds: [] }],
      audiences: [ECOLE, PARC],
      carries: false,
    },
    HEAD,
  );
  const audience = count % 2 === 0 ? ECOLE : PARC;
  const [secrets] = secretsOfKeys([dataKeyOf(audience, 0)], audience);
  if (!secrets) return;
  const id = idFor('event', `thief ${count}`);
  const body = { _id: id, type: 'note', v: 1 };
  const record = { id, rev: `1-${'0'.repeat(32)}`, ancestors: [], deleted: false, body };
  const created = new Date(START).toISOString();
  const packing = { school: SCHOOL, origin: THIEF, grant: grant._id, signer, audience, secrets, created };
  const { parcels } = await pack({ ...packing, codec: quickCodec }, undefined, [{ seq: 1, record }]);
  world.trace.fault('former-head', world.now, site.name);
  const frames = async function* (): AsyncGenerator<Buffer> {
    yield await Promise.resolve(writeFrame('G', Buffer.from(JSON.stringify(grant))));
    for (const parcel of parcels) yield await Promise.resolve(writeFrame('P', parcel.bytes));
  };
  const { taken } = await (await site.answers()).push(frames());
  if (taken > 0) world.broken.push(`${site.name} took what a former head's computer brought`);
}
