import type { LessonToolFace } from '../../lesson-tools';
import HelpSeat from './HelpSeat.vue';
import StationsPanel from './StationsPanel.vue';

export const tool: LessonToolFace = {
  name: 'stations',
  label: 'connectors.action',
  icon: 'laptop',
  place: 'menu',
  rank: 60,
  panel: StationsPanel,
  seat: HelpSeat,
};
