/**
 * What one device, or one address, may take of the door. A pupil's device is hostile until shown otherwise: whoever
 * passes a limit loses its own connection, never a neighbour's. A whole class may stand behind one address (a Wi-Fi
 * point that translates addresses), so limits by address are a class wide.
 */
export interface DoorLimits {
  /** Open sockets for one address. */
  readonly socketsPerAddress: number;
  readonly sockets: number;
  /** HTTP requests a second for one address, and how many may come at once. */
  readonly requestsPerSecond: number;
  readonly requestBurst: number;
  /** WebSocket frames a second for one connection. Screens of 8 pictures a second fit. */
  readonly framesPerSecond: number;
  readonly frameBurst: number;
  /** Requests one connection may leave unanswered. */
  readonly inFlight: number;
  /** A WebSocket that has not said hello, ms. */
  readonly helloWithin: number;
  /** Heartbeat, ms; after one without an answer the device is said silent (« a quitté Préau » within 2 s). */
  readonly heartbeat: number;
  /** Heartbeats without an answer before the connection is given up. */
  readonly lostAfter: number;
  /** Bytes waiting for a device that does not read. */
  readonly waitingBytes: number;
  /** Text frame of a device that has not proved itself, bytes. */
  readonly strangerFrame: number;
  /** A file request or an upload that does not move, ms. */
  readonly stalled: number;
}

export const DOOR_LIMITS: DoorLimits = {
  socketsPerAddress: 240,
  sockets: 800,
  requestsPerSecond: 200,
  requestBurst: 600,
  framesPerSecond: 40,
  frameBurst: 120,
  inFlight: 24,
  helloWithin: 10_000,
  heartbeat: 900,
  lostAfter: 15,
  waitingBytes: 2 * 1024 * 1024,
  strangerFrame: 4 * 1024,
  stalled: 30_000,
};

/** A bucket that fills with time: `take` says whether one more is allowed at `now` (ms). */
export interface Bucket {
  take(now: number): boolean;
  full(now: number): boolean;
}

export function createBucket(perSecond: number, burst: number, start: number): Bucket {
  let held = burst;
  let at = start;
  const fill = (now: number): void => {
    held = Math.min(burst, held + (Math.max(0, now - at) / 1000) * perSecond);
    at = now;
  };
  return {
    take(now) {
      fill(now);
      if (held < 1) return false;
      held -= 1;
      return true;
    },
    full(now) {
      fill(now);
      return held >= burst;
    },
  };
}

/** Sockets and requests counted by address; what is idle is forgotten, so that memory follows who is there. */
export interface AddressBook {
  /** @returns false when this address, or the door, has too many sockets */
  enter(address: string): boolean;
  leave(address: string): void;
  /** @returns false when this address asks too fast */
  request(address: string): boolean;
  readonly size: number;
}

export function createAddressBook(limits: DoorLimits, clock: () => number): AddressBook {
  const sockets = new Map<string, number>();
  const buckets = new Map<string, Bucket>();
  let total = 0;
  return {
    enter(address) {
      const open = sockets.get(address) ?? 0;
      if (open >= limits.socketsPerAddress || total >= limits.sockets) return false;
      sockets.set(address, open + 1);
      total += 1;
      return true;
    },
    leave(address) {
      const open = (sockets.get(address) ?? 1) - 1;
      total -= 1;
      if (open > 0) sockets.set(address, open);
      else sockets.delete(address);
      if (buckets.size > 2 * sockets.size + 50)
        for (const [key, bucket] of buckets) if (bucket.full(clock())) buckets.delete(key);
    },
    request(address) {
      let bucket = buckets.get(address);
      if (!bucket) {
        bucket = createBucket(limits.requestsPerSecond, limits.requestBurst, clock());
        buckets.set(address, bucket);
      }
      return bucket.take(clock());
    },
    get size() {
      return total;
    },
  };
}
