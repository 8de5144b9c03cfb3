import * as v from 'valibot';
import { APP_MODES } from '../domain/device/apps';
import { line } from './define';

/** Short name the technician gave an application of this computer (`applications.json`). */
export const applicationId = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,39}$/));

export const applicationSchema = v.object({ id: applicationId, name: line(60) });
export type Application = v.InferOutput<typeof applicationSchema>;

/** What a lesson wants of a computer in pupil mode; nothing of it outlives the lesson (CARMO #9.6, #9.10). */
export const computerLimitsSchema = v.object({
  apps: v.object({ mode: v.picklist(APP_MODES), apps: v.pipe(v.array(applicationId), v.maxLength(100)) }),
  copy: v.picklist(['free', 'blocked']),
});
export type ComputerLimits = v.InferOutput<typeof computerLimitsSchema>;
