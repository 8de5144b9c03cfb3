import type { LessonToolFace } from '../../lesson-tools';
import TalkPanel from './TalkPanel.vue';
import TalkStrip from './TalkStrip.vue';
import VoiceSeat from './VoiceSeat.vue';

export const tool: LessonToolFace = {
  name: 'talk',
  label: 'talk.action',
  icon: 'mail',
  place: 'menu',
  rank: 60,
  panel: TalkPanel,
  strip: TalkStrip,
  seat: VoiceSeat,
};
