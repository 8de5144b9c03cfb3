import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from '../../peers/processes/pack';
import { launchApp, launchPupil, type Pupil, type PupilOptions, type RunningApp } from '../harness';
import type { Cable } from './7-android';

/** Invented; the head also opens the walk. */
export const HEAD = { first: 'Naïma', family: 'Saint-Cyr', name: 'Naïma Saint-Cyr', login: 'n.saintcyr' };
export const HEAD_PASSWORD = 'la pluie sur le préau';
/** Teaches the CP in the fixtures of ONDE. */
export const TEACHER = {
  first: 'Hélène',
  name: 'Hélène Aubry',
  login: 'h.aubry',
  password: 'trois marrons dans la cour',
};
export const SCHOOL = { name: 'École élémentaire du Lavoir', uai: '0951099D' };

/** The ports of one poste: kept over its restarts, because a browser's storage belongs to one origin. */
export interface PostePorts {
  readonly secure: number;
  readonly plain: number;
  readonly poste: number;
}

export interface Poste {
  readonly folder: string;
  readonly ports: PostePorts;
  start(): Promise<RunningApp>;
}

/** A computer of the school: a data folder, its ports, and the other postes it can reach. */
export async function newPoste(
  options: { neighbours?: () => readonly PostePorts[]; env?: Record<string, string> } = {},
): Promise<Poste> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-walk-'));
  const [secure = 0, plain = 0, poste = 0] = await freePorts(3);
  const ports = { secure, plain, poste };
  return {
    folder,
    ports,
    start() {
      const neighbours = (options.neighbours?.() ?? []).map((one) => `127.0.0.1:${one.poste}`);
      return launchApp({
        dataFolder: folder,
        env: { ...options.env, PREAU_LAN: JSON.stringify({ ...ports, neighbours }) },
      });
    },
  };
}

/** What the walk leaves for its next step. */
export class World {
  readonly #cleanups: (() => Promise<void>)[] = [];
  /** Every one that was started: a second attempt of a test leaves the first one's behind. */
  readonly #apps: RunningApp[] = [];
  /** The computer the walk begins on. */
  first!: Poste;
  /** A second computer, once introduced. */
  second: { readonly poste: Poste; readonly app: RunningApp } | undefined;
  /** Android tablets at the end of a real adb. */
  cable!: Cable;
  /** The school's authority as the plain page hands it out, PEM. */
  authority = '';
  /** As printed on the sheet. */
  recoveryCode = '';
  /** Two of the reference fleet's touch tablets, without screen capture. */
  readonly tablets: Pupil[] = [];
  computer: Pupil | undefined;
  /** The pupil app, as the enrolment dialog shows it. */
  lessonUrl = '';
  /** Picture codes by first name, as printed on the cards. */
  readonly codes = new Map<string, readonly string[]>();

  /** The application that the walk is at. */
  get app(): RunningApp {
    const app = this.#apps.at(-1);
    if (!app) throw new Error('no application was started yet');
    return app;
  }
  set app(app: RunningApp) {
    this.#apps.push(app);
  }
  get page() {
    return this.app.page;
  }
  later(cleanup: () => Promise<void>): void {
    this.#cleanups.push(cleanup);
  }
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'preau-walk-'));
    this.later(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
    return folder;
  }
  async poste(options?: Parameters<typeof newPoste>[0]): Promise<Poste> {
    const poste = await newPoste(options);
    if (!process.env['PREAU_E2E_PICTURES'])
      this.later(() => rm(poste.folder, { recursive: true, force: true, maxRetries: 3 }));
    return poste;
  }
  async device(options: PupilOptions): Promise<Pupil> {
    const pupil = await launchPupil(options);
    this.later(() => pupil.close());
    return pupil;
  }
  async end(): Promise<void> {
    await Promise.all(this.#apps.map((app) => app.close().catch(() => undefined)));
    for (const cleanup of this.#cleanups.splice(0).reverse()) await cleanup().catch(() => undefined);
  }
}

/** The three pupils' browsers, once they are there. */
export function devicesOf({ tablets: [one, two], computer }: World) {
  if (!one || !two || !computer) throw new Error('the devices are not enrolled yet');
  return { one, two, computer, all: [one, two, computer] as const };
}
