import type { LessonToolFace } from '../../lesson-tools';

export const tool: LessonToolFace = {
  name: 'report',
  label: 'report.action',
  icon: 'document',
  place: 'menu',
  rank: 90,
  act(_staff, lesson) {
    location.hash = `#/bilans?seance=${lesson.id}${lesson.class ? `&classe=${lesson.class}` : ''}`;
    return Promise.resolve();
  },
};
