import type { Id } from '../../domain/id';
import type { guardiansSubject } from '../../contract/staff/guardians';
import type { Keyring } from '../../store/port-keys';
import type { Disposable, Platform, StaffHandlers } from '../capability';
import type { Timers } from '../cart/timers';
import type { SchoolDatabases } from './databases';
import { createAuthorityService } from './guardians-authority';
import { createChildRecords } from './guardians-child';
import { readContacts } from './guardians-contacts';
import { createGuardianLists } from './guardians-lists';
import { createGuardiansKeeper } from './guardians-keeper';
import { createGuardiansService } from './guardians-service';
import { accessId } from './portal-code';
import { createPortalService } from './portal-service';

/** Parents as a room: what the head does, what the teachers of a class read, what is published of both. */
export interface GuardiansRoom extends Disposable {
  readonly handlers: StaffHandlers<typeof guardiansSubject>;
  /** What is published follows what came from other postes, and the day. */
  step(): Promise<void>;
}

export function openGuardians(deps: {
  readonly platform: Pick<Platform, 'clock' | 'random' | 'publish' | 'log'>;
  readonly databases: SchoolDatabases;
  readonly keyring: Pick<Keyring, 'dataKeys'>;
  readonly timeZone: () => string;
  readonly timers: Timers;
}): GuardiansRoom {
  const { platform, databases, keyring, timeZone } = deps;
  // The first key: an access stays what it is when keys are exchanged.
  const accessOf = (guardian: Id<'guardian'>): Id<'portal'> =>
    accessId(keyring.dataKeys(databases.name('direction')).at(-1) ?? '', guardian);
  const keeper = createGuardiansKeeper({ ...deps, accessOf });
  keeper.begin();
  const shared = { platform, databases, timeZone, published: () => keeper.step() };
  const guardians = createGuardiansService(shared);
  const lists = createGuardianLists(shared);
  const childRecords = createChildRecords(shared);
  const authority = createAuthorityService(shared);
  const portal = createPortalService({ ...shared, accessOf });
  const done = async (work: Promise<void>): Promise<Record<string, never>> => {
    await work;
    return {};
  };
  return {
    step: () => keeper.step(),
    close: () => keeper.close(),
    handlers: {
      list: ({ actor }) => lists.list(actor),
      add: async ({ actor }, { person, pupil }) => ({ id: await guardians.add(actor, person, pupil) }),
      correct: ({ actor }, { guardian, person }) => done(guardians.correct(actor, guardian, person)),
      link: ({ actor }, { guardian, pupil }) => done(guardians.link(actor, guardian, pupil)),
      unlink: ({ actor }, { guardian, pupil }) => done(guardians.unlink(actor, guardian, pupil)),
      childRecord: ({ actor }, { pupil }) => childRecords.read(actor, pupil),
      correctChild: ({ actor }, { pupil, record }) => done(childRecords.write(actor, pupil, record)),
      history: async ({ actor }, { pupil }) => ({ facts: await lists.history(actor, pupil) }),
      say: async ({ actor }, input) => ({ fact: await authority.say(actor, input) }),
      confirm: async ({ actor }, { pairs, from, basis }) => ({
        facts: await authority.confirm(actor, pairs, from, basis),
      }),
      undo: ({ actor }, { facts }) => done(authority.undo(actor, facts)),
      twins: async ({ actor }) => ({ pairs: await guardians.twins(actor) }),
      merge: ({ actor }, { one, other }) => done(guardians.merge(actor, one, other)),
      separate: ({ actor }, { record }) => done(guardians.separate(actor, record)),
      notSame: ({ actor }, { one, other }) => done(guardians.notSame(actor, one, other)),
      contacts: async ({ actor }, input) => ({ children: await readContacts(shared, actor, input.class) }),
      letters: async ({ actor }, { classes, per }) => ({
        letters: await lists.letters(actor, classes, per),
      }),
      portal: ({ actor }) => portal.state(actor),
      portalAddress: ({ actor }, { address }) => done(portal.setAddress(actor, address)),
      portalIssue: async ({ actor }, input) => ({ letters: await portal.issue(actor, input.guardians) }),
      portalRevoke: ({ actor }, { guardian }) => done(portal.revoke(actor, guardian)),
    },
  };
}
