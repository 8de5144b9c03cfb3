import { computed, inject, provide, type ComputedRef, type InjectionKey, type Ref } from 'vue';
import type { LessonView, SeatView } from '../../../../../contract/staff/classroom';
import type { RoomView } from '../../../../../contract/staff/room';
import type { Member } from '../../../../../domain/lesson/plan';
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
/** Whom places and groups are given to: pupils by name, else devices by number. */
export function useMembers(
  lesson: Ref<LessonView>,
  room: Ref<RoomView | undefined>,
  number: (seat: SeatView) => string,
): ComputedRef<readonly NamedMember[]> {
  return computed(() =>
    lesson.value.mode === 'personal'
      ? (room.value?.members ?? []).map(({ id, name }) => ({
          id,
          name,
          seat: lesson.value.seats.find((seat) => seat.pupils.some((pupil) => pupil.id === id)),
        }))
      : lesson.value.seats.map((seat) => ({ id: seat.key, name: number(seat), seat })),
  );
}
