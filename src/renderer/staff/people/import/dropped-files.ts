/** Folders below which nothing is looked for: a feed's folder is flat. */
const DEPTH = 3;
/** More than an import takes, so that « too many » can be said; a whole disk dropped by mistake ends there. */
const ENOUGH = 200;

/** The files of a drop, those of dropped folders included; hidden ones are left out. */
export async function filesOf(transfer: DataTransfer): Promise<File[]> {
  // Read at once: the list is empty as soon as the event is over.
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry());
  const loose = [...transfer.files];
  if (!entries.some((entry) => entry?.isDirectory)) return loose;
  const found: File[] = [];
  for (const entry of entries) if (entry) await walk(entry, found, DEPTH);
  return found;
}

async function walk(entry: FileSystemEntry, found: File[], depth: number): Promise<void> {
  if (entry.name.startsWith('.') || found.length >= ENOUGH) return;
  if (isFile(entry)) {
    found.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  } else if (isFolder(entry) && depth > 0) {
    const reader = entry.createReader();
    for (;;) {
      // A reader hands over its entries by hundreds, then none.
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const one of some) await walk(one, found, depth - 1);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
