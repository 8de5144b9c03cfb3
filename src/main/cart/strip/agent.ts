/** Questions to an SNMP agent as promises with named failures (`net-snmp`, loaded when a strip is configured and not before). */
import type { SnmpVersion } from '../../../domain/cart/hub-link';
import type { StripSecret } from '../sources/strip-secrets';
import type { Session, SessionOptions, User, Varbind } from 'net-snmp';

/** A strip on the school's network answers in some milliseconds; its small processor may be busy with its web page. */
export const SNMP_TIMEOUT_MS = 1_500;
export const SNMP_RETRIES = 1;
/** More variables than this in one question and small agents answer `tooBig`. */
export const MAX_VARBINDS = 16;

/** Why a strip could not be asked. `noAnswer`: nobody at that address, or switched off. */
export type AgentFailure =
  'noAnswer' | 'wrongCommunity' | 'wrongUser' | 'wrongKey' | 'noSecret' | 'refused' | 'garbage';

export class AgentError extends Error {
  constructor(
    readonly code: AgentFailure,
    /** The agent's own word, for a technician: `noAccess`, `notWritable`, `genErr`… */
    readonly status?: string,
  ) {
    super(code);
  }
}

export interface Agent {
  /** The value of each, undefined where the agent has none. */
  get(oids: readonly string[]): Promise<ReadonlyMap<string, number | string>>;
  /** Instance to value of one column. */
  column(oid: string): Promise<ReadonlyMap<string, number>>;
  set(oid: string, value: number): Promise<void>;
  close(): void;
}

const load = async () => (await import('net-snmp')).default;
type Library = Awaited<ReturnType<typeof load>>;

/** One session a strip; every question in it has its answer or its failure. */
export async function openAgent(
  { host, port, version }: { host: string; port: number; version: SnmpVersion },
  secret: StripSecret | undefined,
): Promise<Agent> {
  if (!secret || secret.version !== version) throw new AgentError('noSecret');
  const snmp = await load();
  const options = {
    port,
    retries: SNMP_RETRIES,
    timeout: SNMP_TIMEOUT_MS,
    backoff: 1,
    transport: host.includes(':') ? ('udp6' as const) : ('udp4' as const),
    // An answer that is about something else is dropped instead of being taken for ours.
    reportOidMismatchErrors: true,
  };
  const session =
    secret.version === '3'
      ? snmp.createV3Session(host, userOf(snmp, secret), { ...options, version: 3 })
      : snmp.createSession(host, secret.community, { ...options, version: snmp.Version2c } as SessionOptions);
  // Net-snmp emits `error` for noise on its socket; an event nobody listens to would end the process.
  session.on('error', () => undefined);
  const fail = async (error: unknown): Promise<AgentError> => {
    const known = failureOf(snmp, error);
    if (known.code !== 'noAnswer' || !(await answersAnybody(snmp, host, options))) return known;
    return new AgentError(secret.version === '3' ? 'wrongKey' : 'wrongCommunity');
  };
  return agent(snmp, session, fail);
}

