const SHA256 = /^[0-9a-f]{64}$/;

/** A file as a document names it: `sha256` and `size` side by side, at any depth (DESIGN 3). */
export interface NamedFile {
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Depth of fields that are looked at; documents of the school have three or four. */
const DEPTH_MAX = 12;

/** Every file that a document names, each once. */
export function filesNamed(document: unknown): NamedFile[] {
  const found = new Map<string, NamedFile>();
  look(document, DEPTH_MAX, (file) => void found.set(file.sha256, file));
  return [...found.values()];
}

export const namesFile = (document: unknown, sha256: string): boolean =>
  filesNamed(document).some((file) => file.sha256 === sha256);

function look(value: unknown, depth: number, found: (file: NamedFile) => void): void {
  if (typeof value !== 'object' || value === null || depth === 0) return;
  if ('sha256' in value && 'size' in value) {
    const { sha256, size } = value;
    if (typeof sha256 === 'string' && SHA256.test(sha256) && Number.isSafeInteger(size) && Number(size) >= 0)
      found({ sha256, size: Number(size) });
  }
  for (const inner of Object.values(value)) look(inner, depth - 1, found);
}
