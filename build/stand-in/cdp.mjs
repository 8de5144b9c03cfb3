// The Chrome DevTools Protocol over the debugging pipe: JSON messages ended by a NUL byte on descriptors 3 and 4.
import { EventEmitter } from 'node:events';
import { StringDecoder } from 'node:string_decoder';

export class DevTools {
  #write;
  #nextId = 0;
  #waiting = new Map();
  #sessions = new Map();
  #rest = '';
  #closed = false;

  /** @param {import('node:stream').Writable} output @param {import('node:stream').Readable} input */
  constructor(output, input) {
    this.#write = output;
    this.root = new DevToolsSession(this, undefined);
    const decoder = new StringDecoder('utf8');
    input.on('data', (chunk) => this.#receive(decoder.write(chunk)));
    input.on('close', () => this.#close());
    input.on('error', () => this.#close());
    output.on('error', () => this.#close());
  }

  send(method, params, sessionId) {
    if (this.#closed) return Promise.reject(new Error(`Chromium has gone (${method})`));
    const id = ++this.#nextId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, method });
      this.#write.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  session(sessionId) {
    const known = this.#sessions.get(sessionId);
    if (known) return known;
    const session = new DevToolsSession(this, sessionId);
    this.#sessions.set(sessionId, session);
    return session;
  }

  #receive(text) {
    const parts = (this.#rest + text).split('\0');
    this.#rest = parts.pop() ?? '';
    for (const part of parts) this.#dispatch(JSON.parse(part));
  }

  #dispatch(message) {
    if (message.id === undefined) {
      const session = message.sessionId ? this.session(message.sessionId) : this.root;
      session.emit(message.method, message.params);
      return;
    }
    const waiter = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiter?.reject(new Error(`${waiter.method}: ${message.error.message}`));
    else waiter?.resolve(message.result);
  }

  #close() {
    if (this.#closed) return;
    this.#closed = true;
    for (const { reject, method } of this.#waiting.values())
      reject(new Error(`Chromium has gone (${method})`));
    this.#waiting.clear();
    this.root.emit('disconnected');
  }
}

class DevToolsSession extends EventEmitter {
  constructor(connection, sessionId) {
    super();
    this.connection = connection;
    this.sessionId = sessionId;
    this.setMaxListeners(0);
  }

  send(method, params = {}) {
    return this.connection.send(method, params, this.sessionId);
  }
}
