import type { FileStore } from '../../files/port';
import type { Random } from '../../capability';
import { PreauError } from '../../../domain/errors';
import { createExchangeArea, type ExchangeArea } from './exchange-area';
import { createMediaChannel, type MediaChannel } from './media-channel';
import { createTokens, type Tokens } from './tokens';

/** @throws PreauError for a window that may not put files here now */
type Admits = (connection: string) => Promise<void>;

/**
 * The staff window's bytes: uploads, downloads and screens. It outlives a host, because the door keeps its address
 * when the window goes from the demonstration to the school.
 */
export interface BinaryDoor {
  readonly area: ExchangeArea;
  readonly media: MediaChannel;
  /** The loopback address and this connection's token. */
  access(connection: string): { url: string; token: string };
  /** The file store of the host now open, and which windows may put files into it. */
  serve(files: FileStore, admits: Admits): void;
  forget(connection: string): void;
}

export function createBinaryDoor(random: Random): BinaryDoor & {
  readonly tokens: Tokens;
  readonly channel: ReturnType<typeof createMediaChannel>;
  listensAt(url: string): void;
} {
  let host: { files: FileStore; admits: Admits } | undefined;
  let url = '';
  const tokens = createTokens(random);
  const channel = createMediaChannel();
  function open(): NonNullable<typeof host> {
    if (!host) throw new PreauError('STOPPING');
    return host;
  }
  const area = createExchangeArea(
    () => open().files,
    (connection) => open().admits(connection),
    random,
  );
  return {
    area,
    media: channel,
    channel,
    tokens,
    access: (connection) => ({ url, token: tokens.tokenOf(connection) }),
    serve: (files, admits) => void (host = { files, admits }),
    listensAt: (address) => void (url = address),
    forget(connection) {
      area.forget(connection);
      tokens.forget(connection);
    },
  };
}
