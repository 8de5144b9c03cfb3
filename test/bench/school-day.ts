import { audience, type Audience } from '../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../src/domain/id';
import type { DocumentBody } from '../../src/store/port';
import { seeded } from './corpus';

/**
 * One school day of eleven classes: 2,000 documents over 27 databases, about 470 kB of JSON, a third of them in sealed
 * audiences; the same bytes for the same seed. Register and homework have the product's shapes; acknowledgements,
 * messages and assessments those of DESIGN 3 (each writes its own small immutable document). People are invented.
 */
export interface DayDocument {
  readonly audience: Audience;
  readonly body: DocumentBody;
}

export const DAY = '2026-11-19';
export const CLASSES = 11;
const PUPILS = 25;
const YEAR = 2026;

const SUBJECTS = ['Français', 'Mathématiques', 'Questionner le monde', 'Anglais', 'Arts plastiques', 'EPS'];
const VERBS = ['Relire', 'Apprendre', 'Savoir', 'Revoir', 'Préparer', 'Réciter'];
const OBJECTS = [
  'la poésie « L’automne »',
  'les mots de la dictée',
  'la table de multiplication par',
  'la leçon sur les volcans, page',
  'le verbe avoir au présent, fiche',
  'les nombres jusqu’à',
];
const NOTICES = [
  'La sortie à la ferme pédagogique aura lieu jeudi : pique-nique, bottes et vêtement de pluie.',
  'La piscine reprend lundi ; merci de marquer le bonnet et la serviette au nom de l’enfant.',
  'Réunion de classe mardi à 18 h dans la salle des maîtres, les enfants peuvent être gardés.',
  'Le photographe passe vendredi matin ; prévoir un pull de couleur unie.',
];
const MESSAGES = [
  'Bonjour, mon enfant sera absent demain matin, il a rendez-vous chez l’orthophoniste.',
  'Merci de rappeler à la cantine qu’il ne mange pas d’arachides.',
  'Pouvons-nous nous rencontrer cette semaine au sujet de la lecture ?',
  'Elle a oublié son cahier de liaison, je vous l’apporte à midi.',
  'Votre fils a bien progressé en calcul, félicitez-le de notre part.',
];
const SKILLS = [
  'Lire à voix haute avec fluidité',
  'Poser une addition à retenue',
  'Conjuguer être et avoir au présent',
  'Se repérer sur un plan',
  'Copier un texte sans erreur',
  'Reconnaître un angle droit',
  'Écouter et reformuler une consigne',
];
const REFERENTIAL = 'cycle2-2025';
const ACTIVITIES = ['observé à l’oral', 'exercice du fichier', 'travail en groupe', 'évaluation écrite'];

class Day {
  readonly #random: () => number;
  #clock = Date.UTC(2026, 10, 19, 7, 31);

