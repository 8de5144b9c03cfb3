/** Why a file of a feed was refused; nothing of it was used. Sentences live in locale files. */
export type FeedProblem =
  | { code: 'notAaf'; root: string }
  /** `near`: the last object that could be read. */
  | { code: 'notXml'; near: number }
  | { code: 'truncated' }
  /** An internal subset, an entity that is not XML's own: nothing of the kind stands in a true feed. */
  | { code: 'entities' }
  | { code: 'tooDeep' }
  | { code: 'tooLong' }
  | { code: 'tooLarge'; limit: number }
  | { code: 'badEncoding'; encoding: string }
  | { code: 'badArchive' }
  | { code: 'emptyArchive' }
  | { code: 'noUai' }
  | { code: 'otherSchool'; found: string[] }
  /** A Delta that comes before any « Complet ». */
  | { code: 'nothingOfSchool' };

export class FeedRefused extends Error {
  override readonly name = 'FeedRefused';
  constructor(readonly problem: FeedProblem) {
    super(problem.code);
  }
}
