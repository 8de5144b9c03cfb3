import * as v from 'valibot';
import { id, localDateSchema, nothing, subject } from '../define';

export const pupilHomeworkSchema = v.object({
  id: id('homework'),
  dueOn: localDateSchema,
  subject: v.string(),
  text: v.string(),
});

export const homeworkSubject = subject({
  requests: {
    /** What is due from today on, of the class of who is signed in. */
    list: { input: nothing, reply: v.object({ homework: v.array(pupilHomeworkSchema) }) },
  },
  events: { changed: v.object({}) },
});
