import { opaqueOf, type Id } from './id';

/**
 * A database is an audience (DESIGN 3): everybody who may read one document of it may read them all.
 * `sealed` ones leave the school only as parcels the commune cannot open.
 */
export const AUDIENCE_KINDS = {
  ecole: { yearly: true, sealed: false, of: null },
  classe: { yearly: true, sealed: false, of: 'class' },
  suivi: { yearly: true, sealed: true, of: 'class' },
  direction: { yearly: false, sealed: true, of: null },
  courrier: { yearly: false, sealed: true, of: null },
  parc: { yearly: false, sealed: false, of: null },
  traces: { yearly: false, sealed: true, of: null },
  perso: { yearly: false, sealed: true, of: 'staff' },
} as const;
export type AudienceKind = keyof typeof AUDIENCE_KINDS;

/** `classe-k3z…_2026`: what stands in a database's name behind `preau_<uai>_`. */
export type Audience = string;

export function audience(kind: AudienceKind, options: { of?: Id; year?: number } = {}): Audience {
  const rule = AUDIENCE_KINDS[kind];
  if ((rule.of !== null) !== (options.of !== undefined))
    throw new RangeError(`audience ${kind}: wrong owner`);
  if (rule.yearly !== (options.year !== undefined)) throw new RangeError(`audience ${kind}: wrong year`);
  return kind + (options.of ? `-${opaqueOf(options.of)}` : '') + (options.year ? `_${options.year}` : '');
}

const PATTERN = /^([a-z]+)(?:-([a-z2-7]{13}))?(?:_(\d{4}))?$/;

export interface AudienceParts {
  readonly kind: AudienceKind;
  readonly opaque: string | undefined;
  readonly year: number | undefined;
}

/** The parts of an audience's name, or undefined for a string that is none. */
export function parseAudience(name: string): AudienceParts | undefined {
  const match = PATTERN.exec(name);
  const kind = match?.[1];
  if (!match || !kind || !(kind in AUDIENCE_KINDS)) return undefined;
  const rule = AUDIENCE_KINDS[kind as AudienceKind];
  if ((rule.of !== null) !== (match[2] !== undefined) || rule.yearly !== (match[3] !== undefined))
    return undefined;
  return { kind: kind as AudienceKind, opaque: match[2], year: match[3] ? Number(match[3]) : undefined };
}

export function isSealed(name: Audience): boolean {
  const found = parseAudience(name);
  return found === undefined || AUDIENCE_KINDS[found.kind].sealed;
}

/** The whole database name, as CouchDB accepts it. */
export function databaseName(uai: string, name: Audience): string {
  return `preau_${uai.toLowerCase()}_${name}`;
}
