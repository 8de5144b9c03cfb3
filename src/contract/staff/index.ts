import { accessoriesSubject } from './accessories';
import { accountsSubject } from './accounts';
import { androidSubject } from './android';
import { appsSubject } from './apps';
import { backupSubject, restoreSubject } from './backup';
import { cartSubject } from './cart';
import { cartSetsSubject } from './cart-sets';
import { chargingSubject } from './charging';
import { checkSubject } from './check';
import { classroomSubject } from './classroom';
import { cleanStaffSubject } from './clean';
import { closingSubject } from './closing';
import { connectorsSubject } from './connectors';
import { devicesSubject } from './devices';
import { dispatchSubject } from './dispatch';
import { groupsSubject, searchSubject } from './groups';
import { guardiansSubject } from './guardians';
import { internetSubject } from './internet';
import { remoteStaffSubject } from './remote';
import { inventorySubject } from './inventory';
import { daySubject, homeworkStaffSubject, planSubject, registerSubject } from './ent';
import { notesSubject } from './notes';
import { joinSchoolSubject } from './join-school';
import { peopleSubject } from './people';
import { pollStaffSubject } from './poll';
import { talkStaffSubject } from './talk';
import { postesSubject } from './postes';
import { powerSubject } from './power';
import { privacySubject } from './privacy';
import { projectSubject } from './project';
import { recessStaffSubject } from './recess';
import { reportSubject } from './report';
import { rightsSubject } from './rights';
import { roomSubject } from './room';
import { schoolSubject } from './school';
import { schoolsSubject } from './schools';
import { sessionSubject } from './session';
import { showStaffSubject } from './show';
import { syncSubject } from './sync';
import { wifiPointSubject } from './wifi-point';
import { yearsSubject } from './years';

/** Everything a staff window may ask. One line a subject; each subject has its file. */
export const staffContract = {
  session: sessionSubject,
  accounts: accountsSubject,
  school: schoolSubject,
  schools: schoolsSubject,
  joinSchool: joinSchoolSubject,
  people: peopleSubject,
  guardians: guardiansSubject,
  groups: groupsSubject,
  dispatch: dispatchSubject,
  search: searchSubject,
  register: registerSubject,
  homework: homeworkStaffSubject,
  plan: planSubject,
  day: daySubject,
  cart: cartSubject,
  charging: chargingSubject,
  sets: cartSetsSubject,
  closing: closingSubject,
  classroom: classroomSubject,
  apps: appsSubject,
  notes: notesSubject,
  room: roomSubject,
  check: checkSubject,
  poll: pollStaffSubject,
  project: projectSubject,
  talk: talkStaffSubject,
  show: showStaffSubject,
  internet: internetSubject,
  remote: remoteStaffSubject,
  recess: recessStaffSubject,
  clean: cleanStaffSubject,
  report: reportSubject,
  devices: devicesSubject,
  connectors: connectorsSubject,
  inventory: inventorySubject,
  accessories: accessoriesSubject,
  android: androidSubject,
  sync: syncSubject,
  backup: backupSubject,
  restore: restoreSubject,
  wifiPoint: wifiPointSubject,
  power: powerSubject,
  years: yearsSubject,
  rights: rightsSubject,
  postes: postesSubject,
  privacy: privacySubject,
} as const;
export type StaffContract = typeof staffContract;
