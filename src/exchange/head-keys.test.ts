import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { grantHash, signGrant, type Grant } from './grant';
import { GrantBook } from './grant-book';
import { signerFrom, type Signer } from './signature';
import { bytesFor, grantFor, HEAD, idFor, SCHOOL } from './testing/school';

const common = { type: 'grant' as const, v: 1 as const, school: SCHOOL, issued: '2026-11-22T08:00:00.000Z' };
const key = (name: string): Signer => signerFrom(bytesFor(`head key ${name}`));
const introduces = (signer: Signer, by: Signer, name = `${by.publicKey} ${signer.publicKey}`): Grant =>
  signGrant({ ...common, _id: idFor('grant', name), kind: 'headKey' as const, key: signer.publicKey }, by);
const ends = (ended: readonly Signer[], keeps: readonly Grant[], by: Signer, name: string): Grant =>
  signGrant(
    {
      ...common,
      _id: idFor('grant', `end ${name}`),
      kind: 'headKeyEnd' as const,
      ended: ended.map(({ publicKey }) => publicKey),
      keeps: keeps.map(grantHash),
    },
    by,
  );
const bookOf = (grants: readonly Grant[], anchors: readonly Signer[] = [HEAD]): GrantBook => {
  const book = new GrantBook(
    SCHOOL,
    anchors.map(({ publicKey }) => publicKey),
  );
  for (const grant of grants) book.learn(grant);
  return book;
};
const idsIn = (book: GrantBook): string[] =>
  book
    .all()
    .map(({ _id }) => _id)
    .sort();

/** An exchange as a head's poste makes it: everything that it knows to count is kept. */
function exchanged(book: GrantBook, next: Signer, held: readonly Signer[], name: string): Grant[] {
  const made = held
    .filter(({ publicKey }) => book.isHeadKey(publicKey))
    .map((old) => introduces(next, old, `${name} ${old.publicKey}`));
  const ended = [...book.headKeys(), ...book.endedHeadKeys()];
  const end = signGrant(
    {
      ...common,
      _id: idFor('grant', `end ${name}`),
      kind: 'headKeyEnd' as const,
      ended,
      keeps: [...book.all(), ...made].map(grantHash),
    },
    next,
  );
  return [...made, end];
}

const office = grantFor('office');
const laptop = grantFor('laptop');
const forged = grantFor('thief');
const [k1, k2, k3, evil] = [key('1'), key('2'), key('3'), key('evil')];

