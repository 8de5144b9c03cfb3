// ipcMain: what the isolated world sends through its binding ends here.
import { EventEmitter } from 'node:events';
import { offer, refuse, requireJson } from './refuse.mjs';

class IpcMain extends EventEmitter {
  #handlers = new Map();

  handle(channel, handler) {
    if (this.#handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel) {
    this.#handlers.delete(channel);
  }

  async _invoke(event, channel, args) {
    const handler = this.#handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    const result = await handler(event, ...args);
    requireJson(result, `ipcMain.handle('${channel}')`);
    return result;
  }
}

const target = new IpcMain();
export const ipcMain = offer('ipcMain', target);

/**
 * One message of a preload. `reply` carries text back to the same document.
 * @param {{ kind: string, id?: number, channel: string, args: unknown[] }} message
 */
export async function receiveFromPreload(event, message, reply) {
  if (message.kind === 'send') {
    if (!target.emit(message.channel, event, ...message.args))
      throw refuse(`a message nobody listens to ("${message.channel}")`);
    return;
  }
  try {
    const result = await target._invoke(event, message.channel, message.args);
    reply({ kind: 'reply', id: message.id, result });
  } catch (error) {
    const text = `Error invoking remote method '${message.channel}': ${error}`;
    reply({ kind: 'reply', id: message.id, error: text });
  }
}
