/**
 * A stream of H.264 as `screenrecord` writes it (Annex B of ITU-T H.264: start codes between units), cut into pictures. The tablet's
 * bytes are handed on as they are; only what says where a picture begins is read.
 */
export interface CodedPicture {
  /** It can be understood without those before: an IDR with its parameter sets in front. */
  readonly whole: boolean;
  readonly bytes: Buffer;
}

const SLICE = 1;
const IDR = 5;
const SEI = 6;
const SPS = 7;
const PPS = 8;
const DELIMITER = 9;

export class H264Reader {
  #held: Buffer = Buffer.alloc(0);
  /** Units of the picture that is being read, each with its start code. */
  #units: Buffer[] = [];
  #unitBytes = 0;
  #hasSlice = false;
  #whole = false;
  #sps: Buffer | undefined;
  #pps: Buffer | undefined;

  /** @param most a picture larger than this many bytes is none */
  constructor(private readonly most: number) {}

  /** Pictures that are complete now: of the last one this is known when the next begins, or by `flush`. @throws RangeError */
  push(chunk: Buffer): CodedPicture[] {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#held.length > this.most) throw new RangeError('not a picture');
    const out: CodedPicture[] = [];
    let start = startCode(this.#held, 0);
    if (start < 0) return out;
    for (let next = startCode(this.#held, start + 3); next >= 0; next = startCode(this.#held, start + 3)) {
      this.#unit(this.#held.subarray(start, next), out);
      start = next;
    }
    this.#held = this.#held.subarray(start);
    return out;
  }

  /** Nothing came for a moment: what is there is a picture. */
  flush(): CodedPicture[] {
    const out: CodedPicture[] = [];
    if (startCode(this.#held, 0) === 0 && this.#held.length > 4) {
      this.#unit(this.#held, out);
      this.#held = Buffer.alloc(0);
    }
    this.#end(out);
    return out;
  }

  #unit(unit: Buffer, out: CodedPicture[]): void {
    const at = unit[2] === 1 ? 3 : 4;
    const type = (unit[at] ?? 0) & 0x1f;
    // first_mb_in_slice is 0 where the first bit of the slice's head is 1 (7.3.3; ue(v) of 9.1).
    const first = (type === SLICE || type === IDR) && ((unit[at + 1] ?? 0) & 0x80) !== 0;
    if (this.#hasSlice && (first || (type >= SEI && type <= DELIMITER))) this.#end(out);
    const copy = Buffer.from(unit);
    if (type === SPS) this.#sps = copy;
    if (type === PPS) this.#pps = copy;
    if (type === SLICE || type === IDR) {
      this.#hasSlice = true;
      this.#whole ||= type === IDR;
    }
    this.#units.push(copy);
    this.#unitBytes += copy.length;
    if (this.#unitBytes > this.most) throw new RangeError('not a picture');
  }

  #end(out: CodedPicture[]): void {
    if (!this.#hasSlice) return;
    const units = this.#units;
    const has = (type: number): boolean =>
      units.some((unit) => ((unit[unit[2] === 1 ? 3 : 4] ?? 0) & 0x1f) === type);
    // Parameter sets come once, at the start; a decoder that comes later needs them too.
    const sets = this.#whole ? [!has(SPS) && this.#sps, !has(PPS) && this.#pps].filter((one) => !!one) : [];
    if (!this.#whole || (this.#sps && this.#pps))
      out.push({ whole: this.#whole, bytes: Buffer.concat([...sets, ...units]) });
    this.#units = [];
    this.#unitBytes = 0;
    this.#hasSlice = false;
    this.#whole = false;
  }
}

/** Where `00 00 01` or `00 00 00 01` begins, from `from` on; -1 where none does. */
function startCode(bytes: Buffer, from: number): number {
  const at = bytes.indexOf('\u0000\u0000\u0001', from, 'latin1');
  return at > from && bytes[at - 1] === 0 ? at - 1 : at;
}