function agent(snmp: Library, session: Session, fail: (error: unknown) => Promise<AgentError>): Agent {
  const ask = <T>(run: (done: (error: unknown, value: T | undefined) => void) => void): Promise<T> =>
    new Promise((resolve, reject) => {
      const settle = (error: unknown, value: T | undefined): void => {
        if (!error && value !== undefined) resolve(value);
        else void fail(error).then(reject);
      };
      try {
        run(settle);
      } catch (error) {
        settle(error, undefined);
      }
    });
  const some = async (oids: readonly string[]): Promise<[string, number | string][]> => {
    const varbinds = await ask<Varbind[]>((done) => {
      session.get([...oids], done);
    });
    return varbinds.flatMap((one) => {
      const value = snmp.isVarbindError(one) ? undefined : plain(one.value);
      return value === undefined ? [] : [[one.oid, value] as [string, number | string]];
    });
  };
  return {
    async get(oids) {
      const found: [string, number | string][] = [];
      for (let at = 0; at < oids.length; at += MAX_VARBINDS)
        found.push(...(await some(oids.slice(at, at + MAX_VARBINDS))));
      return new Map(found);
    },
    async column(oid) {
      const found = new Map<string, number>();
      await ask<true>((done) => {
        session.subtree(
          oid,
          MAX_VARBINDS,
          (varbinds) => {
            for (const one of varbinds) {
              const value = snmp.isVarbindError(one) ? undefined : plain(one.value);
              if (typeof value === 'number' && one.oid.startsWith(`${oid}.`))
                found.set(one.oid.slice(oid.length + 1), value);
            }
            // A column that never ends is a broken agent.
            return found.size > MAX_INSTANCES;
          },
          (error) => {
            done(error, true);
          },
        );
      });
      return found;
    },
    async set(oid, value) {
      await ask<Varbind[]>((done) => {
        session.set([{ oid, type: snmp.ObjectType.Integer, value }], done);
      });
    },
    close: () => {
      session.close();
    },
  };
}

const MAX_INSTANCES = 256;

/** Integers and words; anything else an agent may send is not for us. */
function plain(value: unknown): number | string | undefined {
  if (typeof value === 'number') return value;
  if (Buffer.isBuffer(value)) return value.toString('latin1').slice(0, 200);
  return typeof value === 'string' ? value.slice(0, 200) : undefined;
}

function userOf(snmp: Library, secret: Extract<StripSecret, { version: '3' }>): User {
  const { protection, user, authKey, privKey } = secret;
  const { AuthProtocols: auth, PrivProtocols: priv } = snmp;
  return {
    name: user,
    level: snmp.SecurityLevel.authPriv,
    authProtocol: { sha256Aes: auth.sha256, shaAes: auth.sha, md5Des: auth.md5 }[protection],
    authKey,
    privProtocol: { sha256Aes: priv.aes, shaAes: priv.aes, md5Des: priv.des }[protection],
    privKey,
  };
}

/**
 * To a wrong community, or what it cannot decipher, an agent says nothing at all, as if it were not there. Asked in version 3 as nobody,
 * one that is there answers that it knows no such user.
 */
function answersAnybody(
  snmp: Library,
  host: string,
  options: { port: number; transport: 'udp4' | 'udp6' },
): Promise<boolean> {
  return new Promise((resolve) => {
    const nobody = { name: 'nobody', level: snmp.SecurityLevel.noAuthNoPriv };
    const session = snmp.createV3Session(host, nobody, {
      ...options,
      version: 3,
      retries: 0,
      timeout: SNMP_TIMEOUT_MS,
    });
    session.on('error', () => undefined);
    session.get([SYS_UPTIME], (error) => {
      session.close();
      resolve(!isTimeout(error) && isAgentsWord(snmp, error));
    });
  });
}
// The class exists at run time and is missing from the package's types.
const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.name === 'RequestTimedOutError';
const SYS_UPTIME = '1.3.6.1.2.1.1.3.0';
const isAgentsWord = (snmp: Library, error: unknown): boolean =>
  error === null || error instanceof snmp.ResponseInvalidError || error instanceof snmp.RequestFailedError;

function failureOf(snmp: Library, error: unknown): AgentError {
  if (isTimeout(error)) return new AgentError('noAnswer');
  if (error instanceof snmp.RequestFailedError)
    return new AgentError('refused', snmp.ErrorStatus[error.status]);
  if (error instanceof snmp.ResponseInvalidError) {
    if (/unknown user/i.test(error.message)) return new AgentError('wrongUser');
    if (/digest|decrypt|auth|security level/i.test(error.message)) return new AgentError('wrongKey');
    return new AgentError('garbage');
  }
  return new AgentError(
    'noAnswer',
    error instanceof Error && 'code' in error ? String(error.code) : undefined,
  );
}
