import type { MergePlan } from '../../../contract/staff/people-corrections';

/** A pupil of the school's list, one more pupil of the class, or nobody. */
export type Choice = MergePlan['real'][number]['id'] | 'stay' | 'out';
