import type { Id } from '../../../domain/id';
import type { SeatKey } from '../../../domain/lesson/model';
import type { TalkMessage } from '../../../domain/lesson/talk';
import type { Instant } from '../../../domain/time';
import type { DocumentBody } from '../../../store/port';

/** A message of a lesson's discussion, written before it is confirmed; a removed one stays for the teacher. */
export interface MessageDocument extends DocumentBody {
  readonly _id: Id<'message'>;
  readonly type: 'talkMessage';
  readonly lesson: Id<'lesson'>;
  readonly from?: SeatKey;
  readonly pupils?: readonly Id<'pupil'>[];
  readonly to: string | number;
  readonly text: string;
  readonly at: Instant;
  readonly removed: boolean;
}

export const messageDocument = (lesson: Id<'lesson'>, message: TalkMessage): MessageDocument => ({
  _id: message.id,
  type: 'talkMessage',
  v: 1,
  lesson,
  ...(message.from !== undefined && { from: message.from }),
  ...(message.pupils && { pupils: [...message.pupils] }),
  to: message.to,
  text: message.text,
  at: message.at,
  removed: message.removed,
});

export const messageFrom = (body: MessageDocument): TalkMessage => ({
  id: body._id,
  from: body.from,
  pupils: body.pupils,
  to: body.to as TalkMessage['to'],
  text: body.text,
  at: body.at,
  removed: body.removed,
});
