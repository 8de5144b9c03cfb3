import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import type { LessonView, SeatView } from '../../../contract/staff/classroom';
import type { RoomView } from '../../../contract/staff/room';
import { seatsOfMembers } from '../../../domain/lesson/plan';
import { useStaff } from '../client';

/** How the class sits and works, as the host tells it. Undefined until it has answered. */
export function useRoom(lesson: Ref<LessonView>): Ref<RoomView | undefined> {
  const staff = useStaff();
  const room = shallowRef<RoomView>();
  let gone = false;
  onScopeDispose(() => (gone = true));
  const load = async (): Promise<void> => {
    const now = await staff.request('room.state', {}).catch(() => undefined);
    if (!gone && now?.lesson === lesson.value.id) room.value = now;
  };
  staff.on('room.changed', (next) => {
    if (next.lesson === lesson.value.id) room.value = next;
  });
  watch(() => lesson.value.id, load, { immediate: true });
  return room;
}

/** The devices on which a group's members are now. */
export const seatsOfGroup = (
  group: RoomView['groups'][number],
  lesson: Pick<LessonView, 'seats'>,
): SeatView['key'][] =>
  seatsOfMembers(
    lesson.seats.map(({ key, pupils }) => ({ key, pupils: pupils.map(({ id }) => id) })),
    group.members,
  );
