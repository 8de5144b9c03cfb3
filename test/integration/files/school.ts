import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { audience, type Audience } from '../../../src/domain/audience';
import { idFrom, type Id, type IdPrefix } from '../../../src/domain/id';
import { createNonces, GrantBook, signerFrom, signGrant, type Signer } from '../../../src/exchange';
import { createFileAnswers, type FileAnswers } from '../../../src/exchange/files';
import { createFileExchange, type FileExchange } from '../../../src/main/files/file-exchange';
import type { FileRemote } from '../../../src/main/files/file-remote';
import { openFileStore, type EncryptedFileStore } from '../../../src/main/files/file-store';
import type { StoredFile } from '../../../src/main/files/port';
import { httpFiles } from '../../../src/main/files/http-files';
import { PouchStore } from '../../../src/store/pouch-store';
import { communeFiles, communeShelf } from '../../../sync-server/files/commune-files';
import type { DiskShelf } from '../../../sync-server/files/disk-shelf';
import { answerFiles, isFileAction } from '../../../sync-server/files/http';

/** An invented school for the file exchange: postes over real stores and sockets, and the commune's side of it. */
const bytes = (name: string): Buffer => createHash('sha256').update(name).digest();
const idOf = <P extends IdPrefix>(prefix: P, name: string): Id<P> =>
  idFrom(prefix, bytes(`${prefix} ${name}`));

const UAI = '0751234a';
const SCHOOL = idOf('school', 'files');
const HEAD = signerFrom(bytes('head key of the files'));
const CE1 = idOf('class', 'CE1');
const CM2 = idOf('class', 'CM2');
export const ECOLE = audience('ecole', { year: 2026 });
export const CLASSE_CE1 = audience('classe', { of: CE1, year: 2026 });
export const CLASSE_CM2 = audience('classe', { of: CM2, year: 2026 });
export const SUIVI_CE1 = audience('suivi', { of: CE1, year: 2026 });
const EVERYTHING = [ECOLE, CLASSE_CE1, CLASSE_CM2, SUIVI_CE1];

const CHANNEL = `gateway ${UAI}`;
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };

export interface FilePoste {
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly folder: string;
  readonly files: EncryptedFileStore;
  readonly documents: PouchStore;
  readonly exchange: FileExchange;
  readonly lanUrl: string;
  /** Keys of sealed audiences, the newest first: a test exchanges them here. */
  readonly keys: Map<Audience, readonly Buffer[]>;
  /** Writes a document here that names a file. */
  name(of: Audience, id: string, file: StoredFile): Promise<void>;
  /** Stores content and writes the document of it. */
  share(of: Audience, id: string, content: Buffer | Readable): Promise<StoredFile>;
  remote(options: RemoteOptions): FileRemote;
  /** As by SIGKILL, as far as one process can: nothing is flushed. */
  close(): Promise<void>;
}
export interface RemoteOptions {
  readonly to: FilePoste | 'commune';
  /** Through a proxy. */
  readonly port?: number;
  readonly signal?: AbortSignal;
  readonly count?: (bytes: number) => void;
}

export interface FileSchool {
  readonly folder: string;
  readonly book: GrantBook;
  readonly gateway: { readonly url: string; readonly port: number };
  readonly shelf: DiskShelf;
  /** Opens a poste, or opens it again over its folder. */
  poste(name: string, audiences?: readonly Audience[], folder?: string): Promise<FilePoste>;
  /** What the documents' exchange does: everybody who may read it has it. */
  carry(from: FilePoste, of: Audience, to: readonly FilePoste[]): Promise<void>;
  close(): Promise<void>;
}

