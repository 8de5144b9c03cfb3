import type { LessonToolFace } from '../../lesson-tools';
import PollPanel from './PollPanel.vue';
import PollStrip from './PollStrip.vue';

export const tool: LessonToolFace = {
  name: 'poll',
  label: 'poll.action',
  icon: 'help',
  place: 'bar',
  rank: 20,
  panel: PollPanel,
  strip: PollStrip,
};
