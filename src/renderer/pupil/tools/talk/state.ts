import { reactive } from 'vue';
import type { InputOf } from '../../../../contract/define';
import type { PupilContract } from '../../../../contract/pupil';
import type { TalkCard, TalkLine } from '../../../../contract/pupil/talk';
import { isPreauError } from '../../../../domain/errors';
import { messageText } from '../../../../domain/lesson/talk';
import type { Session } from '../../state/session';
import { newId } from '../../state/new-id';

export type Place = TalkLine['place'];
type Draft = InputOf<PupilContract, 'talk.write'>;
interface TalkState {
  card: TalkCard;
  place: Place;
  shown: boolean;
  /** Lines that came while the discussion was not on the glass. */
  fresh: number;
  /** Written here and not yet confirmed; in memory only, as a discussion is. */
  waiting: Draft[];
  /** Seconds to wait before the next one. */
  later: number;
}
const NOTHING: TalkCard = { open: false, rooms: [], muted: false, lines: [] };
export const talk = reactive<TalkState>({
  card: NOTHING,
  place: 'teacher',
  shown: false,
  fresh: 0,
  waiting: [],
  later: 0,
});

export function take(card: TalkCard): void {
  talk.card = card;
  if (!card.open) {
    talk.shown = false;
    talk.fresh = 0;
    talk.waiting = [];
  }
  if (talk.place !== 'teacher' && !card.rooms.some(({ id }) => id === talk.place))
    talk.place = card.rooms[0]?.id ?? 'teacher';
}
export function hear(line: TalkLine): void {
  if (talk.card.lines.some(({ id }) => id === line.id)) return;
  talk.card = { ...talk.card, lines: [...talk.card.lines, line] };
  if (!talk.shown && line.from.kind !== 'me') talk.fresh += 1;
}
export function forget(): void {
  take(NOTHING);
}

/** @returns false where nothing can be sent of it */
export function write(session: Session, typed: string): boolean {
  const text = messageText(typed);
  if (text === undefined) return false;
  talk.waiting.push({ id: newId('message'), place: talk.place, text });
  void flush(session);
  return true;
}

let running = false;
/** Oldest first; one that the door did not confirm is sent again with its id when the line is back. */
export async function flush(session: Session): Promise<void> {
  if (running) return;
  running = true;
  try {
    for (let [next] = talk.waiting; next; [next] = talk.waiting) {
      const line = session.keeper.line;
      if (!line) return;
      try {
        await line.request('talk.write', { ...next });
      } catch (error) {
        if (!isPreauError(error)) return;
        if (error.code === 'TRY_LATER') return wait(session, Number(error.params['seconds'] ?? 3));
      }
      talk.waiting.shift();
    }
  } finally {
    running = false;
  }
}

function wait(session: Session, seconds: number): void {
  talk.later = seconds;
  setTimeout(() => {
    talk.later = 0;
    void flush(session);
  }, seconds * 1000);
}
