import type { LessonToolFace } from '../../lesson-tools';
import RoomPanel from './RoomPanel.vue';
import RoomStrip from './RoomStrip.vue';
import SeatActions from './SeatActions.vue';
import TurnMark from './TurnMark.vue';

export const tool: LessonToolFace = {
  name: 'room',
  label: 'room.action',
  icon: 'people',
  place: 'menu',
  rank: 10,
  panel: RoomPanel,
  strip: RoomStrip,
  seat: SeatActions,
  tile: TurnMark,
};
