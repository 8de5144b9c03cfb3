import * as v from 'valibot';
import { inject, onScopeDispose, type InjectionKey } from 'vue';
import {
  findEvent,
  findRequest,
  type EventOf,
  type InputOf,
  type MethodOf,
  type PayloadOf,
  type ReplyOf,
} from '../../contract/define';
import type { Reply, StaffBridge } from '../../contract/bridge';
import { sessionStateSchema } from '../../contract/staff/session';
import { staffContract, type StaffContract } from '../../contract/staff';
import { PreauError } from '../../domain/errors';
import { createBridgeEvents, type BridgeEvents } from './bridge-events';

/** The contract as the screens use it: typed requests that throw a `PreauError`, typed events, files. */
export interface StaffClient {
  request<M extends MethodOf<StaffContract>>(
    method: M,
    input: InputOf<StaffContract, M>,
  ): Promise<ReplyOf<StaffContract, M>>;
  /** Ends with the component that called it. */
  on<E extends EventOf<StaffContract>>(
    event: E,
    listener: (payload: PayloadOf<StaffContract, E>) => void,
  ): () => void;
  /** Puts a file at the loopback door. @returns the id that a request names */
  upload(file: Blob, name: string): Promise<string>;
  /** The address of a download a request answered with. */
  fileUrl(path: string): Promise<string>;
  /** Opens the channel of screens, and waits until it is; frames as in contract/pupil/frames.ts with the wall's own head. */
  openMedia(listener: (frame: ArrayBuffer) => void): Promise<() => void>;
}

export function createStaffClient(bridge: StaffBridge): StaffClient {
  const events = createBridgeEvents(bridge, ({ name, payload }) => {
    const schema = findEvent(staffContract, name);
    return schema && { payload: v.parse(schema, payload) };
  });
  const media = (): Promise<{ url: string; token: string }> => client.request('session.media', {});
  const client: StaffClient = {
    async request(method, input) {
      const definition = findRequest(staffContract, method);
      if (!definition) throw new PreauError('UNKNOWN_METHOD');
      const parsed = v.parse(definition.input, input);
      let reply = await bridge.request(method, parsed);
      // What a page asks by itself behind a locked screen waits until it is open again, instead of failing unseen.
      while (isLocked(reply) && !method.startsWith('session.')) {
        await reopened(events);
        reply = await bridge.request(method, parsed);
      }
      if (!reply.ok) throw new PreauError(reply.error.code, reply.error.params);
      return v.parse(definition.reply, reply.value) as never;
    },
    on(event, listener) {
      const end = events.on(event, (payload) => listener(payload as never));
      onScopeDispose(end, true);
      return end;
    },
    async upload(file, name) {
      const { url, token } = await media();
      const answer = await fetch(`${url}/upload`, {
        method: 'PUT',
        headers: {
          authorization: `Bearer ${token}`,
          'x-file-name': encodeURIComponent(name),
          'content-type': file.type || 'application/octet-stream',
        },
        body: file,
      });
      if (!answer.ok) {
        const failure = v.safeParse(
          v.object({ code: v.picklist(['DISK_FULL', 'TOO_LARGE']) }),
          await answer.json().catch(() => undefined),
        );
        throw new PreauError(failure.success ? failure.output.code : 'UPLOAD_BROKEN');
      }
      return v.parse(v.object({ id: v.string() }), await answer.json()).id;
    },
    async fileUrl(path) {
      const { url, token } = await media();
      return `${url}${path}?token=${token}`;
    },
    async openMedia(listener) {
      const { url, token } = await media();
      const socket = new WebSocket(`${url.replace('http', 'ws')}/media?token=${token}`);
      socket.binaryType = 'arraybuffer';
      socket.onmessage = ({ data }) => listener(data as ArrayBuffer);
      await new Promise<void>((opened) => {
        socket.onopen = () => opened();
        // A door that is not there shows no screen; the wall says so by itself.
        socket.onclose = () => opened();
      });
      return () => socket.close();
    },
  };
  return client;
}

const isLocked = (reply: Reply): boolean => !reply.ok && reply.error.code === 'SCREEN_LOCKED';

/** The screen is open again, or its person has left: either way the host answers. */
function reopened(events: BridgeEvents): Promise<void> {
  return new Promise((resolve) => {
    const end = events.on('session.changed', (payload) => {
      const state = v.safeParse(sessionStateSchema, payload);
      if (!state.success || state.output.screen?.locked) return;
      end();
      resolve();
    });
  });
}

export const STAFF_CLIENT: InjectionKey<StaffClient> = Symbol('staff client');

/** The client, in a component's setup. */
export function useStaff(): StaffClient {
  const client = inject(STAFF_CLIENT);
  if (!client) throw new Error('the staff client is provided by main.ts');
  return client;
}
