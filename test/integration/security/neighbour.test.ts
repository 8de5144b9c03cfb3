import { mkdtemp, rm } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { connect, createServer as createPlainServer, type AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificate } from '../../../src/main/devices/x509';
import { openCertificate } from '../../../src/main/postes/certificate';
import { grantTo } from '../../../src/main/postes/grants';
import { readHeadKey } from '../../../src/main/postes/head-key';
import {
  commitmentTo,
  digitsOf,
  newHalf,
  openFrom,
  sealFor,
  sessionKey,
} from '../../../src/main/postes/introduction-code';
import { openNeighbours } from '../../../src/main/postes/neighbours';
import { fetchCertified, probe, type LanAddress } from '../../../src/main/postes/peer-probe';
import { fromText, MESSAGE_MAX_BYTES, signerFrom, toText } from '../../../src/exchange';
import { actor, ANNE, DIRECTION, founding, HEAD, introduced, PARC, type TestPoste } from '../sync/poste';

const kept = (poste: TestPoste): TestPoste => (onTestFinished(() => poste.close()), poste);

/** A computer on the school's network that says it is a poste, and answers what it likes. */
async function stranger(answer: (response: ServerResponse) => void): Promise<LanAddress> {
  const folder = await mkdtemp(join(tmpdir(), 'preau-stranger-'));
  const { cert, key } = await openCertificate(folder, randomBytes(32), makeCertificate);
  const server = createServer({ cert, key }, (_request, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

describe('a stranger that announces itself as a poste', () => {
  it('does not end the host with bytes that are no brotli', async () => {
    const head = kept(await founding());
    const { book } = head.mine.replica;
    const address = await stranger((response) => {
      response.setHeader('content-encoding', 'br');
      response.end('not brotli at all');
    });
    // An exception thrown outside the promise would fail this run of the tests, as it would end the host.
    expect(await probe(address, book)).not.toHaveProperty('peer');
  });

  it('does not fill the memory with an answer that has no end', async () => {
    let sent = 0;
    const address = await stranger((response) => {
      const block = Buffer.alloc(64 * 1024, 0x20);
      const more = (): void => {
        while (!response.destroyed && sent < 256 * 1024 * 1024) {
          sent += block.length;
          if (!response.write(block)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    await expect(fetchCertified({ ...address, method: 'GET', path: '/v0/poste' })).rejects.toThrow();
    expect(sent).toBeLessThan(64 * MESSAGE_MAX_BYTES);
  });
});

describe('a computer that announces a thousand postes', () => {
  it('is knocked at a hundred times at the most, and a poste that was met is found all the same', async () => {
    const head = kept(await founding());
    const { book } = head.mine.replica;
    let knocks = 0;
    const server = createPlainServer((socket) => ((knocks += 1), socket.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
    const { port } = server.address() as AddressInfo;
    const folder = await mkdtemp(join(tmpdir(), 'preau-neighbours-'));
    let announced: LanAddress[] = [head.postes.address];
    const neighbours = await openNeighbours({
      folder,
      own: 'poste_aaaaaaaaaaaaa',
      book,
      discovery: { find: () => Promise.resolve(announced) },
      addresses: () => [],
    });
    onTestFinished(async () => {
      neighbours.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    });
    expect(await neighbours.answering()).toHaveLength(1);
    announced = Array.from({ length: 1000 }, (_, n) => ({ host: `127.1.${n >> 8}.${n & 255 || 1}`, port }));
    expect(await neighbours.answering()).toHaveLength(1);
    expect(knocks).toBeGreaterThan(0);
    // Each is looked at, and asked once where the line opens.
    expect(knocks).toBeLessThanOrEqual(200);
  });
});

describe('the door between postes', () => {
  it('lets one computer hold a few connections, and answers the others', async () => {
    const head = kept(await founding());
    const { port } = head.postes.address;
    const sockets = Array.from({ length: 200 }, () =>
      connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }),
    );
    onTestFinished(() => sockets.forEach((socket) => socket.destroy()));
    let open = sockets.length;
    await new Promise<void>((resolve) => {
      for (const socket of sockets) {
        socket.on('error', () => undefined);
        socket.on('close', () => ((open -= 1) === 32 ? resolve() : undefined));
      }
    });
    expect(await fetchCertified({ ...head.postes.address, method: 'GET', path: '/v0/poste' })).toMatchObject({
      status: 200,
    });
    expect(open).toBe(32);
  });
});

/** The newcomer's side of an introduction by hand, as a modified client would do it. */
async function newcomer(at: LanAddress) {
  const half = newHalf(randomBytes(16));
  const ask = async (
    step: string,
    body: object,
  ): Promise<{ status: number; body: Record<string, string> }> => {
    const { status, text } = await fetchCertified({
      ...at,
      method: 'POST',
      path: `/v0/introduction/${step}`,
      body,
    });
    return { status, body: JSON.parse(text) as Record<string, string> };
  };
  const hello = await ask('hello', { v: 0, commitment: toText(commitmentTo(half)) });
  const host = {
    publicKey: fromText(hello.body['key'] ?? ''),
    nonce: fromText(hello.body['nonce'] ?? ''),
  };
  const { session } = hello.body;
  const reveal = (shown = half) =>
    ask('reveal', { session, key: toText(shown.publicKey), nonce: toText(shown.nonce) });
  return {
    ask,
    hello,
    reveal,
    digits: () => digitsOf(half, host),
    async wait(said: object) {
      const key = sessionKey(half, host, half, host);
      const { status, body } = await ask('wait', { session, sealed: sealFor(key, 'newcomer', said) });
      return status === 200 ? openFrom(key, 'host', body['sealed'] ?? '') : body['code'];
    },
  };
}

describe('an introduction', () => {
  it('is not begun by who was not invited', async () => {
    const head = kept(await founding());
    const { hello } = await newcomer(head.postes.address);
    expect(hello).toMatchObject({ status: 403, body: { code: 'INTRODUCTION_WRONG' } });
  });

  it('ends at the first half that is not the one committed to: nobody in the middle steers the digits', async () => {
    const head = kept(await founding());
    const { introductions } = head.postes;
    await introductions.open(actor(HEAD), ANNE);
    const middle = await newcomer(head.postes.address);
    expect((await middle.reveal(newHalf(randomBytes(16)))).status).toBe(403);
    expect((await middle.reveal()).status).toBe(403);
    expect(introductions.state(actor(HEAD))).toEqual({ state: 'refused' });
  });

  it('gives one try of the six digits, then nothing', async () => {
    const head = kept(await founding());
    const { introductions } = head.postes;
    await introductions.open(actor(HEAD), ANNE);
    const guess = await newcomer(head.postes.address);
    await guess.reveal();
    const right = guess.digits();
    const wrong = right === '000000' ? '000001' : '000000';
    expect(await introductions.confirm(actor(HEAD), wrong)).toEqual({ state: 'refused' });
    await expect(introductions.confirm(actor(HEAD), right)).rejects.toThrow('INTRODUCTION_WRONG');
    const key = signerFrom(randomBytes(32)).publicKey;
    expect(await guess.wait({ poste: 'poste_aaaaaaaaaaaaa', key })).toBe('INTRODUCTION_WRONG');
  });

  it('is ended by who opened it: a colleague at the same computer does not let their own laptop in', async () => {
    const head = kept(await founding());
    const { introductions } = head.postes;
    await introductions.open(actor(HEAD), HEAD);
    const own = await newcomer(head.postes.address);
    await own.reveal();
    await expect(introductions.confirm(actor(ANNE), own.digits())).rejects.toThrow('FORBIDDEN');
    await expect(introductions.open(actor(ANNE), HEAD)).rejects.toThrow('FORBIDDEN');
    introductions.close(actor(HEAD));
  });

  it('does not let a newcomer call itself by the name of the head’s poste', async () => {
    const head = kept(await founding());
    const anne = kept(await introduced(head, ANNE));
    const { introductions } = head.postes;
    const [own] = head.mine.replica.book.all().flatMap((one) => (one.kind === 'poste' ? [one] : []));
    const poste = own?.poste;
    if (!poste) throw new Error('the head’s poste has a grant');
    const key = signerFrom(randomBytes(32)).publicKey;

    await introductions.open(actor(HEAD), ANNE);
    const modified = await newcomer(head.postes.address);
    await modified.reveal();
    const told = modified.wait({ poste, key });
    await introductions.confirm(actor(HEAD), modified.digits());
    expect(await told).toBe('INTRODUCTION_WRONG');
    expect(head.mine.replica.book.all().some((one) => one.kind === 'poste' && one.key === key)).toBe(false);

    // Nor does a head's poste sign it for any other reason.
    const signer = readHeadKey(await head.store.open(DIRECTION));
    if (!signer) throw new Error('the head has a key');
    const parc = await head.store.open(PARC);
    const deps = { platform: head.platform, book: head.mine.replica.book, parc, head: signer };
    await expect(
      grantTo(deps, { poste, key, person: ANNE, audiences: [DIRECTION], roles: [] }),
    ).rejects.toThrow('INTRODUCTION_WRONG');
    expect(anne.keyring.has(DIRECTION)).toBe(false);
  });
});
