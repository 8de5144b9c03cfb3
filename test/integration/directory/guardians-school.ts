import { onTestFinished } from 'vitest';
import type { Id } from '../../../src/domain/id';
import { type Actor } from '../../../src/domain/rights/actor';
import type { Timers } from '../../../src/main/cart/timers';
import { openGuardians } from '../../../src/main/directory/guardians-routes';
import { createSchool, extractions, temporaryFolder, type Poste } from './poste';

/** Nothing happens by itself: tests ask for each step. */
export const STILL: Timers = { now: () => 0, after: () => () => undefined };
export const SEEN = { kind: 'enrolment', seenOn: '2026-09-03' } as const;

export function guardiansOf(poste: Poste) {
  const { platform, databases, keyring } = poste;
  const room = openGuardians({ platform, databases, keyring, timeZone: () => 'Europe/Paris', timers: STILL });
  onTestFinished(() => room.close());
  const as = (actor: Actor) => {
    const call = { actor, connection: 'window' };
    const { handlers } = room;
    return {
      list: async () => handlers.list(call, {}),
      say: async (input: Parameters<typeof handlers.say>[1]) => (await handlers.say(call, input)).fact,
      confirm: async (input: Parameters<typeof handlers.confirm>[1]) =>
        (await handlers.confirm(call, input)).facts,
      undo: async (facts: Id<'event'>[]) => handlers.undo(call, { facts }),
      history: async (pupil: Id<'pupil'>) => (await handlers.history(call, { pupil })).facts,
      contacts: async (group: Id<'class'>) => (await handlers.contacts(call, { class: group })).children,
      letters: async (classes: Id<'class'>[], per: 'household' | 'person' = 'household') =>
        (await handlers.letters(call, { classes, per })).letters,
      call: handlers,
      with: call,
    };
  };
  return { room, as };
}

/** The school of the fixtures, imported; its head, and the teacher of a class. */
export async function school() {
  const folder = await temporaryFolder();
  const made = await createSchool(folder);
  const { poste, actor } = made;
  const run = await poste.imports.dryRun(actor, extractions('actuelle'));
  await poste.imports.apply(actor, run.plan, {});
  const { room, as } = guardiansOf(poste);
  await room.step();
  const teacher = await poste.actor((await poste.staffNamed('LE FLOCH'))._id as Id<'staff'>);
  const classes = await poste.people.classes(actor);
  const taught = (await poste.people.classes(teacher)).find(({ mine }) => mine);
  if (!taught) throw new Error('the teacher has no class');
  return { ...made, folder, room, as, head: as(actor), teacher, classes, taught: taught.id };
}
export type School = Awaited<ReturnType<typeof school>>;

/** A child of the class with two parents at different or equal addresses. */
export async function childOfTwo({ head, taught }: School) {
  const { children, guardians } = await head.list();
  const child = children.find((one) => one.class === taught && one.guardians.length === 2);
  const [one, other] = child?.guardians.map(({ id }) => guardians.find((adult) => adult.id === id)) ?? [];
  if (!child || !one || !other) throw new Error('no child with two guardians');
  return { child, one, other };
}
export const standing = async ({ head }: School, pupil: string, guardian: string) =>
  (await head.list()).children.find(({ id }) => id === pupil)?.guardians.find(({ id }) => id === guardian)
    ?.standing;
export const fieldsOf = ({
  civility,
  first,
  family,
  phones,
  address,
}: Awaited<ReturnType<typeof childOfTwo>>['one']) => ({
  civility,
  first,
  family,
  phones,
  address,
});
