import { WrongSetting } from '../../sync-server/settings';
import type { LanAddress } from '../main/postes/peer-probe';

/** Where a relay keeps what it carries and where it is reached. From the environment and the command line. */
export interface RelaySettings {
  readonly command: 'run' | 'status';
  readonly folder: string;
  readonly host: string;
  readonly port: number;
  /** A file of at least 32 bytes in base64 (secret.ts). */
  readonly secretFile: string | undefined;
  readonly introduce: LanAddress | undefined;
  /** Postes at known addresses, where mDNS does not pass. */
  readonly neighbours: readonly LanAddress[] | undefined;
}

/** @throws WrongSetting with a sentence for who looks after the computer */
export function readRelaySettings(env: NodeJS.ProcessEnv, args: readonly string[]): RelaySettings {
  const port = Number(env['PORT'] ?? '8444');
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new WrongSetting('PORT : ce n’est pas un port.');
  const [command, value, ...rest] = args;
  const status = command === '--status';
  const introduces = command === '--introduce';
  if (rest.length > 0 || (command !== undefined && !status && !introduces) || (status && value !== undefined))
    throw new WrongSetting('Commandes : --introduce <adresse>:<port>, --status (docs/relay.md).');
  const neighbours = env['PREAU_RELAY_NEIGHBOURS'];
  return {
    command: status ? 'status' : 'run',
    folder: env['PREAU_RELAY_DATA'] ?? '.preau-relay',
    host: env['HOST'] ?? '0.0.0.0',
    port,
    secretFile: env['PREAU_RELAY_SECRET_FILE'],
    introduce: introduces && value !== undefined ? addressOf(value) : undefined,
    neighbours: neighbours === undefined ? undefined : neighbours.split(' ').filter(Boolean).map(addressOf),
  };
}

function addressOf(text: string): LanAddress {
  const match = /^([0-9a-zA-Z.-]{1,80}):([0-9]{1,5})$/.exec(text);
  if (!match?.[1] || Number(match[2]) > 65_535)
    throw new WrongSetting(`« ${text} » n’est pas une adresse : 192.168.1.10:8444, par exemple.`);
  return { host: match[1], port: Number(match[2]) };
}
