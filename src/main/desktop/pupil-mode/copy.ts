import { mkdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join, parse } from 'node:path';
import { app, session } from 'electron';
import { removablePlaces } from '../../backup/places';
import type { ComputerEvent } from '../../../contract/pupil-mode';

/** ms */
const KEYS_LOOKED_FOR = 3_000;
/** Names tried before the last one is given up on. */
const TWINS = 200;

/**
 * A file leaves the page only here (CARMO #9.10): refused while a lesson blocks copies; else to a plugged key, or to the documents
 * of this computer.
 */
export function letFilesOut(options: {
  allowed(url: string): boolean;
  copy(): 'free' | 'blocked';
  tell(event: ComputerEvent): void;
}): void {
  let plugged: { folder: string; name: string } | undefined;
  const look = async (): Promise<void> => {
    [plugged] = await removablePlaces();
  };
  void look();
  session.defaultSession.on('will-download', (event, item, contents) => {
    const name = safeName(item.getFilename());
    if (!options.allowed(contents.getURL())) return event.preventDefault();
    if (options.copy() === 'blocked') {
      event.preventDefault();
      return options.tell({ what: 'copy', outcome: 'blocked', name });
    }
    const documents = app.getPath('documents');
    const key = plugged && existsSync(plugged.folder) ? plugged : undefined;
    item.setSavePath(freeName(key?.folder ?? documents, name));
    if (!key) mkdir(documents, { recursive: true }).catch(() => undefined);
    item.once('done', (_event, state) =>
      options.tell({
        what: 'copy',
        outcome: state === 'completed' ? 'saved' : 'failed',
        name,
        ...(key && { key: key.name }),
      }),
    );
  });
  // Where a file goes must be said at once when it leaves: which key is there is known before.
  setInterval(() => void look(), KEYS_LOOKED_FOR).unref();
}

/** A file's name that is a name on every system, and no path. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*]/g, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
    .slice(-120);
  return /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `_${plain}` : plain || 'fichier';
}

function freeName(folder: string, name: string): string {
  const { name: stem, ext } = parse(name);
  for (let twin = 1; twin < TWINS; twin += 1) {
    const path = join(folder, twin === 1 ? name : `${stem} (${twin})${ext}`);
    if (!existsSync(path)) return path;
  }
  return join(folder, `${stem} ${Date.now()}${ext}`);
}
