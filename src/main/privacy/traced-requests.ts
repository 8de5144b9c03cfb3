import type { Reply } from '../../contract/bridge';
import type { MethodOf } from '../../contract/define';
import type { StaffContract } from '../../contract/staff';
import { isId } from '../../domain/id';
import { SUBJECTS_MAX, type TraceAction } from '../../domain/privacy/trace';
import type { Actor } from '../../domain/rights/actor';
import type { StaffCall, Tracer } from '../capability';

/**
 * Requests of a staff window that are written down once they were answered. What a window asks by itself, or what shows
 * nothing about a person, stands in no row. Services trace by themselves what a request does not tell (docs/privacy.md).
 */
export const TRACED: Readonly<Partial<Record<MethodOf<StaffContract>, TraceAction>>> = {
  'session.signOut': 'session.signOut',
  'people.createAccounts': 'account.give',
  'people.changePassword': 'account.reset',
  'people.assignClasses': 'right.give',
  'people.addStaff': 'right.give',
  'people.dryRun': 'people.import',
  'people.codeCards': 'people.print',
  'people.leftPupils': 'pupil.read',
  'people.addPupil': 'pupil.change',
  'people.correctPupil': 'pupil.change',
  'people.removePupil': 'pupil.change',
  'people.pupilReturned': 'pupil.change',
  'people.mergeClass': 'pupil.change',
  'people.undoImport': 'people.import',
  'guardians.list': 'guardian.read',
  'guardians.childRecord': 'guardian.read',
  'guardians.history': 'guardian.read',
  'guardians.contacts': 'guardian.read',
  'guardians.letters': 'people.print',
  'guardians.twins': 'guardian.read',
  'guardians.add': 'guardian.change',
  'guardians.correct': 'guardian.change',
  'guardians.correctChild': 'pupil.change',
  'guardians.link': 'guardian.change',
  'guardians.unlink': 'guardian.change',
  'guardians.say': 'guardian.change',
  'guardians.confirm': 'guardian.change',
  'guardians.undo': 'guardian.change',
  'guardians.merge': 'guardian.change',
  'guardians.separate': 'guardian.change',
  'guardians.notSame': 'guardian.change',
  'guardians.portalIssue': 'account.give',
  'guardians.portalRevoke': 'right.end',
  'groups.save': 'group.change',
  'groups.archive': 'group.change',
  'dispatch.keepApart': 'group.change',
  'search.people': 'people.search',
  'accounts.setEnd': 'right.end',
  'accounts.openNotes': 'session.signIn',
  'privacy.images': 'guardian.read',
  'register.sheet': 'register.read',
  'register.write': 'register.change',
  'plan.list': 'journal.read',
  'classroom.handIns': 'work.read',
  'classroom.handIn': 'work.read',
  'classroom.sendPage': 'app.push',
  'classroom.sendFile': 'app.push',
  'classroom.sendAgain': 'app.push',
  'classroom.sendWork': 'app.push',
  'classroom.exportWork': 'work.read',
  'notes.open': 'work.read',
  'notes.save': 'work.read',
  'classroom.answerSignIn': 'session.signIn',
  'android.install': 'app.push',
  'devices.startEnrolment': 'device.enrol',
  'devices.revoke': 'device.revoke',
  'sync.openIntroduction': 'poste.introduce',
  'sync.confirmIntroduction': 'poste.introduce',
  'sync.openRestore': 'copy.restore',
  'postes.accept': 'poste.introduce',
  'postes.putOut': 'poste.putOut',
  'postes.addPerson': 'right.give',
  'postes.nameHead': 'right.give',
  'postes.endHead': 'right.end',
  'postes.removePerson': 'right.end',
  'postes.leavesSchool': 'right.end',
  'postes.openRelay': 'poste.introduce',
  'backup.write': 'copy.write',
  'restore.begin': 'copy.restore',
  'years.close': 'year.change',
  'years.reopen': 'year.change',
  'years.confirm': 'year.change',
  'years.decide': 'pupil.change',
  'years.endNow': 'year.change',
  'years.register': 'register.read',
  'years.handOvers': 'pupil.read',
  'years.writeNote': 'pupil.change',
  'inventory.exportCsv': 'people.export',
};

/** Ways in: who it was is known once it is answered. */
const ENTRIES: ReadonlySet<string> = new Set(['session.signIn', 'session.useDayCode']);

const isTraced = (method: string): method is MethodOf<StaffContract> => Object.hasOwn(TRACED, method);

/** Ids that stand anywhere in a request, in their order; what is large is not walked to its end. */
export function idsIn(value: unknown): string[] {
  const found: string[] = [];
  const rest: unknown[] = [value];
  for (let steps = 0; rest.length > 0 && steps < 2_000 && found.length <= SUBJECTS_MAX; steps += 1) {
    const one = rest.shift();
    if (typeof one === 'string') {
      if (isId(one)) found.push(one);
    } else if (Array.isArray(one)) rest.unshift(...(one as unknown[]).slice(0, 500));
    else if (one !== null && typeof one === 'object') rest.unshift(...Object.values(one).slice(0, 100));
  }
  return found;
}

/** Hears every request of the staff contract behind its answer. */
export function traceRequests(
  tracer: Tracer,
): (call: StaffCall, method: string, input: unknown, reply: Reply) => void {
  const signed = (reply: Reply): Actor | undefined => {
    const state = reply.ok && typeof reply.value === 'object' ? reply.value : undefined;
    const who =
      state && 'signedIn' in state ? (state.signedIn as { readonly id?: unknown } | undefined) : undefined;
    return isId(who?.id, 'staff') ? { kind: 'staff', personId: who.id, grants: [] } : undefined;
  };
  return ({ actor }, method, input, reply) => {
    if (!reply.ok) {
      const { code } = reply.error;
      if (ENTRIES.has(method)) tracer.trace(actor, 'session.wrong', [code, ...idsIn(input)]);
      else if (code === 'FORBIDDEN') tracer.trace(actor, 'right.refused', [method, ...idsIn(input)]);
    } else if (ENTRIES.has(method)) tracer.trace(signed(reply) ?? actor, 'session.signIn', []);
    else if (isTraced(method)) {
      const action = TRACED[method];
      if (action) tracer.trace(actor, action, [method, ...idsIn(input)]);
    }
  };
}
