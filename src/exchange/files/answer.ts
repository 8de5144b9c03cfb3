import type { Audience } from '../../domain/audience';
import type { Id } from '../../domain/id';
import { ExchangeRefused, parseMessage } from '../answer';
import type { GrantBook } from '../grant-book';
import { isCredentialOf, type Credential, type FileAction } from '../messages';
import type { Nonces } from '../nonce';
import { u32 } from '../bytes';
import { ChunkList } from './list';
import {
  chunksRequestSchema,
  listRequestSchema,
  offerRequestSchema,
  putHeadSchema,
  type ListAnswer,
  type OfferAnswer,
  type PutAnswer,
} from './messages';
import { endOfPieces, Incoming, writeHead, writePiece } from './pieces';
import { FileRefused, type FileShelf, type GivenFile, type TakenFile } from './ports';
import { positionsIn, rangesOf } from './ranges';

export interface FileAnswering {
  readonly book: Pick<GrantBook, 'grantsOf' | 'served'>;
  readonly nonces: Nonces;
  /** Who is spoken to here, as the callers sign it. */
  readonly channel: string;
  readonly shelf: FileShelf;
}

/** Pieces of one put in which nothing was right, after which its sender is cut. */
const WRONG_MAX = 3;

/**
 * The answering side of the file exchange, without sockets. A hash is no permission: the caller's signature says who asks,
 * its grants whether it reads the audience, and a document held here whether the file is that audience's. Who may not read
 * gets the same answer as for a file that does not exist.
 */
