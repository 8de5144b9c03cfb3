import { contextBridge, ipcRenderer } from 'electron';
import type { TextBridge } from '../contract/pupil-mode';
import { COMPUTER_ASK, COMPUTER_EVENT, MEETING_ASK, MEETING_EVENT } from '../contract/pupil-mode-channels';

/** Text in, text out; what it means, and whether this page may say it, the computer judges (`pages.ts`). */
function bridge(ask: string, event: string): TextBridge {
  const listeners = new Set<(text: string) => void>();
  ipcRenderer.on(event, (_event, text: string) => {
    for (const listener of listeners) listener(text);
  });
  return {
    ask: (text) => ipcRenderer.invoke(ask, String(text)) as Promise<string>,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

// The window shows two kinds of page: the classroom's, over the door's TLS, and the one that came with this computer.
if (location.protocol === 'https:')
  contextBridge.exposeInMainWorld('preauComputer', bridge(COMPUTER_ASK, COMPUTER_EVENT));
else contextBridge.exposeInMainWorld('preauMeeting', bridge(MEETING_ASK, MEETING_EVENT));