export async function openFileSchool(at?: string): Promise<FileSchool> {
  const folder = at ?? (await mkdtemp(join(tmpdir(), 'preau-files-')));
  const book = new GrantBook(SCHOOL, [HEAD.publicKey]);
  const open = new Set<{ close(): Promise<void> }>();
  /** Documents of open audiences, as the commune has them. */
  const atCommune = new Map<string, unknown>();
  const commune = {
    folder: join(folder, 'commune'),
    uai: UAI,
    document: (of: Audience, id: string) => Promise.resolve(atCommune.get(`${of} ${id}`)),
  };
  const nonces = createNonces(randomBytes(32), Date.now);
  const answers = communeFiles({ ...commune, book, nonces, channel: CHANNEL });
  const gateway = await serve(answers);
  open.add(gateway);

  const school: FileSchool = {
    folder,
    book,
    gateway,
    shelf: communeShelf(commune),
    async poste(name, audiences = EVERYTHING, known) {
      const signer = signerFrom(bytes(`poste ${name}`));
      const poste = idOf('poste', name);
      book.learn(grantOf(name, poste, signer, audiences));
      const made = await openPoste({
        name,
        poste,
        signer,
        audiences,
        book,
        folder: known ?? join(folder, name),
      });
      open.add(made);
      const opened: FilePoste = {
        ...made,
        async name(of, id, file) {
          const body = { _id: id, type: 'lessonItem', v: 1, item: { file: { ...file } } };
          const database = await made.documents.open(of);
          await database.put(body, database.get(id)?.rev);
          atCommune.set(`${of} ${id}`, body);
        },
        async share(of, id, content) {
          const file = await made.files.store(
            content instanceof Readable ? content : Readable.from([content]),
          );
          await opened.name(of, id, file);
          return file;
        },
        remote({ to, port, signal, count }) {
          const line = to === 'commune';
          const url = line ? gateway.url : to.lanUrl;
          return httpFiles(
            {
              id: line ? CHANNEL : to.poste,
              kind: line ? 'line' : 'lan',
              reads: (of) => !line && book.readable(to.poste).audiences.has(of),
              url: port === undefined ? url : url.replace(/:\d+/, `:${port}`),
              channel: line ? CHANNEL : to.poste,
              signal,
              meter: count && { up: count, down: count },
            },
            { poste, signer },
          );
        },
        async close() {
          open.delete(made);
          await made.close();
        },
      };
      return opened;
    },
    async carry(from, of, to) {
      const records = (await (await from.documents.open(of)).changesSince(0, 10_000)).map(
        ({ record }) => record,
      );
      for (const poste of to) await (await poste.documents.open(of)).apply(records);
    },
    async close() {
      for (const one of open) await one.close();
      if (at === undefined) await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  return school;
}

function grantOf(name: string, poste: Id<'poste'>, signer: Signer, audiences: readonly Audience[]) {
  const content = {
    _id: idOf('grant', `${name} ${audiences.join()}`),
    type: 'grant' as const,
    v: 1 as const,
    kind: 'poste' as const,
    school: SCHOOL,
    issued: '2026-11-22T08:00:00.000Z',
    poste,
    key: signer.publicKey,
    person: idOf('staff', name),
    roles: [{ role: 'teacher' as const, classIds: [CE1] }],
    audiences: [...audiences],
    carries: false,
  };
  return signGrant(content, HEAD);
}

interface PosteInput {
  readonly name: string;
  readonly poste: Id<'poste'>;
  readonly signer: Signer;
  readonly audiences: readonly Audience[];
  readonly book: GrantBook;
  readonly folder: string;
}

async function openPoste({ poste, signer, audiences, book, folder }: PosteInput) {
  const keys = new Map<Audience, readonly Buffer[]>(audiences.map((of) => [of, [bytes(`key ${of}`)]]));
  const keyring = {
    has: (of: Audience) => keys.has(of),
    dataKeys: (of: Audience) => keys.get(of) ?? [],
  };
  const documents = new PouchStore({ folder, keyring });
  const files = await openFileStore({ folder: join(folder, 'files'), key: () => bytes('parc key') });
  const exchange = createFileExchange({
    platform: { clock: Date.now, log: quiet },
    store: files,
    documents,
    keyring,
    poste,
    audiences: () => audiences,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 20))),
  });
  const nonces = createNonces(randomBytes(32), Date.now);
  const lan = await serve(createFileAnswers({ book, nonces, channel: poste, shelf: exchange.shelf }));
  return {
    poste,
    signer,
    folder,
    files,
    documents,
    exchange,
    keys,
    lanUrl: lan.url,
    async close() {
      await lan.close();
      await documents.close();
    },
  };
}

/** The requests about files on a port of their own, as the gateway and the LAN server mount them. */
export async function serve(
  answers: FileAnswers,
): Promise<{ url: string; port: number; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const action = (request.url ?? '').slice(1);
    if (isFileAction(action)) void answerFiles(answers, action, request, response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
