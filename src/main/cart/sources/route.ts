/**
 * The way to one serial hub. A hub is its own serial number, not the name of the port it hangs on: cables get swapped, and a
 * system gives names in the order of plugging.
 */
import { tellsApart } from '../../../domain/cart/hub-link';
import { openSerial } from './open-serial';
import type { ByteStream, OpenStream } from './byte-stream';

export interface SerialRoute {
  readonly open: OpenStream;
  /** Whether the hub that answers there is the one looked for. Asked once a link, with what `id` said. */
  isOurs(serial: string): boolean;
  /** The hub is no longer looked for. */
  end?(): void;
}

/** A way that leads to one place only. */
export const straight = (open: OpenStream, serial?: string): SerialRoute => ({
  open,
  isOurs: (answered) => !tellsApart(serial) || answered === serial,
});

/** A serial port of this computer. */
export interface SerialPlace {
  readonly path: string;
  /** What a person would recognise it by. */
  readonly label: string;
  /** It looks like a hub's: other ports (a robot, a printer) are never opened to see who answers. */
  readonly hubLike: boolean;
}

/** Where the hubs of this computer are, as far as they have answered; shared by their routes. */
export class Whereabouts {
  readonly #answered = new Map<string, string>();
  readonly #held = new Set<string>();
  readonly #configured = new Map<object, string>();

  constructor(
    private readonly list: () => Promise<readonly SerialPlace[]>,
    private readonly openAt: (path: string) => OpenStream = openSerial,
  ) {}

  /** @param path where it was when it was chosen @param serial its own number, where it has one */
  route(path: string, serial?: string): SerialRoute {
    const key = {};
    this.#configured.set(key, path);
    let turn = 0;
    let here = path;
    let first = path;
    let wanted = serial;
    return {
      open: async () => {
        const places = tellsApart(wanted) ? await this.#candidates(path, wanted) : [path];
        // Somebody met it elsewhere meanwhile: there, and at once.
        if (places[0] !== undefined && places[0] !== first) {
          first = places[0];
          turn = 0;
        }
        here = places[turn % places.length] ?? path;
        turn += 1;
        return this.#open(here);
      },
      isOurs: (answered) => {
        if (tellsApart(answered)) this.#answered.set(here, answered);
        const ours = !tellsApart(wanted) || answered === wanted;
        // The next opening begins with where it was found; a hub met for the first time is the one that is meant.
        if (ours) turn = 0;
        if (ours) wanted = answered;
        return ours;
      },
      end: () => {
        this.#configured.delete(key);
      },
    };
  }

  /** Where it answered last, where it was put, then other places that could be a hub's; those of another hub at the end. */
  async #candidates(path: string, serial: string): Promise<readonly string[]> {
    const listed = (await this.list()).filter((one) => one.hubLike).map((one) => one.path);
    const rank = (place: string): number => {
      const who = this.#answered.get(place);
      return who === serial ? 0 : who === undefined ? 1 : 2;
    };
    const all = [...new Set([path, ...this.#configured.values(), ...listed])];
    const free = all.filter((one) => !this.#held.has(one)).sort((a, b) => rank(a) - rank(b));
    return free.length > 0 ? free : [path];
  }

  async #open(path: string): Promise<ByteStream> {
    this.#held.add(path);
    try {
      const stream = await this.openAt(path)();
      stream.onClose(() => {
        this.#held.delete(path);
      });
      return stream;
    } catch (error) {
      this.#held.delete(path);
      throw error;
    }
  }
}
