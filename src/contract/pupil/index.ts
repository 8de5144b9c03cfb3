import { cleanSubject } from './clean';
import { checkSubject } from './check';
import { deviceSubject } from './device';
import { doorSubject } from './door';
import { joinSubject } from './join';
import { internetSubject } from './internet';
import { remoteSubject } from './remote';
import { lessonSubject } from './lesson';
import { pollSubject } from './poll';
import { showSubject } from './show';
import { talkSubject } from './talk';
import { homeworkSubject } from './homework';
import { notesSubject } from './notes';
import { recessSubject } from './recess';
import { roomSubject } from './room';

/**
 * Everything a device on the LAN may ask, and nothing else: the LAN door is built from this registry alone.
 * Version of the hello; a newer client is told so in words.
 */
export const PUPIL_PROTOCOL = 0;

export const pupilContract = {
  door: doorSubject,
  join: joinSubject,
  lesson: lessonSubject,
  room: roomSubject,
  check: checkSubject,
  device: deviceSubject,
  homework: homeworkSubject,
  notes: notesSubject,
  poll: pollSubject,
  talk: talkSubject,
  show: showSubject,
  internet: internetSubject,
  remote: remoteSubject,
  recess: recessSubject,
  clean: cleanSubject,
} as const;
export type PupilContract = typeof pupilContract;
