import { pack, secretsOfKeys, writeFrame } from '../../../src/exchange';
import { quickCodec } from './codec';
import { dataKeyOf, ECOLE, idFor, PARC, SCHOOL, signerOf, START } from './school';
import type { World } from './world';

/** Somebody who has the key of an open audience writes in another's name, and hands it to whoever is there. */
export async function forge(world: World): Promise<void> {
  const { random, trace } = world;
  const victim = world.poste(random.pick(['a', 'b', 'c'] as const));
  const site = random.pick(world.sites());
  const audience = random.pick([ECOLE, PARC]);
  const [secrets] = secretsOfKeys([dataKeyOf(audience, 0)], audience);
  if (!site.life || !secrets) return;
  const head = victim.disk.head(audience, victim.poste);
  const id = idFor('event', `forged ${world.now}`);
  const body = { _id: id, type: 'note', v: 1 };
  const record = { id, rev: `1-${'0'.repeat(32)}`, ancestors: [], deleted: false, body };
  const packing = {
    school: SCHOOL,
    origin: victim.poste,
    grant: idFor('grant', victim.name),
    signer: signerOf('stranger'),
    audience,
    secrets,
    created: new Date(START).toISOString(),
    codec: quickCodec,
  };
  const { parcels } = await pack(packing, head, [{ seq: (head?.to ?? 0) + 1, record }]);
  trace.fault('forged', world.now, victim.name, site.name);
  const frames = async function* (): AsyncGenerator<Buffer> {
    for (const parcel of parcels) yield await Promise.resolve(writeFrame('P', parcel.bytes));
  };
  await (await site.answers()).push(frames());
}
