import type { Audience } from '../../domain/audience';
import { filesNamed } from '../../domain/files/named';
import { bodyOf, type Claim, type FileShelf, type GivenFile } from '../../exchange/files';
import type { Containers } from './containers';
import { ChunkReader } from './reading';
import { namesOf, type FileKeysOf } from './share-keys';
import type { Share } from './shares';
import type { Transfer } from './transfer';

/** Files that are on their way to this poste: neighbours take from them already. */
export class UnderWay {
  readonly #transfers = new Map<string, { transfer: Transfer; claim?: Claim | undefined }>();

  add(audience: Audience, transfer: Transfer): void {
    this.#transfers.set(keyOf(audience, transfer.list.file), { transfer });
  }

  claim(audience: Audience, file: string, claim?: Claim): void {
    const found = this.#transfers.get(keyOf(audience, file));
    if (found) found.claim = claim;
  }

  remove(audience: Audience, file: string): void {
    this.#transfers.delete(keyOf(audience, file));
  }

  find(audience: Audience, file: string): GivenFile | undefined {
    const found = this.#transfers.get(keyOf(audience, file));
    if (!found) return undefined;
    const { transfer, claim } = found;
    return {
      list: transfer.list,
      has: (position) => transfer.has(position),
      read: (position) => transfer.read(position).catch(() => undefined),
      claim,
    };
  }
}

const keyOf = (audience: Audience, file: string): string => `${audience} ${file}`;

/** What a poste gives its neighbours: files that it shares in an audience, and those under way. */
export class PosteShelf implements FileShelf {
  constructor(
    private readonly containers: Containers,
    /** A file that this poste may give in that audience. */
    private readonly shareOf: (audience: Audience, file: string) => Promise<Share | undefined>,
    private readonly underWay: UnderWay,
    private readonly keysOf: FileKeysOf,
    /** A document, all its leaves; undefined where there is none, or the audience is closed here. */
    private readonly document: (audience: Audience, id: string) => Promise<unknown>,
  ) {}

  async names(audience: Audience, document: string | undefined, file: string): Promise<boolean> {
    if (document === undefined) return false;
    return filesNamed(await this.document(audience, document)).some(({ sha256 }) =>
      namesOf(this.keysOf, audience, sha256).includes(file),
    );
  }

  async give(audience: Audience, file: string): Promise<GivenFile | undefined> {
    const coming = this.underWay.find(audience, file);
    if (coming) return coming;
    const share = await this.shareOf(audience, file);
    const keys = this.keysOf(audience).find((one) => (one?.keyId ?? null) === share?.list.keyId);
    const open = this.keysOf(audience).some((one) => (one?.keyId ?? null) === share?.list.keyId);
    return share && open ? new SharedFile(this.containers, share, keys) : undefined;
  }
}

/** A stored file under the list of one audience. Opened at the first chunk. */
class SharedFile implements GivenFile {
  #reader: Promise<ChunkReader | undefined> | undefined;

  constructor(
    private readonly containers: Containers,
    private readonly share: Share,
    private readonly keys: Parameters<typeof bodyOf>[1],
  ) {}

  get list(): Share['list'] {
    return this.share.list;
  }

  has(position: number): boolean {
    return position < this.list.count;
  }

  async read(position: number): Promise<Buffer | undefined> {
    try {
      this.#reader ??= ChunkReader.open(this.containers, this.share.sha256);
      const packed = await (await this.#reader)?.packed(position);
      return packed && bodyOf(packed, this.keys);
    } catch {
      // Gone or damaged here: the neighbour takes it elsewhere.
      return undefined;
    }
  }

  async close(): Promise<void> {
    await (await this.#reader?.catch(() => undefined))?.close();
  }
}