export function createFileAnswers({ book, nonces, channel, shelf }: FileAnswering) {
  function signedBy(action: FileAction, body: Buffer, credential?: Credential): Id<'poste'> {
    const request = { action, channel, body };
    const signed =
      credential !== undefined &&
      nonces.accepts(credential.nonce, credential.poste) &&
      book.grantsOf(credential.poste).some((grant) => isCredentialOf(grant.key, credential, request));
    if (!signed) throw new ExchangeRefused('SIGN_AGAIN', credential && nonces.issue(credential.poste));
    return credential.poste;
  }

  const reads = (poste: Id<'poste'>, audience: Audience): boolean => {
    const { audiences, carries } = book.served(poste);
    return carries || audiences.has(audience);
  };

  async function demandNamed(
    poste: Id<'poste'>,
    { audience, document }: { audience: Audience; document?: string | undefined },
    file: string,
  ): Promise<void> {
    if (!reads(poste, audience) || !(await shelf.names(audience, document, file)))
      throw new FileRefused('NOT_FOUND');
  }

  /** Of the names under which one file may stand, the first that does, as far as the caller may know. */
  async function find(
    poste: Id<'poste'>,
    request: { audience: Audience; document?: string | undefined },
    files: readonly string[],
  ): Promise<GivenFile> {
    for (const file of files) {
      if (!reads(poste, request.audience)) break;
      const given = await shelf.give(request.audience, file);
      if (given && (await shelf.names(request.audience, request.document, file))) return given;
      await given?.close?.();
    }
    throw new FileRefused('NOT_FOUND');
  }

  const ticketFor = (poste: string, audience: Audience, hash: string): string =>
    `put ${poste} ${audience} ${hash}`;

  async function lackingOf(taken: TakenFile): Promise<{ lacking: readonly number[]; skip: number }> {
    const lacking = taken.lacking();
    const [first] = lacking;
    return { lacking, skip: first === undefined ? 0 : await taken.started(first) };
  }

  return {
    /** What a file is made of, and which of it can be had here. */
    async list(body: Buffer, credential?: Credential): Promise<Buffer> {
      const request = parseMessage(listRequestSchema, body);
      const given = await find(signedBy('file-list', body, credential), request, request.files);
      const { list, claim } = given;
      const positions = Array.from({ length: list.count }, (_, at) => at);
      const answer: ListAnswer = {
        hash: list.hash,
        held: rangesOf(positions.filter((at) => given.has(at))),
        ...(claim ? { claim } : {}),
      };
      await given.close?.();
      return request.known === list.hash ? writeHead(answer) : Buffer.concat([writeHead(answer), list.bytes]);
    },

    /** Bodies one after the other; what is not here is left out. */
    async *chunks(body: Buffer, credential?: Credential): AsyncGenerator<Buffer> {
      const request = parseMessage(chunksRequestSchema, body);
      const given = await find(signedBy('file-chunks', body, credential), request, [request.file]);
      try {
        if (given.list.hash !== request.list) throw new FileRefused('LIST_OTHER');
        let skip = request.skip;
        for (const position of positionsIn(request.want)) {
          if (position >= given.list.count) break;
          const chunk = given.has(position) ? await given.read(position) : undefined;
          const from = Math.min(skip, chunk?.length ?? 0);
          skip = 0;
          if (chunk) yield writePiece(position, from, chunk.subarray(from));
        }
        yield endOfPieces();
      } finally {
        await given.close?.();
      }
    },

    /** A holder says what it could bring; the answer says what is lacking here. */
    async offer(body: Buffer, credential?: Credential): Promise<OfferAnswer> {
      const cut = 4 + (body.length >= 4 ? body.readUInt32BE() : 0);
      const request = parseMessage(offerRequestSchema, body.subarray(4, cut));
      const poste = signedBy('file-offer', body, credential);
      await demandNamed(poste, request, request.file);
      const { taker } = shelf;
      if (!taker) return { send: 'nothing' };
      const { audience, file } = request;
      const bytes = body.subarray(cut);
      const list = bytes.length > 0 ? ChunkList.read(bytes) : undefined;
      const wrong = bytes.length > 0 && (list?.hash !== request.list || list.file !== file);
      if (wrong) throw new FileRefused('LIST_WRONG');
      const taken =
        (await taker.find(audience, file, request.list)) ?? (list && (await taker.begin(audience, list)));
      if (!taken) return { send: 'list' };
      await taker.renew(audience, file);
      const { lacking, skip } = await lackingOf(taken);
      if (lacking.length === 0) return { send: 'nothing' };
      const ticket = nonces.issue(ticketFor(poste, audience, request.list));
      return { send: 'chunks', lacking: rangesOf(lacking), skip, ticket };
    },

    /** Takes pieces as they arrive: what came before a cut is kept. Each body proves itself by its name. */
    async put(chunks: AsyncIterable<Uint8Array>): Promise<PutAnswer> {
      const incoming = new Incoming(chunks);
      const head = parseMessage(putHeadSchema, Buffer.from(JSON.stringify(await incoming.head())));
      const known = nonces.accepts(head.ticket, ticketFor(head.poste, head.audience, head.list));
      // A poste that was put out since the offer leaves nothing more.
      if (!known || !reads(head.poste, head.audience)) throw new ExchangeRefused('SIGN_AGAIN');
      const taken = await shelf.taker?.take(head.audience, head.file, head.list);
      if (!taken) throw new FileRefused('NOT_FOUND');
      let count = 0;
      let wrong = 0;
      try {
        for await (const { position, offset, bytes } of incoming.pieces()) {
          try {
            if ((await taken.take(position, offset, bytes)) === 'whole') count += 1;
          } catch (error) {
            if (!(error instanceof FileRefused) || error.code !== 'CHUNK_WRONG' || ++wrong >= WRONG_MAX)
              throw error;
          }
        }
      } finally {
        await taken.pause();
      }
      return { taken: count, complete: taken.lacking().length === 0 };
    },
  };
}
export type FileAnswers = ReturnType<typeof createFileAnswers>;

/** The body of an offer: its head, and the list where the other side wants it. */
export const offerBody = (head: unknown, list?: ChunkList): Buffer => {
  const json = Buffer.from(JSON.stringify(head));
  return Buffer.concat([u32(json.length), json, ...(list ? [list.bytes] : [])]);
};
