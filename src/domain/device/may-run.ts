import type { AppMode } from './apps';

/** What a lesson says of applications. */
export interface AppsOrder {
  readonly mode: AppMode;
  readonly apps: readonly string[];
}

/** Whether a lesson lets that application run (CARMO #9.6). A module of its own: the child's page fetches it when it is needed. */
export const mayRun = ({ mode, apps }: AppsOrder, app: string): boolean =>
  mode === 'all' || apps.includes(app) === (mode === 'only');
