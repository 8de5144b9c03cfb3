import { reactive } from 'vue';

/** Reason and length of this lesson's last lock: what one click takes next time. Minutes as the choice writes them. */
const usual = reactive({ lesson: '', reason: '', minutes: '5' });

export function usualLock(lesson: string): { reason: string; minutes: string } {
  if (usual.lesson !== lesson) Object.assign(usual, { lesson, reason: '', minutes: '5' });
  return usual;
}
