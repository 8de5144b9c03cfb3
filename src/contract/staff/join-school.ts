import * as v from 'valibot';
import { ERROR_CODES } from '../../domain/errors';
import { done, id, nothing, subject } from '../define';
import { passwordSchema } from './school';
import { sessionStateSchema } from './session';

const digits = v.pipe(v.string(), v.regex(/^[0-9]{6}$/));

/** « Rejoindre mon école », or a dead laptop rebuilt, on a poste that has no school yet. */
export const joinStateSchema = v.variant('state', [
  v.object({ state: v.literal('idle') }),
  /** Asking the other computer. */
  v.object({ state: v.literal('calling') }),
  /** Show these digits: they are typed on the other computer. */
  v.object({ state: v.literal('digits'), digits }),
  /** The keys are here; documents come. */
  v.object({ state: v.literal('receiving') }),
  /** A colleague welcomed this computer: a head has to accept it before anybody exchanges with it. */
  v.object({ state: v.literal('waiting') }),
  /** Rebuilt from the sheet: whose computer is it? */
  v.object({ state: v.literal('choose'), people: v.array(v.object({ id: id('staff'), name: v.string() })) }),
  /** Everything is here: `enter` opens the school. */
  v.object({ state: v.literal('joined'), person: id('staff') }),
  v.object({ state: v.literal('failed'), code: v.picklist(ERROR_CODES) }),
]);
export type JoinState = v.InferOutput<typeof joinStateSchema>;

/** A computer of the school: `192.168.1.12:8444`. */
const address = v.pipe(v.string(), v.trim(), v.maxLength(80), v.regex(/^[0-9a-zA-Z.-]+:[0-9]{1,5}$/));

export const joinSchoolSubject = subject({
  requests: {
    /** Computers of a school that answer on this network. */
    look: { input: nothing, reply: v.object({ found: v.array(v.object({ address: v.string() })) }) },
    state: { input: nothing, reply: joinStateSchema },
    /** The password is the one its owner will type on this computer. */
    begin: { input: v.strictObject({ address, password: passwordSchema }), reply: done },
    /** From any other computer of the school and the printed sheet's code. */
    restore: { input: v.strictObject({ address, code: v.pipe(v.string(), v.maxLength(200)) }), reply: done },
    choose: { input: v.strictObject({ person: id('staff'), password: passwordSchema }), reply: done },
    /** Before anything was received: whoever called the wrong computer, or waits for somebody who does not come. */
    cancel: { input: nothing, reply: done },
    /** Opens what has been received; answered by the workplace, which opens the host again. */
    enter: { input: nothing, reply: sessionStateSchema },
  },
  events: { changed: joinStateSchema },
});
