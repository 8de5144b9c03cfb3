import * as v from 'valibot';
import { PreauError } from '../../../domain/errors';
import { idFrom, type Id } from '../../../domain/id';
import type { Actor } from '../../../domain/rights/actor';
import { demand } from '../../../domain/rights/authorize';
import { quizSchema, type Quiz, type QuestionInput } from '../../../contract/staff/poll';
import type { DocumentBody } from '../../../store/port';
import { asJson } from '../documents';
import type { ClassroomDeps } from '../deps';

interface QuizDocument extends DocumentBody {
  readonly type: 'quiz';
  readonly title: string;
}

/** Quizzes prepared before: with their author's private notes, on whatever poste they sit at. */
export interface QuizShelf {
  list(actor: Actor): Promise<Quiz[]>;
  /** @throws PreauError `NOT_FOUND`, `TOO_LARGE` */
  save(
    actor: Actor,
    quiz: {
      readonly id?: Id<'quiz'> | undefined;
      readonly title: string;
      readonly questions: readonly QuestionInput[];
    },
  ): Promise<Id<'quiz'>>;
  remove(actor: Actor, id: Id<'quiz'>): Promise<void>;
}

/** More is a file imported in a loop. */
const MAX_QUIZZES = 300;

export function createQuizShelf({
  databases,
  platform,
}: Pick<ClassroomDeps, 'databases' | 'platform'>): QuizShelf {
  async function shelf(actor: Actor) {
    demand(actor, 'lesson.open');
    if (actor.kind !== 'staff') throw new PreauError('NOT_SIGNED_IN', { action: 'lesson.open' });
    return databases.personal(actor.personId);
  }
  return {
    async list(actor) {
      const base = await shelf(actor);
      return base
        .all<QuizDocument>('quiz')
        .flatMap(({ body: { _id, title, questions } }) => {
          const read = v.safeParse(quizSchema, { id: _id, title, questions });
          return read.success ? [read.output] : [];
        })
        .sort((a, b) => a.title.localeCompare(b.title, 'fr'));
    },
    async save(actor, { id, title, questions }) {
      const base = await shelf(actor);
      const held = id && base.get<QuizDocument>(id);
      if (id && held?.body.type !== 'quiz') throw new PreauError('NOT_FOUND', { kind: 'quiz' });
      if (!id && base.all('quiz').length >= MAX_QUIZZES)
        throw new PreauError('TOO_LARGE', { limit: MAX_QUIZZES });
      const _id = id ?? idFrom('quiz', platform.random(9));
      await base.put(
        { ...held?.body, _id, type: 'quiz', v: 1, title, questions: asJson(questions) },
        held?.rev,
      );
      return _id;
    },
    async remove(actor, id) {
      const base = await shelf(actor);
      const held = base.get(id);
      if (held?.body.type !== 'quiz') throw new PreauError('NOT_FOUND', { kind: 'quiz' });
      await base.remove(id, held.rev);
    },
  };
}
