import type { Id } from '../domain/id';
import type { PosteGrant } from '../exchange';
import type { AudienceDatabase } from '../store/port';
import type { PosteBoxes } from './directory/accounts-day-code';
import { openWrap, readBox, wrapKey, type PosteBox } from './postes/box';
import type { Identity } from './postes/identity';

/** Bound to what is sealed here and to nothing else: no data key of any base opens as one of these. */
const PLACE = 'day-code';

/** Small secrets sealed to postes of the school, as their keys are (src/main/postes/box.ts). */
export function openPosteBoxes(deps: {
  readonly school: Id<'school'>;
  readonly parc: AudienceDatabase;
  readonly identity: Pick<Identity, 'poste' | 'seed'>;
  readonly grantsOf: (poste: Id<'poste'>) => readonly PosteGrant[];
}): PosteBoxes {
  const { school, parc, identity, grantsOf } = deps;
  const boxes = (): PosteBox[] =>
    parc
      .all('posteBox')
      .flatMap(({ body, conflicts }) => [body, ...conflicts.map((other) => other.body)])
      .flatMap((body) => readBox(body, (poste) => grantsOf(poste).map(({ key }) => key)) ?? [])
      .filter(({ poste }) => grantsOf(poste).length > 0);
  return {
    own: identity.poste,
    all: () => Promise.resolve([...new Set(boxes().map(({ poste }) => poste))]),
    seal(poste, generation, secret) {
      const box = boxes().find((one) => one.poste === poste)?.box;
      if (!box) return Promise.resolve(undefined);
      const { key, ephemeral, sealed } = wrapKey({
        school,
        poste,
        audience: PLACE,
        generation,
        box,
        dataKey: secret,
      });
      return Promise.resolve({ key, ephemeral, sealed });
    },
    open: ({ poste, generation, key, ephemeral, sealed }) =>
      openWrap(
        { _id: poste, type: 'keyWrap', poste, audience: PLACE, generation, key, ephemeral, sealed },
        school,
        identity.seed,
      ),
    of: (person) =>
      Promise.resolve(
        [...new Set(boxes().map(({ poste }) => poste))].filter((poste) =>
          grantsOf(poste).some((grant) => grant.person === person),
        ),
      ),
  };
}
