import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { isSealed, type Audience } from '../../domain/audience';
import { LINE_STEP_BYTES, positionsIn, writePiece, endOfPieces, type GivenFile } from '../../exchange/files';
import { writeAtomically } from '../../store/atomic-file';
import type { FileRemote } from './file-remote';
import type { Spending } from './fetcher';

/** What was offered where, by a name that tells nothing, and when: milliseconds since 1970. */
const offersSchema = v.record(v.string(), v.number());

/** A file is offered anew after so long: who keeps it learns that it is still named (the wait there is 120 days). In ms. */
const AGAIN_MS = 30 * 24 * 3600 * 1000;

export class Offers {
  readonly #path: string;
  #done: Record<string, number> | undefined;

  constructor(folder: string) {
    this.#path = join(folder, 'offers.json');
  }

  async #load(): Promise<Record<string, number>> {
    if (this.#done) return this.#done;
    const text = await readFile(this.#path, 'utf8').catch(() => '{}');
    try {
      const parsed = v.safeParse(offersSchema, JSON.parse(text));
      this.#done = parsed.success ? parsed.output : {};
    } catch {
      // Everything is offered once more, and found to be there.
      this.#done = {};
    }
    return this.#done;
  }

  async isDue(name: string, now: number): Promise<boolean> {
    const last = (await this.#load())[name];
    return last === undefined || Math.abs(now - last) > AGAIN_MS;
  }

  async confirm(name: string, now: number): Promise<void> {
    this.#done = { ...(await this.#load()), [name]: now };
    await writeAtomically(this.#path, JSON.stringify(this.#done));
  }
}

/**
 * Brings a file where it is lacking, as far as the budget goes. What came is kept there: the next offer goes on at that byte.
 * @returns true when nothing is lacking there any more @throws PreauError `NO_LINE`, `GATEWAY_REFUSED`
 */
export async function offerFile(
  remote: FileRemote,
  given: GivenFile,
  naming: { readonly audience: Audience; readonly document: string },
  spending: Spending,
): Promise<boolean> {
  const { audience, document } = naming;
  const { list } = given;
  const named = { audience, ...(isSealed(audience) && !remote.reads(audience) ? {} : { document }) };
  const request = { ...named, file: list.file, list: list.hash };
  const left = (): number => (remote.kind === 'line' ? spending.line : Infinity);
  const spend = (bytes: number): void => {
    if (remote.kind === 'lan') return void (spending.toLan += bytes);
    spending.toLine += bytes;
    spending.line -= bytes;
  };
  let knows = false;
  let withList = false;
  for (;;) {
    const answer = await remote.offer(request, withList ? list : undefined);
    if (withList && !knows) spend(list.bytes.length);
    if (answer.send === 'nothing') return true;
    if (answer.send === 'list') {
      if (withList || left() < list.bytes.length) return false;
      withList = true;
      continue;
    }
    knows = true;
    withList = false;
    const limit = Math.min(LINE_STEP_BYTES, left());
    let sent = 0;
    async function* pieces(): AsyncGenerator<Buffer> {
      let skip = answer.send === 'chunks' ? answer.skip : 0;
      for (const position of answer.send === 'chunks' ? positionsIn(answer.lacking) : []) {
        const body = position < list.count ? await given.read(position) : undefined;
        if (!body) continue;
        const rest = body.subarray(Math.min(skip, body.length));
        if (sent + rest.length > limit) break;
        yield writePiece(position, body.length - rest.length, rest);
        sent += rest.length;
        skip = 0;
      }
      yield endOfPieces();
    }
    try {
      const { complete } = await remote.put(
        { audience, file: list.file, list: list.hash, ticket: answer.ticket },
        pieces(),
      );
      if (complete) return true;
    } finally {
      spend(sent);
    }
    if (sent === 0) return false;
  }
}
