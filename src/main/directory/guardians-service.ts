import { PreauError } from '../../domain/errors';
import { idFrom, type Id } from '../../domain/id';
import type { Json } from '../../domain/json';
import { likelyTwins, type GuardianPerson, type Twins } from '../../domain/people/guardian-people';
import type { Actor } from '../../domain/rights/actor';
import { demand } from '../../domain/rights/authorize';
import type { GuardianFields } from '../../contract/staff/guardians';
import type { AudienceDatabase } from '../../store/port';
import type { GuardiansDeps } from './guardians-deps';
import { readFamilies, withoutGaps, type Families } from './guardians-records';

/** Guardians as the head writes, ties and corrects them. */
export interface GuardiansService {
  add(actor: Actor, person: GuardianFields, pupil: Id<'pupil'>): Promise<Id<'guardian'>>;
  correct(actor: Actor, guardian: Id<'guardian'>, person: GuardianFields): Promise<void>;
  link(actor: Actor, guardian: Id<'guardian'>, pupil: Id<'pupil'>): Promise<void>;
  unlink(actor: Actor, guardian: Id<'guardian'>, pupil: Id<'pupil'>): Promise<void>;
  twins(actor: Actor): Promise<{ one: Id<'guardian'>; other: Id<'guardian'>; share: Twins['share'] }[]>;
  merge(actor: Actor, one: Id<'guardian'>, other: Id<'guardian'>): Promise<void>;
  separate(actor: Actor, record: Id<'guardian'>): Promise<void>;
  notSame(actor: Actor, one: Id<'guardian'>, other: Id<'guardian'>): Promise<void>;
}

export function createGuardiansService(deps: GuardiansDeps): GuardiansService {
  const { platform, databases } = deps;
  const direction = (): Promise<AudienceDatabase> => databases.open('direction');
  const families = async (): Promise<Families> => readFamilies(await direction());

  async function person(id: string): Promise<{ families: Families; person: GuardianPerson }> {
    const found = await families();
    const owner = found.ownerOf(id);
    const who = found.people.find((one) => one.id === owner);
    if (!who) throw new PreauError('NOT_FOUND', { kind: 'guardian' });
    return { families: found, person: who };
  }
  async function demandPupil(pupil: Id<'pupil'>): Promise<void> {
    const held = (await databases.open('ecole')).get(pupil);
    if (held?.body.type !== 'pupil') throw new PreauError('NOT_FOUND', { kind: 'pupil' });
  }
  /** Changes fields of one record; `undefined` takes a field away. */
  async function write(id: string, fields: Readonly<Record<string, Json | undefined>>): Promise<void> {
    const db = await direction();
    const held = db.get(id);
    if (held?.body.type !== 'guardian') throw new PreauError('NOT_FOUND', { kind: 'guardian' });
    await db.put(withoutGaps({ ...held.body, ...fields }), held.rev);
  }
  async function changed(): Promise<void> {
    await deps.published();
    platform.publish('guardians.changed', {});
  }
  const childrenOf = async (id: string): Promise<string[]> => {
    const held = (await direction()).get(id)?.body['children'];
    return Array.isArray(held) ? held.filter((one) => typeof one === 'string') : [];
  };

  return {
    async add(actor, fields, pupil) {
      demand(actor, 'guardian.manage');
      await demandPupil(pupil);
      const id = idFrom('guardian', platform.random(9));
      const { first, family, usage, ...rest } = fields;
      const names = { family, usage, first };
      await (
        await direction()
      ).put(withoutGaps({ _id: id, type: 'guardian', v: 1, ...rest, names, children: [pupil] }));
      await changed();
      return id;
    },
    async correct(actor, guardian, { first, family, usage, civility, email, phones, address }) {
      demand(actor, 'guardian.manage');
      const { person: who } = await person(guardian);
      await write(who.id, { names: { family, usage, first }, civility, email, phones, address });
      await changed();
    },
    async link(actor, guardian, pupil) {
      demand(actor, 'guardian.manage');
      await demandPupil(pupil);
      const { person: who } = await person(guardian);
      if (who.children.includes(pupil)) return;
      await write(who.id, { children: [...(await childrenOf(who.id)), pupil] });
      await changed();
    },
    async unlink(actor, guardian, pupil) {
      demand(actor, 'guardian.manage');
      const { person: who } = await person(guardian);
      for (const id of [who.id, ...who.merged]) {
        const children = await childrenOf(id);
        if (children.includes(pupil)) await write(id, { children: children.filter((one) => one !== pupil) });
      }
      await changed();
    },
    async twins(actor) {
      demand(actor, 'guardian.manage');
      const { people } = await families();
      return likelyTwins(people).map(({ people: [one, other], share }) => ({
        one: one.id as Id<'guardian'>,
        other: other.id as Id<'guardian'>,
        share,
      }));
    },
    async merge(actor, one, other) {
      demand(actor, 'guardian.manage');
      const { families: found, person: kept } = await person(one);
      const { person: joined } = await person(other);
      if (found.ownerOf(one) === found.ownerOf(other)) return;
      await write(joined.id, { mergedInto: kept.id });
      await changed();
    },
    async separate(actor, record) {
      demand(actor, 'guardian.manage');
      await write(record, { mergedInto: undefined });
      await changed();
    },
    async notSame(actor, one, other) {
      demand(actor, 'guardian.manage');
      const { person: who } = await person(one);
      const { person: stranger } = await person(other);
      await write(who.id, { notSame: [...new Set([...who.notSame, stranger.id])].sort() });
      await changed();
    },
  };
}
