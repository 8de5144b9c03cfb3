import type { ComputerLimits } from '../../contract/computer-limits';
import type { Wanted } from '../../contract/pupil/device';
import type { ComputerApp } from '../../domain/device/apps-of-class';
import { mayRun } from '../../domain/device/may-run';
import type { PupilClient } from './client';

/** What the invented laptops of the class have. */
export const INVENTED_APPS: readonly ComputerApp[] = [
  { id: 'dessin', name: 'Dessin' },
  { id: 'geogebra', name: 'GeoGebra' },
  { id: 'calcul', name: 'Calcul mental' },
  { id: 'traitement-de-texte', name: 'Traitement de texte' },
];

/** A computer in pupil mode that is invented: what the page of a true one says and does, at the true door (docs/pupil-mode.md). */
export interface SimulatedComputer {
  readonly limits: ComputerLimits | undefined;
  readonly open: ReadonlySet<string>;
  /** A child's tap; refused as a true computer refuses. */
  start(id: string): 'done' | 'not-allowed' | 'missing';
  /** At every new line. */
  hear(line: PupilClient): void;
  /** A lesson is open here. */
  arrive(line: PupilClient): Promise<void>;
  /** The lesson is over, or the page is gone. */
  free(): void;
}

export function simulateComputer(applications: readonly ComputerApp[]): SimulatedComputer {
  let limits: ComputerLimits | undefined;
  const open = new Set<string>();
  const quiet = (said: Promise<unknown>): void => void said.catch(() => undefined);

  function settle(line: PupilClient, { turn, limits: now }: Wanted): void {
    limits = now;
    const closed = [...open].filter((id) => !mayRun(now.apps, id));
    for (const id of closed) open.delete(id);
    quiet(line.request('device.settled', { turn, outcome: 'done', closed }));
  }
  function start(id: string): 'done' | 'not-allowed' | 'missing' {
    if (!applications.some((app) => app.id === id)) return 'missing';
    if (!limits || !mayRun(limits.apps, id)) return 'not-allowed';
    open.add(id);
    return 'done';
  }
  return {
    get limits() {
      return limits;
    },
    open,
    start,
    hear(line) {
      line.on('device.limits', (wanted) => settle(line, wanted));
      line.on('device.run', ({ order, do: what, app }) => {
        if (what === 'stop') open.delete(app);
        quiet(line.request('device.ran', { order, outcome: what === 'stop' ? 'done' : start(app) }));
      });
      line.on('join.lessonClosed', () => this.free());
    },
    async arrive(line) {
      const { wanted } = await line.request('device.tell', { applications: [...applications] });
      if (wanted) settle(line, wanted);
    },
    free() {
      limits = undefined;
      open.clear();
    },
  };
}
