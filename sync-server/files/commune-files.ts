import { join } from 'node:path';
import { isSealed, type Audience } from '../../src/domain/audience';
import { namesFile } from '../../src/domain/files/named';
import type { GrantBook, Nonces } from '../../src/exchange';
import { createFileAnswers, type FileAnswers } from '../../src/exchange/files';
import { DiskShelf } from './disk-shelf';

export interface CommuneFilesOptions {
  /** Files of all schools; every gateway of the commune sees the same folder. */
  readonly folder: string;
  readonly uai: string;
  /** A document of an open audience, all its leaves; undefined where there is none. */
  readonly document: (audience: Audience, id: string) => Promise<unknown>;
}

/** A school's files at the commune. Of open audiences it asks its own documents; sealed ones it cannot, and asks the grants only. */
export const communeShelf = ({ folder, uai, document }: CommuneFilesOptions): DiskShelf =>
  new DiskShelf(
    join(folder, uai.toLowerCase()),
    async (audience, id, file) =>
      isSealed(audience) || (id !== undefined && namesFile(await document(audience, id), file)),
  );

/** Answers for one school: `answerFiles(communeFiles(…), action, request, response)` is all that a gateway adds. */
export const communeFiles = (
  options: CommuneFilesOptions & {
    readonly book: Pick<GrantBook, 'grantsOf' | 'served'>;
    readonly nonces: Nonces;
    readonly channel: string;
  },
): FileAnswers =>
  createFileAnswers({
    book: options.book,
    nonces: options.nonces,
    channel: options.channel,
    shelf: communeShelf(options),
  });
