/** Cutting the file of a commune or an academy by school, one object at a time. */
import { checkUai } from '../../school/uai';
import type { AafObject } from './aaf-object';
import { aafKey } from './feed-keys';

/** Schools named to a person who dropped somebody else's file. */
const NAMED = 5;

export interface AafCutOptions {
  /** Schools whose people are kept. */
  readonly wants: (uai: string) => boolean;
  readonly take: (uai: string, object: AafObject) => void;
  /** What earlier imports said: a Delta often names neither the school nor the child a parent belongs to. */
  readonly known?: {
    /** The one school of `wants`. */
    readonly uai: string;
    readonly structures: Iterable<string>;
    /** Feed keys of everybody the school knows. */
    readonly people: ReadonlySet<string>;
  };
}

/**
 * Says of each object whose it is. Files are best offered schools first, then pupils, then adults: AAF's references go
 * backwards only (adults name pupils, pupils name schools). What names something not met yet is counted in `unplaced`;
 * offering everything a second time to the same cut places it.
 */
export class AafCut {
  /** Objects that named a school or a child not met yet, since the last `again`. */
  unplaced = 0;
  /** Objects of schools that are not wanted. */
  elsewhere = 0;
  readonly #structures = new Map<string, string>();
  readonly #pupils = new Map<string, string>();
  /** Schools of an adult's children, with a space between them: most have one, and an academy has many adults. */
  readonly #guardians = new Map<string, string>();
  readonly #schools = new Map<string, string>();

  constructor(private readonly options: AafCutOptions) {
    const { known } = options;
    if (known) for (const structure of known.structures) this.#structures.set(structure, known.uai);
  }

  /** Schools the file describes, a few of them by name. */
  get schools(): { count: number; names: string[]; uais: ReadonlySet<string> } {
    const names = [...this.#schools].slice(0, NAMED).map(([uai, name]) => (name ? `${name} (${uai})` : uai));
    return { count: this.#schools.size, names, uais: new Set(this.#schools.keys()) };
  }

  /** Some feeds write the UAI itself where others write the structure's own number. */
  uaiOf(structure: string): string | undefined {
    return this.#structures.get(structure) ?? checkUai(structure);
  }

  structuresOf(uai: string): string[] {
    return [...this.#structures].flatMap(([structure, school]) => (school === uai ? [structure] : []));
  }

  /** Before everything is offered a second time. What was learnt stays. */
  again(): void {
    this.unplaced = 0;
    this.elsewhere = 0;
  }

  offer(object: AafObject): void {
    if (object.kind === 'school') return this.#learnSchool(object);
    const places = this.#placesOf(object);
    if (places === undefined) {
      this.unplaced += 1;
      return;
    }
    const wanted = [...places].filter((uai) => this.options.wants(uai));
    if (wanted.length === 0) this.elsewhere += 1;
    for (const uai of wanted) this.options.take(uai, object);
  }

  #learnSchool({ id, values, request }: AafObject): void {
    const uai = checkUai(values['ENTStructureUAI']?.[0] ?? '');
    if (uai === undefined || request === 'delete') return;
    this.#structures.set(id, uai);
    this.#schools.set(uai, values['ENTStructureNomCourant']?.[0] ?? '');
  }

  /** Undefined where the object names what is not known yet. */
  #placesOf(object: AafObject): ReadonlySet<string> | undefined {
    const { known } = this.options;
    const mine = known?.people.has(aafKey(object.id)) === true ? known.uai : undefined;
    if (object.kind === 'pupil') return this.#placePupil(object, mine);
    if (object.kind === 'staff') return this.#placeStaff(object, mine);
    return this.#placeGuardian(object, mine);
  }

  #placePupil(object: AafObject, mine: string | undefined): ReadonlySet<string> | undefined {
    const structure = structuresOf(object, ['ENTPersonStructRattach', 'ENTPersonClasses'])[0];
    const named = structure === undefined ? undefined : this.uaiOf(structure);
    // A child the school knows stays its business even where the file says that another one has it now.
    const uai = mine ?? named;
    if (uai === undefined) return object.request === 'add' && structure !== undefined ? undefined : new Set();
    if (this.options.wants(uai)) {
      this.#pupils.set(object.id, uai);
      for (const parent of referencesOf(object, 'ENTEleveAutoriteParentale')) {
        const schools = this.#guardians.get(parent);
        if (schools === undefined) this.#guardians.set(parent, uai);
        else if (!schools.includes(uai)) this.#guardians.set(parent, `${schools} ${uai}`);
      }
    } else this.#pupils.set(object.id, '');
    return new Set([uai]);
  }

  #placeStaff(object: AafObject, mine: string | undefined): ReadonlySet<string> {
    const found = new Set<string>(mine === undefined ? [] : [mine]);
    for (const structure of structuresOf(object, STAFF_STRUCTURES)) {
      const uai = this.uaiOf(structure);
      if (uai !== undefined) found.add(uai);
    }
    return found;
  }

  #placeGuardian(object: AafObject, mine: string | undefined): ReadonlySet<string> | undefined {
    const { known } = this.options;
    const found = new Set<string>(mine === undefined ? [] : [mine]);
    let strange = false;
    for (const pupil of referencesOf(object, 'ENTPersRelEleveEleve')) {
      const uai =
        this.#pupils.get(pupil) ?? (known?.people.has(aafKey(pupil)) === true ? known.uai : undefined);
      if (uai === undefined) strange = true;
      else if (uai !== '') found.add(uai);
    }
    for (const uai of this.#guardians.get(object.id)?.split(' ') ?? []) found.add(uai);
    return strange && found.size === 0 && object.request === 'add' ? undefined : found;
  }
}

export const STAFF_STRUCTURES = [
  'ENTPersonStructRattach',
  'ENTPersonFonctions',
  'ENTPersonClasses',
  'ENTEnsClasses',
] as const;

/** The structures that an object names: values are `<structure>$…`. */
export function structuresOf({ values }: AafObject, attributes: readonly string[]): string[] {
  const named = attributes.flatMap((name) => values[name] ?? []);
  return [...new Set(named.map(firstPart).filter((part) => part !== ''))];
}

export function referencesOf({ values }: AafObject, attribute: string): string[] {
  return [...new Set((values[attribute] ?? []).map(firstPart).filter((part) => part !== ''))];
}

const firstPart = (value: string): string => value.split('$', 1)[0] ?? '';
