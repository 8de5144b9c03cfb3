import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { LessonView, SeatView } from '../../../../../contract/staff/classroom';
import type { RoomView } from '../../../../../contract/staff/room';
import type { Member } from '../../../../../domain/lesson/plan';
import { useMasked } from '../../../projector/masked';
import { useRoom } from '../../use-room';

const KEY: InjectionKey<Ref<RoomView | undefined>> = Symbol('room');
/** One view of the room for a panel and its parts. */
export function provideRoom(lesson: Ref<LessonView>): Ref<RoomView | undefined> {
  const room = useRoom(lesson);
  provide(KEY, room);
  return room;
}
export function roomHere(): Ref<RoomView | undefined> {
  const room = inject(KEY);
  if (!room) throw new Error('no room provided');
  return room;
}

export interface NamedMember {
  readonly id: Member;
  readonly name: string;
  /** Where that member is now, if anywhere. */
  readonly seat?: SeatView | undefined;
}
/**
 * Whom places and groups are given to: pupils by name, else devices by number. The class may see this screen: then a pupil is
 * the number of the device, or of the place in the list.
 *
 * @param hidden the words for who is at no device, from 1
 */
export function useMembers(
  lesson: Ref<LessonView>,
  room: Ref<RoomView | undefined>,
  number: (seat: SeatView) => string,
  hidden: (n: number) => string,
): ComputedRef<readonly NamedMember[]> {
  const masked = useMasked();
  return computed(() =>
    lesson.value.mode === 'personal'
      ? (room.value?.members ?? []).map(({ id, name }, n) => {
          const seat = lesson.value.seats.find((one) => one.pupils.some((pupil) => pupil.id === id));
          if (!masked.on.value) return { id, name, seat };
          return { id, name: seat?.pupils.find((pupil) => pupil.id === id)?.name ?? hidden(n + 1), seat };
        })
      : lesson.value.seats.map((seat) => ({ id: seat.key, name: number(seat), seat })),
  );
}