describe('a head’s key that was ended', () => {
  it('signs nothing any more: what is kept counts, and nothing else', () => {
    const made = exchanged(bookOf([office, laptop]), k1, [HEAD], 'first');
    const book = bookOf([office, ...made, laptop, forged]);
    expect(book.isHeadKey(HEAD.publicKey)).toBe(false);
    expect(book.headKeys()).toEqual([k1.publicKey]);
    expect(book.posteGrant(laptop._id)).toEqual(laptop);
    expect(book.learn(forged)).toBeUndefined();
    expect(book.readable(forged.poste).audiences.size).toBe(0);
    expect(book.countsUpTo(forged.poste, 'parc')).toBe(0);
    expect(book.outdated()).toEqual([forged]);
    // What the new key signs counts.
    expect(book.learn(grantFor('newcomer', { signer: k1 }))).toBeDefined();
  });

  it('a grant that counted until then counts no more, its poste neither', () => {
    const book = bookOf([office, laptop, forged]);
    expect(book.readable(forged.poste).audiences.size).toBeGreaterThan(0);
    const before = book.edition;
    for (const grant of exchanged(bookOf([office, laptop]), k1, [HEAD], 'first')) book.learn(grant);
    expect(book.edition).toBeGreaterThan(before);
    expect(book.posteGrant(forged._id)).toBeUndefined();
    expect(book.readable(laptop.poste).audiences.size).toBeGreaterThan(0);
  });

  it('whoever was given the new key only needs no other', () => {
    const made = exchanged(bookOf([office, laptop]), k1, [HEAD], 'first');
    const book = bookOf([forged, office, laptop, ...made], [k1]);
    expect(idsIn(book)).toEqual([office, laptop, ...made].map(({ _id }) => _id).sort());
    expect(book.has(forged._id)).toBe(false);
  });

  it('ends no other, names no head, in whatever order the former head’s statements come', () => {
    const made = exchanged(bookOf([office, laptop]), k1, [HEAD], 'first');
    const theirs = [
      introduces(evil, HEAD, 'evil'),
      ends([HEAD, k1], [office, forged, introduces(evil, HEAD, 'evil')], evil, 'evil'),
      ends([k1], [forged], HEAD, 'evil too'),
      forged,
      grantFor('another', { signer: evil }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(theirs, { minLength: theirs.length }), (order) => {
        const book = bookOf([office, laptop, ...made, ...order]);
        expect(idsIn(book)).toEqual(idsIn(bookOf([office, laptop, ...made])));
        expect(book.headKeys()).toEqual([k1.publicKey]);
      }),
    );
  });

  it('where a former head was met first, both sides say so, and neither forgets anything', () => {
    const made = exchanged(bookOf([office, laptop]), k1, [HEAD], 'first');
    const theirs = exchanged(bookOf([office, laptop, forged]), evil, [HEAD], 'evil');
    const [astray, sound] = [
      bookOf([office, laptop, ...theirs, ...made]),
      bookOf([office, laptop, ...made, ...theirs, forged]),
    ];
    expect(astray.headKeys()).toEqual([evil.publicKey]);
    expect(sound.headKeys()).toEqual([k1.publicKey]);
    const kindsIn = (book: GrantBook): string[] => book.outdated().map(({ kind }) => kind);
    expect(kindsIn(astray)).toEqual(['headKey']);
    expect(kindsIn(sound)).toEqual(['headKey', 'poste']);
    for (const book of [astray, sound])
      for (const one of [office, laptop]) expect(book.has(one._id)).toBe(true);
  });

  it('an end that does not keep its own signer’s right is none', () => {
    const introduced = introduces(k1, HEAD);
    const book = bookOf([office, introduced, ends([HEAD], [office], k1, 'careless')]);
    expect(book.headKeys()).toEqual([HEAD.publicKey, k1.publicKey].sort());
    expect(book.has(office._id)).toBe(true);
    // It counts once another one keeps that right.
    book.learn(ends([HEAD], [introduced], k1, 'careful'));
    expect(book.headKeys()).toEqual([k1.publicKey]);
    expect(book.has(office._id)).toBe(true);
  });

  it('what a head signed before hearing of it is kept later', () => {
    const made = exchanged(bookOf([office]), k1, [HEAD], 'first');
    const book = bookOf([office, ...made, laptop]);
    expect(book.has(laptop._id)).toBe(false);
    book.learn(ends([HEAD], [laptop], k1, 'later'));
    expect(book.posteGrant(laptop._id)).toEqual(laptop);
    expect(book.outdated()).toEqual([]);
  });
});

describe('in whatever order grants come', () => {
  /** Two heads exchange the key at once, each vouches for the other’s, and later one of them exchanges both. */
  const first = exchanged(bookOf([office]), k1, [HEAD], 'first');
  const second = exchanged(bookOf([laptop]), k2, [HEAD], 'second');
  const adopted = [introduces(k2, k1), introduces(k1, k2)];
  const signed = [grantFor('by one', { signer: k1 }), grantFor('by two', { signer: k2 })];
  const forked = [office, laptop, ...first, ...second, ...adopted, ...signed];
  const third = exchanged(bookOf(forked), k3, [k1, k2], 'third');

  it('two heads at once end in one state', () => {
    const wanted = idsIn(bookOf(forked));
    expect(wanted).toEqual(forked.map(({ _id }) => _id).sort());
    fc.assert(
      fc.property(fc.shuffledSubarray([...forked, forged], { minLength: forked.length + 1 }), (order) => {
        const book = bookOf(order);
        expect(idsIn(book)).toEqual(wanted);
        expect(book.headKeys()).toEqual([k1.publicKey, k2.publicKey].sort());
        expect(book.endedHeadKeys()).toEqual([HEAD.publicKey]);
      }),
    );
  });

  it('so does the next exchange, known twice or once, from any anchor', () => {
    const all = [...forked, ...third];
    const wanted = idsIn(bookOf(all));
    expect(wanted).toEqual(all.map(({ _id }) => _id).sort());
    const orders = fc.shuffledSubarray([...all, forged], { minLength: all.length + 1 });
    fc.assert(
      fc.property(orders, fc.constantFrom(HEAD, k1, k2, k3), (order, anchor) => {
        const book = bookOf([...order, ...order], [anchor]);
        expect(idsIn(book)).toEqual(wanted);
        expect(book.headKeys()).toEqual([k3.publicKey]);
      }),
    );
  });
});

it('many grants of the ended key are learnt whatever comes first', () => {
  const many = Array.from({ length: 1500 }, (_, at) => grantFor(`poste ${at}`, { audiences: ['parc'] }));
  const made = exchanged(bookOf(many), k1, [HEAD], 'first');
  const book = new GrantBook(SCHOOL, [k1.publicKey]);
  book.learnAll([...many, ...made]);
  expect(book.all()).toHaveLength(many.length + made.length);
});
