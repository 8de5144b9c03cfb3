import { SaxesParser } from 'saxes';
import { AAF_KINDS, AAF_READ, droppedAttribute } from '../../../domain/people/feeds/aaf-object';
import type { AafObject } from '../../../domain/people/feeds/aaf-object';
import type { DroppedKind } from '../../../domain/people/feeds/dropped';
import { FEED_LIMITS } from './limits';
import { FeedRefused } from './problem';
import { xmlText } from './xml-text';

const REQUESTS = { addRequest: 'add', modifyRequest: 'modify', deleteRequest: 'delete' } as const;
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/g;
/** Words of letters that are composed already, one blank between them: nearly every value, and nothing to clean. */
const CLEAN = /^(?:[!-~\u00a1-\u017f]+(?: [!-~\u00a1-\u017f]+)*)?$/;
/** Characters handed to the parser at once: how far it can run before the limits are looked at again. */
const STEP = 32 * 1024;

/**
 * Reads a file of the AAF (root `ficAlimMENESR`, `reference/peers-ent-sync.md` B3) as it comes, and hands over a few objects
 * at a time: memory does not grow with the file. The parser is strict and not validating: it follows no external entity,
 * knows XML's own five entities and no others, and a document type with anything inside is refused before it is read.
 * @throws FeedRefused with the reason; objects handed over before that are not to be used
 */
export async function* readAaf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<AafObject[]> {
  let batch: AafObject[] = [];
  const reader = new AafReader((object) => batch.push(object));
  for await (const text of xmlText(bytes)) {
    for (let at = 0; at < text.length; at += STEP) reader.write(text.slice(at, at + STEP));
    if (batch.length > 0) yield batch;
    batch = [];
  }
  reader.close();
}

class AafReader {
  readonly #parser = new SaxesParser({ xmlns: false, position: false });
  readonly #path: string[] = [];
  #text = '';
  #rank = 0;
  #object: AafObject | undefined;
  #attribute = '';
  #values: string[] = [];
  #operational = '';
  /** Characters since the parser last said something: a value, a comment or a tag that never ends. */
  #silent = 0;
  #read = 0;
  #ended = false;

  constructor(private readonly onObject: (object: AafObject) => void) {
    const parser = this.#parser;
    parser.on('opentag', ({ name, attributes }) => this.#open(name, attributes as Record<string, string>));
    parser.on('closetag', ({ name }) => this.#close(name));
    parser.on('text', (text) => this.#say(text));
    parser.on('cdata', (text) => this.#say(text));
    parser.on('comment', () => (this.#silent = 0));
    parser.on('doctype', (doctype) => {
      this.#silent = 0;
      if (doctype.includes('[') || doctype.includes('<!')) throw new FeedRefused({ code: 'entities' });
    });
    parser.on('error', (error) => {
      if (/undefined entity/i.test(error.message)) throw new FeedRefused({ code: 'entities' });
      if (/unclosed|unexpected end/i.test(error.message)) throw new FeedRefused({ code: 'truncated' });
      throw new FeedRefused({ code: 'notXml', near: this.#rank });
    });
  }

  write(text: string): void {
    this.#silent += text.length;
    this.#read += text.length;
    if (this.#read > FEED_LIMITS.xmlBytes)
      throw new FeedRefused({ code: 'tooLarge', limit: FEED_LIMITS.xmlBytes });
    this.#parser.write(text);
    if (this.#silent > FEED_LIMITS.markupLength) throw new FeedRefused({ code: 'tooLong' });
  }

  close(): void {
    if (this.#path.length > 0) throw new FeedRefused({ code: 'truncated' });
    if (this.#read === 0) throw new FeedRefused({ code: 'notAaf', root: '' });
    this.#parser.close();
    if (!this.#ended) throw new FeedRefused({ code: 'truncated' });
  }

  #open(name: string, attributes: Record<string, string>): void {
    this.#silent = 0;
    this.#text = '';
    const depth = this.#path.push(name);
    if (depth === 1 && name !== 'ficAlimMENESR')
      throw new FeedRefused({ code: 'notAaf', root: name.slice(0, 40) });
    if (depth > FEED_LIMITS.depth) throw new FeedRefused({ code: 'tooDeep' });
    if (Object.keys(attributes).length > FEED_LIMITS.xmlAttributes)
      throw new FeedRefused({ code: 'tooLong' });
    if (depth === 2) this.#begin(name);
    else if (depth === 4) {
      this.#attribute = Object.hasOwn(attributes, 'name') ? (attributes['name'] ?? '') : '';
      this.#values = [];
    }
  }

  #begin(name: string): void {
    if (!Object.hasOwn(REQUESTS, name)) throw new FeedRefused({ code: 'notAaf', root: name.slice(0, 40) });
    const request = REQUESTS[name as keyof typeof REQUESTS];
    this.#rank += 1;
    this.#operational = '';
    // The kind is said in the operational attributes, which come first.
    this.#object = { request, kind: 'school', id: '', rank: this.#rank, values: {}, dropped: [] };
  }

  #say(text: string): void {
    this.#silent = 0;
    if (this.#path.length >= 4 && this.#text.length < FEED_LIMITS.valueLength) {
      this.#text += text.slice(0, FEED_LIMITS.valueLength);
    }
  }

  #close(name: string): void {
    this.#silent = 0;
    const depth = this.#path.length;
    const section = this.#path[2];
    this.#path.pop();
    const object = this.#object;
    if (depth === 1) this.#ended = true;
    if (!object) return;
    if (depth === 4 && name === 'id' && section === 'identifier') object.id = clean(this.#text);
    else if (depth === 5 && name === 'value') this.#value(clean(this.#text));
    else if (depth === 4 && section === 'operationalAttributes') this.#kind(object);
    else if (depth === 4 && (section === 'attributes' || section === 'modifications')) this.#keep(object);
    else if (depth === 2) this.#hand(object);
    this.#text = '';
  }

  #value(value: string): void {
    if (this.#values.length >= FEED_LIMITS.values) throw new FeedRefused({ code: 'tooLong' });
    if (value !== '') this.#values.push(value);
  }

  #kind(object: AafObject): void {
    if (!/^categorie(Personne|Structure)$/.test(this.#attribute)) return;
    this.#operational = this.#values[0] ?? '';
    const kind = Object.hasOwn(AAF_KINDS, this.#operational) ? AAF_KINDS[this.#operational] : undefined;
    if (kind) object.kind = kind;
  }

  #keep({ kind, values, dropped }: AafObject): void {
    const name = this.#attribute;
    if (!AAF_READ[kind].has(name)) {
      const what: DroppedKind | undefined =
        this.#values.length > 0 ? droppedAttribute(kind, name) : undefined;
      if (what) dropped.push(what);
    } else values[name] = this.#values;
    if (dropped.length > FEED_LIMITS.attributes) throw new FeedRefused({ code: 'tooLong' });
  }

  #hand(object: AafObject): void {
    this.#object = undefined;
    const { values } = object;
    // Kinds that a first-degree directory does not have (a groups' file, a function's) say nothing here.
    if (!Object.hasOwn(AAF_KINDS, this.#operational)) return;
    object.id = values['ENTPersonJointure']?.[0] ?? values['ENTStructureJointure']?.[0] ?? object.id;
    if (object.id !== '') this.onObject(object);
  }
}

function clean(text: string): string {
  if (CLEAN.test(text)) return text;
  return text.replace(UNPRINTABLE, ' ').normalize('NFC').replace(/\s+/g, ' ').trim();
}
