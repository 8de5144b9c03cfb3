import { join } from 'node:path';
import type { Disposable } from '../capability';
import { createCasesService, type CasesService } from './cases-service';
import { openGoneFile } from './gone-file';
import { createImagesService, type ImagesService } from './images-service';
import { createPersonService, type PersonService } from './person-service';
import type { PrivacyDeps } from './ports';
import { createRegisterService, type RegisterService } from './register-service';
import { createHoldings } from './standing';
import { createTraceService, type TraceService } from './trace-service';

/** An import writes thousands of documents: the lists are looked at once behind them. */
const SETTLE_MS = 2_000;

/** What the school owes to the people it knows something of (docs/privacy.md). */
export interface PrivacyService extends Disposable {
  readonly register: RegisterService;
  readonly images: ImagesService;
  readonly cases: CasesService;
  readonly person: PersonService;
  readonly traces: TraceService;
  /** A base let go of documents by their dates. */
  expired(audience: string, on: string, count: number): Promise<void>;
  /** What follows others' doing: ONDE, authority, classes. One at a time; nobody waits for it. */
  tick(): Promise<void>;
}

export async function openPrivacy(deps: PrivacyDeps): Promise<PrivacyService> {
  const holdings = createHoldings(deps);
  const gone = await openGoneFile(join(deps.platform.dataFolder, 'gone.json'));
  const images = createImagesService(deps);
  const cases = createCasesService(deps, holdings);
  let turn: Promise<void> = Promise.resolve();
  let closed = false;
  function tick(): Promise<void> {
    const work = async (): Promise<void> => {
      if (closed) return;
      await deps.publishBoxes();
      if ((await images.publish()) > 0) deps.platform.publish('privacy.changed', {});
    };
    turn = turn.then(work).catch((error: unknown) => {
      deps.platform.log.error('privacy.failed', { error: error instanceof Error ? error.name : 'unknown' });
    });
    return turn;
  }
  let cancel: (() => void) | undefined;
  /** ONDE, papers, authority and classes decide who stands on a list. */
  const endListening: (() => void)[] = [];
  for (const kind of ['direction', 'ecole'] as const) {
    if (!deps.databases.readable('direction') || !deps.databases.readable(kind)) continue;
    const db = await deps.databases.open(kind);
    endListening.push(
      db.onChange(({ id }) => {
        if (!/^(pupil|guardian|event)_/.test(id)) return;
        cancel ??= deps.after(SETTLE_MS, () => {
          cancel = undefined;
          void tick();
        });
      }),
    );
  }
  return {
    register: createRegisterService(deps, holdings, gone),
    images,
    cases,
    person: createPersonService(deps, holdings, cases),
    traces: createTraceService(deps, holdings),
    expired: (audience, on, count) => gone.add(audience, on, count),
    tick,
    async close() {
      closed = true;
      cancel?.();
      for (const end of endListening) end();
      await turn;
    },
  };
}
