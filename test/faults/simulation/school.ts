import { createHash } from 'node:crypto';
import { audience, isSealed, type Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import type { RoleGrant } from '../../../src/domain/rights/actor';
import { signerFrom, signGrant, type PosteGrant, type Signer } from '../../../src/exchange';

/** The invented school of every simulated run: a head, two teachers, a relay; nothing in it is drawn by lot. */
const bytesFor = (name: string): Buffer => createHash('sha256').update(`simulation ${name}`).digest();
export const idFor = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, bytesFor(`${prefix} ${name}`));

export const UAI = '0751234a';
export const SCHOOL = idFor('school', 'school');
export const HEAD: Signer = signerFrom(bytesFor('head'));
/** The key that follows where a head leaves. */
export const NEXT_HEAD: Signer = signerFrom(bytesFor('next head'));
const CE1 = idFor('class', 'CE1');
const CM2 = idFor('class', 'CM2');
const YEAR = 2026;

export const PARC = audience('parc');
export const ECOLE = audience('ecole', { year: YEAR });
const DIRECTION = audience('direction');
const COURRIER = audience('courrier');
const ofClass = (of: Id<'class'>): Audience[] => [
  audience('classe', { of, year: YEAR }),
  audience('suivi', { of, year: YEAR }),
];
/** Bases of the year before, which may be closed, and ended. */
const BEFORE = YEAR - 1;
const ECOLE_BEFORE = audience('ecole', { year: BEFORE });
const SUIVI_BEFORE = audience('suivi', { of: CE1, year: BEFORE });
export const ENDING: readonly Audience[] = [ECOLE_BEFORE, SUIVI_BEFORE];
export const YEAR_ENDING = BEFORE;
const everybody = [PARC, ECOLE, COURRIER, ECOLE_BEFORE];
const PRIVATE = audience('perso', { of: idFor('staff', 'b') });

export type PosteName = 'a' | 'b' | 'c' | 'r';
/** What each poste was entitled to when it was introduced. */
export const ENTITLED: Readonly<Record<PosteName, readonly Audience[]>> = {
  a: [...everybody, DIRECTION, ...ofClass(CE1), ...ofClass(CM2), SUIVI_BEFORE],
  b: [...everybody, ...ofClass(CE1), PRIVATE, SUIVI_BEFORE],
  c: [...everybody, ...ofClass(CM2)],
  r: [PARC],
};
export const AUDIENCES: readonly Audience[] = [...new Set(Object.values(ENTITLED).flat())];
export const SEALED = AUDIENCES.filter(isSealed);
export const OPEN = AUDIENCES.filter((name) => !isSealed(name));

const ROLES: Readonly<Record<PosteName, RoleGrant[]>> = {
  a: [{ role: 'head', classIds: [] }],
  b: [{ role: 'teacher', classIds: [CE1] }],
  c: [{ role: 'teacher', classIds: [CM2] }],
  r: [],
};
export const HEAD_ROLES: RoleGrant[] = [{ role: 'head', classIds: [] }];

export const posteOf = (name: PosteName): Id<'poste'> => idFor('poste', name);
const signers = new Map<string, Signer>();
export function signerOf(name: string): Signer {
  const signer = signers.get(name) ?? signerFrom(bytesFor(`poste ${name}`));
  signers.set(name, signer);
  return signer;
}

export const START = Date.UTC(2026, 8, 1, 6);

/** A grant as the head signs it, and what it is called in a trace. */
export function grantOf(
  name: PosteName,
  options: { id?: string; roles?: RoleGrant[]; by?: Signer } = {},
): PosteGrant {
  return signGrant(
    {
      _id: idFor('grant', options.id ?? name),
      type: 'grant' as const,
      v: 1 as const,
      kind: 'poste' as const,
      school: SCHOOL,
      issued: new Date(START).toISOString(),
      poste: posteOf(name),
      key: signerOf(name).publicKey,
      person: name === 'r' ? null : idFor('staff', name),
      roles: (options.roles ?? ROLES[name]).map((role) => ({ ...role, classIds: [...role.classIds] })),
      audiences: [...ENTITLED[name]],
      carries: name === 'r',
    },
    options.by ?? HEAD,
  );
}

const keys = new Map<string, Buffer>();
/** The data key of an audience's generation: whoever was handed it holds these bytes. */
export function dataKeyOf(name: Audience, generation: number): Buffer {
  const at = `${name} ${generation}`;
  const key = keys.get(at) ?? bytesFor(`key ${at}`);
  keys.set(at, key);
  return key;
}

/** A word that every document of an audience holds which was written under that generation, and nothing else does. */
export const markerOf = (name: Audience, generation = 0): string =>
  `mot-${bytesFor(`word ${name} ${generation}`).toString('hex').slice(0, 12)}`;
/** The exchange of keys when somebody leaves: so many generations there are at the most. */
export const GENERATIONS = 2;

export const GATEWAYS = ['g1', 'g2'] as const;
export const isGatewayName = (name: string): boolean => (GATEWAYS as readonly string[]).includes(name);
