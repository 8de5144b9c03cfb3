// session 'will-download': Chromium keeps what is downloaded under a name of its own, and it goes where the app said once it is whole.
import { EventEmitter } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { offer, refuse, refuseUnknownEvents } from './refuse.mjs';

class Item extends EventEmitter {
  #path = '';
  #state = 'progressing';

  constructor({ url, suggestedFilename }) {
    super();
    refuseUnknownEvents('DownloadItem', this, ['done']);
    this.url = url;
    this.name = suggestedFilename;
  }
  getURL() {
    return this.url;
  }
  getFilename() {
    return this.name;
  }
  setSavePath(path) {
    this.#path = path;
  }
  getSavePath() {
    return this.#path;
  }
  getState() {
    return this.#state;
  }
  _done(state, file) {
    if (this.#state !== 'progressing') return;
    this.#state = state;
    if (state === 'completed') {
      try {
        if (!this.#path)
          throw refuse('the dialog that asks where to save (DownloadItem.setSavePath was not called)');
        copyFileSync(file, this.#path);
      } catch (error) {
        console.error(String(error));
        this.#state = 'interrupted';
      }
    }
    rmSync(file, { force: true });
    this.emit('done', {}, this.#state);
  }
}

/** Tells `session` of each download; `contentsOf` finds the page it came from. */
export async function watchDownloads(devTools, session, contentsOf) {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-downloads-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const items = new Map();
  const { root } = devTools;
  root.on('Browser.downloadWillBegin', (begun) => {
    const item = new Item(begun);
    let prevented = false;
    const event = { preventDefault: () => (prevented = true) };
    session.emit('will-download', event, offer('DownloadItem', item), contentsOf(begun.frameId));
    if (prevented) root.send('Browser.cancelDownload', { guid: begun.guid }).catch(() => undefined);
    else items.set(begun.guid, item);
  });
  root.on('Browser.downloadProgress', ({ guid, state }) => {
    if (state === 'inProgress') return;
    items.get(guid)?._done(state === 'completed' ? 'completed' : 'cancelled', join(folder, guid));
    items.delete(guid);
  });
  await root.send('Browser.setDownloadBehavior', {
    behavior: 'allowAndName',
    downloadPath: folder,
    eventsEnabled: true,
  });
}
