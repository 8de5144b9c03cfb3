import { doorSubject } from './door';
import { joinSubject } from './join';
import { lessonSubject } from './lesson';
import { homeworkSubject } from './homework';

/**
 * Everything a device on the LAN may ask, and nothing else: the LAN door is built from this registry alone.
 * Version of the hello; a newer client is told so in words.
 */
export const PUPIL_PROTOCOL = 0;

export const pupilContract = {
  door: doorSubject,
  join: joinSubject,
  lesson: lessonSubject,
  homework: homeworkSubject,
} as const;
export type PupilContract = typeof pupilContract;
