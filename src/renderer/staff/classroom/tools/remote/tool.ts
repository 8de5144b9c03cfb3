import type { LessonToolFace } from '../../lesson-tools';
import RemotePanel from './RemotePanel.vue';

export const tool: LessonToolFace = {
  name: 'remote',
  label: 'remote.action',
  icon: 'phone',
  place: 'menu',
  rank: 80,
  panel: RemotePanel,
};
