import type { ImportPlan, PlanNotice } from './plan-types';

/** A notice that stops an import until somebody says that it is right. */
export type Drop = Extract<PlanNotice, { code: 'suspiciousDrop' | 'classDrop' }>;

/**
 * The school, or a class, loses more than a tenth of its children: most often a file that was cut short or is of another
 * school (SACoche's importer takes the missing ones out; this one never does). Adults come and go between two files.
 */
export function dropsOf({ notices }: Pick<ImportPlan, 'notices'>): Drop[] {
  return notices.filter(
    (notice): notice is Drop =>
      notice.code === 'classDrop' || (notice.code === 'suspiciousDrop' && notice.kind === 'pupil'),
  );
}
