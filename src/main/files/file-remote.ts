import type {
  ChunksRequest,
  ListAnswer,
  ListRequest,
  OfferAnswer,
  OfferRequest,
  Piece,
  PutAnswer,
  PutHead,
} from '../../exchange/files';
import type { ChunkList } from '../../exchange/files';

/** Another side that has files or takes them: a neighbour of the LAN, or the commune at the other end of the line. */
export interface FileRemote {
  /** A poste's id, or the commune's channel. */
  readonly id: string;
  readonly kind: 'lan' | 'line';
  /** Keeps for others what it cannot read: files are offered to it, as to the commune and to a relay. */
  readonly keeps: boolean;
  /** Whether it opens the audience: documents of a sealed one are named to nobody else. */
  reads(audience: string): boolean;
  /** @throws PreauError `NO_LINE`, `GATEWAY_REFUSED` with the reason, as all of these */
  list(request: ListRequest): Promise<{ readonly answer: ListAnswer; readonly list: ChunkList | undefined }>;
  chunks(request: ChunksRequest): AsyncGenerator<Piece>;
  offer(request: OfferRequest, list?: ChunkList): Promise<OfferAnswer>;
  put(head: Omit<PutHead, 'poste'>, pieces: AsyncIterable<Buffer>): Promise<PutAnswer>;
  close(): void;
}
