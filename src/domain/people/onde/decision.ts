/** The shape of a decision, for whoever receives one from another process. `resolve` judges whether it makes sense. */
import * as v from 'valibot';
import { ONDE_LIMITS } from './limits';
import type { Decision } from './plan-types';

const id = v.pipe(v.string(), v.maxLength(80));

export const decisionSchema: v.GenericSchema<Decision> = v.variant('action', [
  v.strictObject({ action: v.literal('skip') }),
  v.strictObject({
    action: v.literal('keep'),
    birthDate: v.optional(v.pipe(v.string(), v.maxLength(10))),
    classId: v.optional(id),
    children: v.optional(v.pipe(v.array(id), v.maxLength(ONDE_LIMITS.shown))),
  }),
  v.strictObject({ action: v.literal('same'), personId: id }),
]);
