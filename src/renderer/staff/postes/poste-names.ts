/**
 * What tells one computer from another on a screen: whose it is, and a number where somebody has several.
 * @param postes in any order; numbers follow the ids, so that they stay the same from one screen to the next
 */
export function posteNames<P extends { readonly id: string }>(
  postes: readonly P[],
  owner: (poste: P) => string,
  numbered: (owner: string, n: number) => string,
): ReadonlyMap<P['id'], string> {
  const byOwner = new Map<string, P[]>();
  for (const poste of [...postes].sort((a, b) => (a.id < b.id ? -1 : 1)))
    byOwner.set(owner(poste), [...(byOwner.get(owner(poste)) ?? []), poste]);
  return new Map(
    [...byOwner].flatMap(([name, own]) =>
      own.map(({ id }, at) => [id, own.length > 1 ? numbered(name, at + 1) : name] as const),
    ),
  );
}

/** « Ordinateur d’Hélène », « Ordinateur de Paul »: which of two sentences, by how the name begins (mute h: « Hélène », « Hugo »). */
export const startsWithVowel = (name: string): boolean =>
  /^[aeiouyh]/.test(name.trim().normalize('NFD').replace(/\p{M}/gu, '').toLowerCase());