  constructor(seed: number) {
    this.#random = seeded(seed);
  }
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }
  pick<T>(list: readonly T[]): T {
    const one = list[this.below(list.length)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  }
  id<P extends IdPrefix>(prefix: P): Id<P> {
    return idFrom(
      prefix,
      Uint8Array.from({ length: 9 }, () => this.below(256)),
    );
  }
  /** Time goes on by up to that many seconds. */
  at(seconds: number): string {
    this.#clock += 1 + this.below(seconds * 1000);
    return new Date(this.#clock).toISOString();
  }
}

interface DayClass {
  readonly teacher: Id<'staff'>;
  readonly pupils: readonly Id<'pupil'>[];
  readonly guardians: readonly Id<'guardian'>[];
  readonly life: Audience;
  readonly marks: Audience;
}

/** The head, who writes in all 27 bases: rights are not what is measured. */
export interface SchoolDay {
  readonly audiences: readonly Audience[];
  readonly documents: readonly DayDocument[];
}

/** @param size documents; the day in these proportions (2,000 by default) */
export function schoolDay(size = 2000, seed = 20261119): SchoolDay {
  const d = new Day(seed);
  const classes = Array.from({ length: CLASSES }, (): DayClass => {
    const of = d.id('class');
    return {
      teacher: d.id('staff'),
      pupils: Array.from({ length: PUPILS }, () => d.id('pupil')),
      guardians: Array.from({ length: PUPILS }, () => d.id('guardian')),
      life: audience('classe', { of, year: YEAR }),
      marks: audience('suivi', { of, year: YEAR }),
    };
  });
  const shared = {
    ecole: audience('ecole', { year: YEAR }),
    direction: audience('direction'),
    courrier: audience('courrier'),
    parc: audience('parc'),
    traces: audience('traces'),
  };
  const head = d.id('staff');
  const documents: DayDocument[] = [];
  const add = (
    name: Audience,
    prefix: IdPrefix,
    type: string,
    fields: Record<string, DocumentBody[string]>,
  ) => documents.push({ audience: name, body: { _id: d.id(prefix), type, v: 1, ...fields } });
  const times = (count: number, work: (n: number) => void): void => {
    for (let n = 0; n < Math.round((count * size) / 2000); n += 1) work(n);
  };

  for (const half of ['AM', 'PM'] as const) {
    for (const one of classes) {
      const by = one.teacher;
      const at = d.at(300);
      times(PUPILS, (n) => {
        const pupil = one.pupils[n % PUPILS] ?? d.pick(one.pupils);
        const dice = d.below(40);
        const state = dice === 0 ? 'absent' : dice === 1 ? 'late' : 'present';
        const late = state === 'late' ? { arrivedAt: '08:52' } : {};
        const fields = { date: DAY, half, by, at, pupil, state, replaces: [], ...late };
        add(one.life, 'event', 'rollEntry', fields);
      });
      add(one.life, 'roll', 'rollDone', { date: DAY, half, by, at });
    }
  }
  times(520, () => {
    const one = d.pick(classes);
    add(one.marks, 'event', 'assessment', {
      pupil: d.pick(one.pupils),
      skill: d.pick(SKILLS),
      level: 1 + d.below(4),
      referential: REFERENTIAL,
      comment: d.pick(ACTIVITIES),
      by: one.teacher,
      at: d.at(40),
    });
  });
  const notices = classes.flatMap((one) =>
    [0, 1].map(() => {
      const fields = { text: d.pick(NOTICES), by: one.teacher, at: d.at(60), replies: 'one' };
      return { one, id: add(one.life, 'item', 'notice', fields) };
    }),
  );
  times(44, () => {
    const one = d.pick(classes);
    const text = `${d.pick(VERBS)} ${d.pick(OBJECTS)} ${1 + d.below(99)}.`;
    const fields = { subject: d.pick(SUBJECTS), text, dueOn: '2026-11-20', by: one.teacher };
    add(one.life, 'homework', 'homework', { ...fields, writtenAt: d.at(60) });
  });
  times(540, () => {
    const { one, id } = d.pick(notices);
    const pupil = d.below(PUPILS);
    const notice = documents[id - 1]?.body._id ?? '';
    const fields = { notice, pupil: one.pupils[pupil] ?? '', guardian: one.guardians[pupil] ?? '' };
    add(one.life, 'event', 'acknowledgement', { ...fields, at: d.at(30), device: 'portal' });
  });
  times(140, () => {
    const one = d.pick(classes);
    const text = `${d.pick(MESSAGES)} ${d.below(3) === 0 ? d.pick(MESSAGES) : 'Bien cordialement.'}`;
    add(shared.courrier, 'item', 'message', {
      from: d.pick(one.guardians),
      to: [one.teacher],
      text,
      at: d.at(60),
    });
  });
  times(30, () =>
    add(shared.direction, 'event', 'incident', {
      pupil: d.pick(d.pick(classes).pupils),
      by: head,
      at: d.at(60),
    }),
  );
  times(78, () => {
    const fields = { device: d.id('device'), what: d.pick(['lent', 'returned', 'incident']), by: head };
    add(shared.parc, 'event', 'deviceEvent', { ...fields, at: d.at(60) });
  });
  times(30, () => {
    const fields = { room: 'Salle informatique', date: '2026-11-23', half: d.pick(['AM', 'PM']), by: head };
    add(shared.ecole, 'event', 'booking', { ...fields, at: d.at(60) });
  });
  while (documents.length < size)
    add(shared.traces, 'event', 'trace', { actor: head, action: 'notice.read', at: d.at(20) });

  const audiences = [...Object.values(shared), ...classes.flatMap(({ life, marks }) => [life, marks])];
  return { audiences, documents: documents.slice(0, size) };
}
