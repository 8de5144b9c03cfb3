import { demand } from '../../domain/rights/authorize';
import type { peopleSubject } from '../../contract/staff/people';
import type { StaffHandlers } from '../capability';
import type { FileStore } from '../files/port';
import type { Accounts } from './accounts';
import type { CorrectService } from './correct-service';
import type { FeedSource } from './feeds/source';
import type { ImportService } from './import-service';
import type { MergeService } from './merge-service';
import type { PeopleService } from './people-service';

interface Dropped {
  readonly sha256: string;
  readonly size: number;
  readonly name: string;
}

export function peopleRoutes(deps: {
  readonly people: PeopleService;
  readonly imports: ImportService;
  readonly accounts: Accounts;
  readonly merges: MergeService;
  readonly corrections: CorrectService;
  readonly files: FileStore;
  readonly uploaded: (connection: string, id: string) => Dropped;
  /** Lets go of a file that was read, unless a document names it. */
  readonly discard: (sha256: string) => void;
}) {
  const { people, imports, accounts, merges, corrections } = deps;
  const sourceOf = ({ sha256, size, name }: Dropped): FeedSource => ({
    name,
    size,
    open: (range) => deps.files.openRead(sha256, range),
  });
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
      const files = uploads.map((id) => deps.uploaded(call.connection, id));
      try {
        return await imports.dryRun(call.actor, files.map(sourceOf));
      } finally {
        // What is written comes from the plan; a whole town's names have no reason to lie here any longer.
        for (const { sha256 } of files) deps.discard(sha256);
      }
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
