import { audience, type Audience } from '../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../src/domain/id';
import type { DocumentBody } from '../../src/store/port';

/**
 * A plausible school in N documents over 27 databases, the same for the same seed: twelve classes with their journal
 * (`classe`) and assessments (`suivi`), the school's own base, direction and fleet. People are invented. About
 * 235 bytes of JSON a document, as in the measured school day of issue 3.
 */
export interface CorpusDocument {
  readonly audience: Audience;
  readonly body: DocumentBody;
}

const YEAR = 2026;
const CLASSES = 12;
const PUPILS = 25;
const LEVELS = ['CP', 'CE1', 'CE2', 'CM1', 'CM2'];
const GIVEN = [
  'Aïcha',
  'Élise',
  'Noé',
  'Zoé',
  'Mathéo',
  'Inès',
  'Léon',
  'Maëlys',
  'Yanis',
  'Jeanne',
  'Côme',
  'Fatou',
];
const FAMILY = [
  'Lefèvre',
  'Nguyen',
  "N'Diaye",
  'Garçon',
  'Benali',
  'Le Goff',
  'Œuvrard',
  'Martin',
  'Haddad',
  'Petit',
];
const SUBJECTS = ['français', 'mathématiques', 'questionner le monde', 'anglais', 'arts', 'EPS'];
const TASKS = [
  'Apprendre la leçon',
  'Lire les pages',
  'Finir l’exercice',
  'Réviser les mots de',
  'Relire le texte de',
];
const SKILLS = [
  'Lire à voix haute',
  'Calcul posé',
  'Conjuguer au présent',
  'Se repérer sur une carte',
  'Copier sans erreur',
];

/** A small seeded generator (mulberry32): the corpus must be the same everywhere, for ever. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

class Writer {
  readonly #random: () => number;

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

  /** A local date of the school year. */
  date(): string {
    return new Date(Date.UTC(YEAR, 8, 1 + this.below(300))).toISOString().slice(0, 10);
  }

  instant(): string {
    return new Date(
      Date.UTC(YEAR, 8, 1 + this.below(300), 6 + this.below(10), this.below(60), this.below(60)),
    ).toISOString();
  }
}

interface SchoolClass {
  readonly id: Id<'class'>;
  readonly label: string;
  readonly teacher: Id<'staff'>;
  readonly pupils: readonly Id<'pupil'>[];
  readonly life: Audience;
  readonly marks: Audience;
}

const document = (id: string, type: string, fields: Record<string, DocumentBody[string]>): DocumentBody => ({
  _id: id,
  type,
  v: 1,
  ...fields,
});

function* people(w: Writer, classes: readonly SchoolClass[], ecole: Audience): Generator<CorpusDocument> {
  yield {
    audience: ecole,
    body: document(w.id('school'), 'school', { uai: '0930001A', zone: 'Europe/Paris' }),
  };
  for (const one of classes) {
    yield {
      audience: ecole,
      body: document(one.id, 'schoolClass', { label: one.label, year: YEAR, teachers: [one.teacher] }),
    };
    yield {
      audience: ecole,
      body: document(one.teacher, 'staff', {
        given: w.pick(GIVEN),
        family: w.pick(FAMILY),
        roles: ['teacher'],
      }),
    };
    for (const pupil of one.pupils) {
      yield {
        audience: ecole,
        body: document(pupil, 'pupil', {
          given: w.pick(GIVEN),
          family: w.pick(FAMILY),
          born: '2018-03-02',
          class: one.id,
        }),
      };
    }
  }
}

function* fleet(w: Writer, parc: Audience): Generator<CorpusDocument> {
  for (let cart = 0; cart < 3; cart++) {
    const owner = w.id('cart');
    yield { audience: parc, body: document(owner, 'cart', { label: `Chariot ${cart + 1}`, bays: 15 }) };
    for (let bay = 1; bay <= 15; bay++) {
      yield {
        audience: parc,
        body: document(w.id('device'), 'device', {
          kind: 'tablet',
          serial: `R52T${w.below(1e9)}`,
          cart: owner,
          bay,
        }),
      };
    }
  }
}

/** One more document of a school's ordinary days. */
function everyday(
  w: Writer,
  one: SchoolClass,
  shared: Record<'ecole' | 'parc' | 'direction', Audience>,
): CorpusDocument {
  const by = one.teacher;
  const at = w.instant();
  const dice = w.below(100);
  if (dice < 40) {
    const half = { date: w.date(), half: w.pick(['AM', 'PM']) };
    const state = w.below(20) === 0 ? 'absent' : 'present';
    return {
      audience: one.life,
      body: document(w.id('roll'), 'rollEntry', { ...half, pupil: w.pick(one.pupils), state, by, at }),
    };
  }
  if (dice < 65) {
    const fields = {
      pupil: w.pick(one.pupils),
      skill: w.pick(SKILLS),
      level: 1 + w.below(4),
      date: w.date(),
      by,
      at,
    };
    return { audience: one.marks, body: document(w.id('event'), 'assessment', fields) };
  }
  if (dice < 80) {
    const text = `${w.pick(TASKS)} ${1 + w.below(120)}, et préparer le cahier de ${w.pick(SUBJECTS)} pour la classe.`;
    return {
      audience: one.life,
      body: document(w.id('homework'), 'homework', {
        subject: w.pick(SUBJECTS),
        text,
        due: w.date(),
        by,
        at,
      }),
    };
  }
  if (dice < 90) {
    const text = `Bonjour, la sortie du ${w.date()} est maintenue ; merci de prévoir un goûter et une gourde.`;
    return {
      audience: one.life,
      body: document(w.id('item'), 'notice', { text, to: [w.pick(one.pupils)], by, at }),
    };
  }
  if (dice < 96) {
    const fields = { device: w.id('device'), what: w.pick(['lent', 'returned', 'incident']), by, at };
    return { audience: shared.parc, body: document(w.id('event'), 'deviceEvent', fields) };
  }
  const kind = dice < 98 ? 'ecole' : 'direction';
  return {
    audience: shared[kind],
    body: document(w.id('event'), 'booking', { room: 'Salle informatique', date: w.date(), by, at }),
  };
}

/** The school's audiences: 12 classe, 12 suivi, ecole, direction, parc. */
export function* schoolCorpus(size: number, seed = 1): Generator<CorpusDocument> {
  const w = new Writer(seed);
  const shared = {
    ecole: audience('ecole', { year: YEAR }),
    parc: audience('parc'),
    direction: audience('direction'),
  };
  const classes = Array.from({ length: CLASSES }, (_, index): SchoolClass => {
    const id = w.id('class');
    return {
      id,
      label: `${LEVELS[index % LEVELS.length]} ${String.fromCharCode(65 + Math.floor(index / LEVELS.length))}`,
      teacher: w.id('staff'),
      pupils: Array.from({ length: PUPILS }, () => w.id('pupil')),
      life: audience('classe', { of: id, year: YEAR }),
      marks: audience('suivi', { of: id, year: YEAR }),
    };
  });
  let made = 0;
  for (const source of [people(w, classes, shared.ecole), fleet(w, shared.parc)]) {
    for (const one of source) if (made++ < size) yield one;
  }
  for (; made < size; made++) yield everyday(w, w.pick(classes), shared);
}

/** The corpus by audience, ready for `putAll`. */
export function corpusByAudience(size: number, seed = 1): Map<Audience, DocumentBody[]> {
  const found = new Map<Audience, DocumentBody[]>();
  for (const { audience: name, body } of schoolCorpus(size, seed)) {
    const list = found.get(name);
    if (list) list.push(body);
    else found.set(name, [body]);
  }
  return found;
}
