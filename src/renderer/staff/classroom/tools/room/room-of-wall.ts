import { effectScope, onScopeDispose, type EffectScope, type Ref } from 'vue';
import type { LessonView } from '../../../../../contract/staff/classroom';
import type { RoomView } from '../../../../../contract/staff/room';
import { useRoom } from '../../use-room';

/** Twenty-eight tiles look at one view of the room: asked once, let go of with the last tile. */
let held: { scope: EffectScope; room: Ref<RoomView | undefined>; users: number } | undefined;

export function roomOfWall(lesson: Ref<LessonView>): Ref<RoomView | undefined> {
  if (!held) {
    const scope = effectScope(true);
    const room = scope.run(() => useRoom(lesson));
    if (!room) throw new Error('scope ended');
    held = { scope, room, users: 0 };
  }
  const mine = held;
  mine.users += 1;
  onScopeDispose(() => {
    mine.users -= 1;
    if (mine.users > 0) return;
    mine.scope.stop();
    if (held === mine) held = undefined;
  });
  return mine.room;
}
