import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createBinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import { openLoopbackDoor } from '../../../src/main/doors/loopback/server';
import { silentLogger } from '../../../src/main/log/logger';
import { CHOSEN, MINUTE, openSchool, temporaryFolder } from './support';

interface Answer {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
  readonly value?: { readonly signedIn?: { readonly id: string } };
}

/** A window as a browser on this computer opens it: a link redeemed once, then frames over a WebSocket. */
async function windowsOf(school: Awaited<ReturnType<typeof openSchool>>) {
  const staffFolder = join(temporaryFolder(), 'staff');
  mkdirSync(staffFolder);
  writeFileSync(join(staffFolder, 'index.html'), '<!doctype html><title>Préau</title>');
  const binary = createBinaryDoor(randomBytes);
  const door = await openLoopbackDoor({
    host: school.host,
    tokens: binary.tokens,
    area: binary.area,
    media: binary.channel,
    random: randomBytes,
    log: silentLogger,
    staffFolder,
    windowOrigins: [],
  });
  onTestFinished(() => door.close());
  return {
    binary,
    async redeem(): Promise<string> {
      const code = door.link().split('#code=')[1];
      const answer = await fetch(`${door.url}/session`, { method: 'POST', body: JSON.stringify({ code }) });
      return ((await answer.json()) as { token: string }).token;
    },
    /** One request on a socket of its own: whoever has copied the token does as much. */
    ask: (token: string, method: string, input: unknown = {}) =>
      new Promise<Answer>((resolve, reject) => {
        const socket = new WebSocket(`${door.url.replace('http', 'ws')}/staff?token=${token}`);
        socket.on('open', () => socket.send(JSON.stringify({ id: 1, method, input })));
        socket.on('error', reject);
        socket.on('message', (data) => {
          const message = JSON.parse(String(data)) as { id?: number; reply: Answer };
          if (message.id !== 1) return;
          socket.close();
          resolve(message.reply);
        });
      }),
  };
}

describe('a copied token of a staff window', () => {
  it('is worth what its window is worth: nothing when it is locked, nothing when its person has left', async () => {
    const school = await openSchool();
    const yann = await school.teacher('Yann', 'Le Floch');
    const { redeem, ask, binary } = await windowsOf(school);
    const token = await redeem();
    const code = async (method: string, input: unknown = {}) => {
      const reply = await ask(token, method, input);
      return reply.ok ? 'ok' : reply.error?.code;
    };
    await ask(token, 'session.signIn', { who: yann, password: CHOSEN });
    expect(await code('people.classes')).toBe('ok');
    // Locked: another socket with the same token is the same locked window.
    await ask(token, 'session.lock', { choose: { pin: '4831', password: CHOSEN } });
    expect(await code('people.classes')).toBe('SCREEN_LOCKED');
    expect(await code('session.unlock', { by: 'pin', pin: '4831' })).toBe('ok');
    school.time.pass(15 * MINUTE);
    expect(await code('people.classes')).toBe('SCREEN_LOCKED');
    // Signed out, here or from another window of that person: the token is nobody's.
    await ask(token, 'session.unlock', { by: 'password', password: CHOSEN });
    await school.ask('session.signIn', { who: yann, password: CHOSEN }, 'other');
    await school.ask('session.signOutEverywhere', {}, 'other');
    expect(await code('people.classes')).toBe('NOT_SIGNED_IN');
    // A window that was closed takes its token along.
    binary.forget(binary.tokens.connectionOf(token) ?? '');
    await expect(ask(token, 'session.state')).rejects.toThrow('401');
  });

  it('is another one for each window: who redeemed a link is not who redeemed the next', async () => {
    const school = await openSchool();
    const yann = await school.teacher('Yann', 'Le Floch');
    const { redeem, ask } = await windowsOf(school);
    const [mine, other] = [await redeem(), await redeem()];
    expect(mine).not.toBe(other);
    await ask(mine, 'session.signIn', { who: yann, password: CHOSEN });
    expect((await ask(mine, 'session.state')).value?.signedIn?.id).toBe(yann);
    expect((await ask(other, 'session.state')).value?.signedIn).toBeUndefined();
  });
});
