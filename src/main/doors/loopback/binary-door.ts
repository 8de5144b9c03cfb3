import type { FileStore } from '../../files/port';
import type { Random } from '../../capability';
import { PreauError } from '../../../domain/errors';
import { createExchangeArea, type ExchangeArea } from './exchange-area';
import { createMediaChannel, type MediaChannel } from './media-channel';
import { createTokens, type Tokens } from './tokens';

/**
 * The staff window's bytes: uploads, downloads and screens. It outlives a host, because the door keeps its address
 * when the window goes from the demonstration to the school.
 */
export interface BinaryDoor {
  readonly area: ExchangeArea;
  readonly media: MediaChannel;
  /** The loopback address and this connection's token. */
  access(connection: string): { url: string; token: string };
  /** The file store of the host now open. */
  serve(files: FileStore): void;
  forget(connection: string): void;
}

export function createBinaryDoor(random: Random): BinaryDoor & {
  readonly tokens: Tokens;
  readonly channel: ReturnType<typeof createMediaChannel>;
  listensAt(url: string): void;
} {
  let files: FileStore | undefined;
  let url = '';
  const tokens = createTokens(random);
  const channel = createMediaChannel();
  const area = createExchangeArea(() => {
    if (!files) throw new PreauError('STOPPING');
    return files;
  }, random);
  return {
    area,
    media: channel,
    channel,
    tokens,
    access: (connection) => ({ url, token: tokens.tokenOf(connection) }),
    serve: (next) => void (files = next),
    listensAt: (address) => void (url = address),
    forget(connection) {
      area.forget(connection);
      tokens.forget(connection);
    },
  };
}
