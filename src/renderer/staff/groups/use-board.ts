import { computed, ref } from 'vue';
import type { InputOf, ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { DispatchView } from '../../../contract/staff/dispatch';
import type { Id } from '../../../domain/id';
import { useStaff } from '../client';
import { useFailure } from '../failure';

type Look = ReplyOf<StaffContract, 'dispatch.look'>;
export type BoardPupil = Look['pupils'][number];
type Place = Id<'class'> | 'out';

/** Children on a board of classes: proposed, moved, and what it takes to send them. */
export function useBoard(classId: () => Id<'class'> | undefined) {
  const staff = useStaff();
  const { guard, sentence } = useFailure();
  const look = ref<Look>();
  const failure = ref('');
  const places = ref(new Map<Id<'pupil'>, Place>());
  /** Moved by a person: no proposal moves them again, as long as their class takes somebody. */
  const byHand = ref(new Set<Id<'pupil'>>());
  const refused = ref(new Set<Id<'class'>>());
  /** Kept apart for this time only, by who may not write it down for the year. */
  const apartNow = ref<[Id<'pupil'>, Id<'pupil'>][]>([]);
  const busy = ref(false);
  /** Another day is being read: what stands on the board is about to be replaced. */
  const loading = ref(false);

  const placesOf = (parts: Look['proposal']): Map<Id<'pupil'>, Place> =>
    new Map(parts.flatMap((part) => part.pupils.map((pupil) => [pupil, part.class] as const)));

  /** `empty`: everybody stays, until somebody places them or asks for a proposal. */
  async function load(day?: string, empty = false): Promise<void> {
    const id = classId();
    if (!id) return;
    loading.value = true;
    try {
      const found = await staff.request('dispatch.look', { class: id, ...(day ? { day } : {}) });
      look.value = found;
      failure.value = '';
      const { current } = found;
      refused.value = new Set(found.hosts.filter(({ away }) => away).map((host) => host.id));
      byHand.value = new Set();
      const elsewhere = new Set(current?.hosts.flatMap((host) => host.pupils.map(({ id: pupil }) => pupil)));
      if (current && !empty)
        byHand.value = new Set(found.pupils.map((one) => one.id).filter((one) => !elsewhere.has(one)));
      if (empty) places.value = new Map(found.pupils.map((one) => [one.id, 'out'] as const));
      else
        places.value = current
          ? new Map([
              ...found.pupils.map(({ id: pupil }) => [pupil, 'out'] as const),
              ...current.hosts.flatMap((host) => host.pupils.map((one) => [one.id, host.class.id] as const)),
            ])
          : placesOf(found.proposal);
    } catch (error) {
      failure.value = sentence(error);
    }
    loading.value = false;
  }

  const parts = (keep: (pupil: Id<'pupil'>) => boolean = () => true): Look['proposal'] =>
    (look.value?.hosts ?? []).map((host) => ({
      class: host.id,
      pupils: [...places.value].flatMap(([pupil, place]) =>
        place === host.id && keep(pupil) ? [pupil] : [],
      ),
    }));
  const out = (): Id<'pupil'>[] =>
    [...places.value].flatMap(([pupil, place]) => (place === 'out' ? [pupil] : []));

  /**
   * Asks for a place for everybody who is not kept where they are.
   * @param absent who is placed nowhere
   */
  async function propose(keep: (pupil: Id<'pupil'>) => boolean, absent = out()): Promise<boolean> {
    const found = look.value;
    if (!found) return false;
    busy.value = true;
    const done = await guard(() =>
      staff.request('dispatch.propose', {
        class: found.class.id,
        day: found.day,
        refused: [...refused.value],
        placed: parts(keep),
        absent,
        apart: apartNow.value,
      }),
    );
    busy.value = false;
    if (!done) return false;
    const stay = absent.map((pupil) => [pupil, 'out'] as const);
    places.value = new Map<Id<'pupil'>, Place>([...stay, ...placesOf(done.hosts)]);
    return true;
  }

  return {
    look,
    failure,
    places,
    refused,
    apartNow,
    busy,
    loading,
    load,
    in: (place: Place): BoardPupil[] =>
      (look.value?.pupils ?? []).filter(({ id }) => (places.value.get(id) ?? 'out') === place),
    placed: computed(() => [...places.value.values()].filter((place) => place !== 'out').length),
    move(pupil: Id<'pupil'>, place: Place): void {
      places.value = new Map(places.value).set(pupil, place);
      byHand.value = new Set(byHand.value).add(pupil);
    },
    /** A class that takes nobody: its children go elsewhere, the others stay where they are. */
    async refuse(host: Id<'class'>, refuses: boolean): Promise<void> {
      const before = new Set(refused.value);
      const next = new Set(before);
      if (refuses) next.add(host);
      else next.delete(host);
      refused.value = next;
      const done = refuses ? await propose(() => true) : true;
      if (!done) refused.value = before;
    },
    /** Everybody anew, but for those a person has placed, or left out. */
    again: () =>
      propose(
        (pupil) => byHand.value.has(pupil),
        out().filter((pupil) => byHand.value.has(pupil)),
      ),
    async keepApart(pair: [Id<'pupil'>, Id<'pupil'>]): Promise<void> {
      const found = look.value;
      if (!found) return;
      if (found.mayKeepApart) {
        const saved = await guard(() =>
          staff.request('dispatch.keepApart', { class: found.class.id, pupils: pair }),
        );
        if (!saved) return;
        look.value = { ...found, apart: [...found.apart, { id: saved.id, pupils: pair }] };
      } else apartNow.value = [...apartNow.value, pair];
      // Only the second of the two may have to move.
      await propose((pupil) => pupil !== pair[1]);
    },
    async mayMeet(pair: readonly [Id<'pupil'>, Id<'pupil'>]): Promise<void> {
      const found = look.value;
      const same = (other: readonly string[]): boolean => other.join() === pair.join();
      apartNow.value = apartNow.value.filter((one) => !same(one));
      const kept = found?.apart.find(({ pupils }) => same(pupils));
      if (!found || !kept) return;
      const done = await guard(() =>
        staff.request('dispatch.mayMeet', { class: found.class.id, id: kept.id }),
      );
      if (done) look.value = { ...found, apart: found.apart.filter((one) => one !== kept) };
    },
    async send(
      order: Omit<InputOf<StaffContract, 'dispatch.send'>, 'class' | 'hosts'>,
    ): Promise<DispatchView | undefined> {
      const found = look.value;
      if (!found) return undefined;
      busy.value = true;
      const made = await guard(() =>
        staff.request('dispatch.send', {
          ...order,
          class: found.class.id,
          hosts: parts().filter(({ pupils }) => pupils.length > 0),
        }),
      );
      busy.value = false;
      return made;
    },
  };
}
export type Board = ReturnType<typeof useBoard>;
