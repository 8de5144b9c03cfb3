import { ipcMain, webContents, type WebContents } from 'electron';
import * as v from 'valibot';
import type { Reply } from '../../contract/bridge';
import { BRIDGE_EVENT, BRIDGE_REQUEST } from '../../contract/bridge-channels';
import type { HostContext } from './host-process';
import { isStaffPage } from './staff-origin';

const requestSchema = v.tuple([v.string(), v.unknown()]);

/**
 * Carries the contract's requests and events between a window's page and the host. One document is one connection:
 * a page that is loaded again has signed out.
 */
export function staffBridge() {
  return ({ host }: HostContext): undefined => {
    const connections = new Connections((connection) => host.connectionClosed(connection));
    ipcMain.handle(BRIDGE_REQUEST, (event, ...args: unknown[]): Promise<Reply> | Reply => {
      const parsed = v.safeParse(requestSchema, args);
      if (!parsed.success || !isStaffPage(event.senderFrame?.url ?? '')) {
        return { ok: false, error: { code: 'BAD_INPUT', params: { path: '' } } };
      }
      const [method, input] = parsed.output;
      return host.request(connections.of(event.sender), method, input);
    });
    host.onEvent((connection, message) => {
      const contents = webContents.fromId(connections.contentsId(connection));
      if (contents && connections.of(contents) === connection) contents.send(BRIDGE_EVENT, message);
    });
    return undefined;
  };
}

class Connections {
  readonly #documents = new Map<number, number>();

  constructor(private readonly closed: (connection: string) => void) {}

  /** The connection of the document that is in the window now. */
  of(contents: WebContents): string {
    const { id } = contents;
    const known = this.#documents.get(id);
    if (known !== undefined) return `window-${id}-${known}`;
    this.#documents.set(id, 1);
    contents.on('did-navigate', () => {
      const number = this.#documents.get(id) ?? 0;
      this.#documents.set(id, number + 1);
      this.closed(`window-${id}-${number}`);
    });
    contents.once('destroyed', () => {
      const number = this.#documents.get(id) ?? 0;
      this.#documents.delete(id);
      this.closed(`window-${id}-${number}`);
    });
    return this.of(contents);
  }

  contentsId(connection: string): number {
    return Number(connection.split('-')[1]);
  }
}
