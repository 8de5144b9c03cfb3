import { contextBridge, ipcRenderer } from 'electron';
import type { EventMessage, StaffBridge } from '../contract/bridge';
import { BRIDGE_EVENT, BRIDGE_REQUEST } from '../contract/bridge-channels';

const listeners = new Set<(event: EventMessage) => void>();
ipcRenderer.on(BRIDGE_EVENT, (_event, message: EventMessage) => {
  for (const listener of listeners) listener(message);
});

const bridge = {
  request: (method: string, input: unknown) => ipcRenderer.invoke(BRIDGE_REQUEST, method, input),
  subscribe: (listener: (event: EventMessage) => void) => {
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  },
} satisfies StaffBridge;

contextBridge.exposeInMainWorld('preau', bridge);
