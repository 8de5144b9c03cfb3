import type { RouteRecordRaw } from 'vue-router';
import type { Action } from '../../domain/rights/authorize';
import type { IconName } from '../kit';

/** What a capability's `routes.ts` exports as `routes`: pages, and an entry of the menu where it has one. */
export type StaffRoute = RouteRecordRaw & {
  readonly menu?: {
    /** Key of a locale file. */
    readonly label: string;
    readonly icon: IconName;
    /** Order in the menu, from the top. */
    readonly rank: number;
    /** Only the head meets it. */
    readonly head?: boolean;
    /** Only who may do that somewhere meets it; other pages stand in shell/menu-groups.ts. */
    readonly needs?: Action;
  };
};
