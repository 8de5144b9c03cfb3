import { idFrom, type Id } from '../../domain/id';
import { sha256, utf8 } from '../../exchange';
import type { AudienceDatabase } from '../../store/port';

/** What a head calls a computer. It often holds a person's name: it lies in `ecole`, not in `parc`, which is about things. */
export interface PosteNames {
  all(): Promise<ReadonlyMap<string, string>>;
  /** An empty name takes the former one away. */
  call(poste: Id<'poste'>, name: string): Promise<void>;
}

/** Under the school's prefix: a head alone writes it (src/exchange/author-rules.ts). */
const nameId = (poste: string): Id<'school'> => idFrom('school', sha256(utf8(`poste name ${poste}`)));

/** @param bases `ecole` of the year in use, then of those before it, as far as they are held: a name outlives its year */
export function createPosteNames(bases: () => Promise<readonly AudienceDatabase[]>): PosteNames {
  return {
    async all() {
      const found = new Map<string, string>();
      for (const base of [...(await bases())].reverse())
        for (const { body } of base.all('posteName')) {
          const { poste, name } = body;
          if (typeof poste !== 'string' || body._id !== nameId(poste) || typeof name !== 'string') continue;
          found.set(poste, name.slice(0, 60));
        }
      return new Map([...found].filter(([, name]) => name !== ''));
    },
    async call(poste, name) {
      const [ecole] = await bases();
      const held = ecole?.get(nameId(poste));
      if (!ecole || held?.body['name'] === name) return;
      // An empty one is written: that of last year would show through.
      await ecole.put({ _id: nameId(poste), type: 'posteName', v: 1, poste, name }, held?.rev);
    },
  };
}
