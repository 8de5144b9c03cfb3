/**
 * The little this browser keeps: its key, drafts, and work not yet confirmed by the door. Never a class list, never a
 * name, never a photo that was delivered.
 */
const NAME = 'preau-eleve';
const VERSION = 1;
export const STORES = ['device', 'drafts', 'outbox'] as const;
export type StoreName = (typeof STORES)[number];

export interface Shelf {
  get(store: StoreName, key: string): Promise<unknown>;
  all(store: StoreName): Promise<unknown[]>;
  put(store: StoreName, key: string, value: unknown): Promise<void>;
  remove(store: StoreName, key: string): Promise<void>;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

/** @throws where the browser keeps nothing (private window): see `openShelf` */
async function openDatabase(): Promise<Shelf> {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    for (const store of STORES) request.result.createObjectStore(store);
  };
  const database = await settled(request);
  // Another tab with a newer app must not wait for this one.
  database.onversionchange = () => database.close();
  const write = (store: StoreName, act: (objects: IDBObjectStore) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      const transaction = database.transaction(store, 'readwrite');
      act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB'));
    });
  const read = (store: StoreName): IDBObjectStore => database.transaction(store).objectStore(store);
  return {
    get: (store, key) => settled<unknown>(read(store).get(key)),
    all: (store) => settled<unknown[]>(read(store).getAll()),
    put: (store, key, value) => write(store, (objects) => objects.put(value, key)),
    remove: (store, key) => write(store, (objects) => objects.delete(key)),
  };
}

/** In memory: a browser that keeps nothing still takes part; a reload then loses what was not delivered. */
export function memoryShelf(): Shelf {
  const stores = new Map(STORES.map((store) => [store, new Map<string, unknown>()]));
  const of = (store: StoreName): Map<string, unknown> => stores.get(store) ?? new Map();
  return {
    get: (store, key) => Promise.resolve(of(store).get(key)),
    all: (store) => Promise.resolve([...of(store).values()]),
    put: (store, key, value) => Promise.resolve(void of(store).set(key, value)),
    remove: (store, key) => Promise.resolve(void of(store).delete(key)),
  };
}

export async function openShelf(): Promise<Shelf> {
  try {
    return await openDatabase();
  } catch {
    return memoryShelf();
  }
}
