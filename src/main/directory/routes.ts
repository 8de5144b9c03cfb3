import { demand } from '../../domain/rights/authorize';
import type { peopleSubject } from '../../contract/staff/people';
import type { StaffCall, StaffHandlers } from '../capability';
import type { FileStore } from '../files/port';
import type { Accounts } from './accounts';
import type { CorrectService } from './correct-service';
import type { FeedSource } from './feeds/source';
import type { ImportService } from './import-service';
import type { MergeService } from './merge-service';
import type { PeopleService } from './people-service';

export function peopleRoutes(deps: {
  readonly people: PeopleService;
  readonly imports: ImportService;
  readonly accounts: Accounts;
  readonly merges: MergeService;
  readonly corrections: CorrectService;
  readonly files: FileStore;
  readonly uploaded: (connection: string, id: string) => { sha256: string; size: number; name: string };
}) {
  const { people, imports, accounts, merges, corrections } = deps;
  function dropped(call: StaffCall, id: string): FeedSource {
    const { sha256, size, name } = deps.uploaded(call.connection, id);
    return { name, size, open: (range) => deps.files.openRead(sha256, range) };
  }
  return {
    classes: async ({ actor }) => ({ classes: await people.classes(actor) }),
    pupils: async ({ actor }, input) => ({ pupils: await people.pupils(actor, input.class) }),
    staff: async ({ actor }) => ({ staff: await people.staff(actor) }),
    addClass: async ({ actor }, input) => ({ id: await people.addClass(actor, input) }),
    addPupil: async ({ actor }, input) => ({ id: await people.addPupil(actor, input) }),
    addStaff: async ({ actor }, input) => ({ id: await people.addStaff(actor, input) }),
    assignClasses: async ({ actor }, input) => {
      await people.assignClasses(actor, input.person, input.classes);
      return {};
    },
    dryRun: async (call, { uploads }) => {
      demand(call.actor, 'people.import');
      return imports.dryRun(
        call.actor,
        uploads.map((id) => dropped(call, id)),
      );
    },
    applyImport: ({ actor }, { plan, decisions, confirmed }) =>
      imports.apply(actor, plan, decisions, confirmed),
    lastImport: async ({ actor }) => {
      const last = await imports.last(actor);
      return last ? { last } : {};
    },
    undoImport: ({ actor }, { id, partial }) => imports.undo(actor, id, partial),
    createAccounts: async ({ actor }, input) => ({
      accounts: await accounts.createMany(actor, input.people),
    }),
    changePassword: async ({ actor }, { current, next }) => {
      await accounts.changePassword(actor, current, next);
      return {};
    },
    setPictureCode: async ({ actor }, input) => {
      await people.setPictureCode(actor, input.class, input.on);
      return {};
    },
    codeCards: async ({ actor }, input) => ({
      cards: (await people.roster(actor, input.class)).entries.map(({ id, name, symbol, code }) => ({
        id,
        name,
        symbol,
        code: [...code],
      })),
    }),
    mergeable: async ({ actor }) => ({ classes: await merges.mergeable(actor) }),
    mergePlan: ({ actor }, { from, into }) => merges.plan(actor, from, into),
    mergeClass: ({ actor }, input) => merges.merge(actor, input),
    leftPupils: async ({ actor }, input) => ({ pupils: await people.leftPupils(actor, input.class) }),
    correctPupil: async ({ actor }, input) => {
      await corrections.pupil(actor, input);
      return {};
    },
    removePupil: async ({ actor }, { pupil }) => ({ outcome: await corrections.remove(actor, pupil) }),
    pupilReturned: async ({ actor }, { pupil }) => {
      await corrections.returned(actor, pupil);
      return {};
    },
    correctClass: async ({ actor }, input) => {
      await corrections.classLabel(actor, input.class, input.label);
      return {};
    },
  } satisfies StaffHandlers<typeof peopleSubject>;
}
