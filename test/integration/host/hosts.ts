import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InputOf, MethodOf, ReplyOf } from '../../../src/contract/define';
import type { StaffContract } from '../../../src/contract/staff';
import type { SessionState } from '../../../src/contract/staff/session';
import { createBinaryDoor, type BinaryDoor } from '../../../src/main/doors/loopback/binary-door';
import type { Host } from '../../../src/main/host';
import type { LanAddress } from '../../../src/main/postes/peer-probe';
import { openLoopbackHost } from './loopback-host';

/** A whole host on loopback, asked through its contract as a window would; nothing is announced. */
export interface TestHost {
  readonly host: Host;
  readonly folder: string;
  /** Where a window puts a file. */
  readonly binary: BinaryDoor;
  ask<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
    connection?: string,
  ): Promise<ReplyOf<StaffContract, M>>;
  close(): Promise<void>;
}

/** @param trueCost passwords cost what they cost in the product */
export function workshop({
  trueCost = false,
  pupilFolder,
}: { readonly trueCost?: boolean; readonly pupilFolder?: string | undefined } = {}): {
  open(
    name: string,
    options?: {
      keychain?: boolean;
      near?: () => readonly TestHost[];
      /** Where else it looks: a relay. */
      relays?: () => readonly LanAddress[];
      clock?: () => number;
    },
  ): Promise<TestHost>;
  end(): Promise<void>;
} {
  const root = mkdtempSync(join(tmpdir(), 'preau-hosts-'));
  const secrets = new Map<string, Buffer>();
  const opened = new Set<TestHost>();
  return {
    async open(name, { keychain = true, near = () => [], relays = () => [], clock = Date.now } = {}) {
      const secret = secrets.get(name) ?? randomBytes(32);
      secrets.set(name, secret);
      const folder = join(root, name);
      const binary = createBinaryDoor(randomBytes);
      const host = await openLoopbackHost({
        folder,
        secret: keychain ? secret : undefined,
        trueCost,
        pupilFolder,
        clock,
        binary,
        near: () => [
          ...near().flatMap((other) => other.host.rooms()?.exchange.postes.address ?? []),
          ...relays(),
        ],
      });
      const made: TestHost = {
        host,
        folder,
        binary,
        async ask(method, input, connection = 'window') {
          const reply = await host.request(connection, method, input);
          if (!reply.ok)
            throw Object.assign(new Error(`${method}: ${reply.error.code}`), {
              code: reply.error.code,
              params: reply.error.params,
            });
          if (method === 'session.signIn') await readCharter(host, connection);
          return reply.value as never;
        },
        async close() {
          opened.delete(made);
          await host.close();
        },
      };
      opened.add(made);
      return made;
    },
    async end() {
      for (const host of opened) await host.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Who signs in for the first time reads the charter, as the screen asks before anything else. */
export async function readCharter(host: Pick<Host, 'request'>, connection: string): Promise<void> {
  const reply = await host.request(connection, 'session.state', {});
  const version = reply.ok ? (reply.value as SessionState).signedIn?.charter : undefined;
  if (version !== undefined) await host.request(connection, 'accounts.acceptCharter', { version });
}

/** Waits for a state told by an event or already there; the test's own time-out is the limit. */
export function until<T>(host: TestHost, event: string, look: () => Promise<T | undefined>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = host.host.subscribe('window', (message) => {
      if (message.name === event) void check();
    });
    async function check(): Promise<void> {
      const found = await look();
      if (found === undefined) return;
      end();
      resolve(found);
    }
    check().catch(reject);
  });
}
