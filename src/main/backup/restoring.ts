import { isPreauError, PreauError, type ErrorCode } from '../../domain/errors';
import type { Id } from '../../domain/id';
import { passwordWeakness } from '../../domain/people/password-rules';
import type { restoreSubject, RestoreState } from '../../contract/staff/backup';
import type { Platform, StaffHandlers } from '../capability';
import { mediumAt } from './service';
import { removablePlaces } from './places';
import { restoreCopy, type Opener, type RestoreSteps } from './restore-copy';
import { demandCopyFolder, findCopies } from './shelf';

export interface RestoringDeps {
  readonly platform: Platform;
  /** True where this poste has its school already. */
  readonly taken: () => boolean;
  readonly steps: RestoreSteps;
  /** What was typed opens the restored folder once more: who works here, heads first; whose password it was. */
  readonly after: (opener: Opener) => Promise<{
    readonly people: readonly { readonly id: Id<'staff'>; readonly name: string }[];
    readonly person: Id<'staff'> | undefined;
    /** Wraps what that person may open. */
    settle(person: Id<'staff'>, password: string): Promise<void>;
  }>;
}

/** « À partir d’une clé USB »: one at a time, told step by step to the window. */
export function createRestoring(deps: RestoringDeps) {
  const { platform } = deps;
  let state: RestoreState = { state: 'idle' };
  let granted = false;
  let settle: ((person: Id<'staff'>, password: string) => Promise<void>) | undefined;
  const TELL_EVERY = 1024 * 1024;

  /** Nobody is signed in on a poste without a school: every window of it may follow. */
  function tell(next: RestoreState): void {
    state = next;
    platform.publish('restore.changed', next, () => true);
  }

  async function restore(folder: string, copy: string, opener: Opener): Promise<void> {
    const medium = await mediumAt(folder);
    let told = 0;
    const restored = await restoreCopy(
      deps.steps,
      platform.dataFolder,
      medium,
      copy,
      opener,
      ({ done, total }) => {
        if (done - told < TELL_EVERY) return;
        told = done;
        tell({ state: 'reading', done, total });
      },
    );
    platform.log.info('restore.done', { granted: restored.granted });
    const after = await deps.after(opener);
    ({ granted } = restored);
    ({ settle } = after);
    if (after.person) tell({ state: 'restored', person: after.person, granted });
    else tell({ state: 'choose', made: restored.made, granted, people: [...after.people] });
  }

  const handlers = {
    places: async () => ({ places: [...(await removablePlaces())] }),
    look: async (_call, { folder }) => ({
      copies: (await findCopies(await mediumAt(folder))).map(({ folder: copy, made, bytes, problem }) => ({
        copy,
        ...(made === undefined ? {} : { made }),
        ...(bytes === undefined ? {} : { bytes }),
        ...(problem === undefined ? {} : { problem }),
      })),
    }),
    state: () => state,
    begin: (_call, { folder, copy, opener }) => {
      if (deps.taken()) throw new PreauError('SCHOOL_EXISTS');
      if (state.state !== 'idle' && state.state !== 'failed') throw new PreauError('BUSY');
      demandCopyFolder(copy);
      tell({ state: 'reading', done: 0, total: 0 });
      const typed: Opener = opener.with === 'sheet' ? { code: opener.code } : { password: opener.password };
      restore(folder, copy, typed).catch((error: unknown) => {
        const code: ErrorCode = isPreauError(error) ? error.code : 'INTERNAL';
        platform.log.warn('restore.failed', { code });
        tell({ state: 'failed', code });
      });
      return {};
    },
    choose: async (_call, { person, password }) => {
      if (state.state !== 'choose' || !settle) throw new PreauError('BUSY');
      const weakness = passwordWeakness(password);
      if (weakness) throw new PreauError('PASSWORD_WEAK', { reason: weakness });
      await settle(person, password);
      tell({ state: 'restored', person, granted });
      return {};
    },
  } satisfies StaffHandlers<typeof restoreSubject>;
  return { handlers };
}
