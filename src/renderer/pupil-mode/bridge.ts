import * as v from 'valibot';
import { replySchema } from '../../contract/bridge';
import {
  meetingSchema,
  type MeetingRequest,
  type MeetingState,
  type meetingRequests,
} from '../../contract/pupil-meeting';
import type { TextBridge } from '../../contract/pupil-mode';

const { preauMeeting } = globalThis as { preauMeeting?: TextBridge };

/** @throws Error where the computer refused, which this page has no words for */
export async function ask<R extends MeetingRequest>(
  request: R,
  input: v.InferInput<(typeof meetingRequests)[R]>,
): Promise<MeetingState> {
  if (!preauMeeting) throw new Error('not in pupil mode');
  const reply = v.parse(replySchema, JSON.parse(await preauMeeting.ask(JSON.stringify({ request, input }))));
  if (!reply.ok) throw new Error(reply.error.code);
  return v.parse(meetingSchema, reply.value);
}

export function onChange(listener: (state: MeetingState) => void): void {
  preauMeeting?.subscribe((text) => {
    const state = v.safeParse(meetingSchema, JSON.parse(text));
    if (state.success) listener(state.output);
  });
}
