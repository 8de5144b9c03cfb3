import { chainOf, readParcel, sha256, type Head, type Replica, type Taken } from '../../../src/exchange';
import type { RevisionRecord } from '../../../src/store/port';
import type { Ports } from './disk';
import type { Documents } from './documents';
import type { Poste } from './poste';
import { SEALED } from './school';

/** A bug put into a run on purpose, through the ports or around the engine, to see that the simulation finds it. */
export interface Plant {
  readonly name: string;
  /** Ports as the buggy poste has them. */
  readonly ports?: (ports: Ports, poste: Poste) => Ports;
  /** Changes an engine that was just started. */
  readonly replica?: (replica: Replica, poste: Poste) => void;
  /** What the bug does when the machine dies. */
  readonly crashed?: (poste: Poste) => void;
}

/** The poste whose program has the bug; all others are sound. */
const BUGGY = 'b';
/** What is not flushed is on the disk after so long, in milliseconds. */
const FLUSH_MS = 2500;

const only =
  (bug: (ports: Ports, poste: Poste) => Partial<Ports>) =>
  (ports: Ports, poste: Poste): Ports =>
    poste.name === BUGGY ? { ...ports, ...bug(ports, poste) } : ports;

/** Documents are said to be written before they are; their parcel is kept at once, so nobody brings them again. */
function keptBeforeApplied(): Plant {
  let generation = 0;
  return {
    name: 'kept before applied',
    ports: only(({ documents }, poste) => ({
      documents: {
        ...documents,
        apply(audience, records) {
          const started = generation;
          poste.later(FLUSH_MS, () => {
            if (generation !== started) return;
            for (const record of records) poste.disk.database(audience).add(record, true);
          });
          return Promise.resolve([]);
        },
      },
    })),
    crashed(poste) {
      if (poste.name === BUGGY) generation += 1;
    },
  };
}

/** The last parcels kept are not flushed: after a crash the chain stands where it stood before. */
function headForgotten(): Plant {
  let recent: { audience: string; origin: string; hash: string; at: number }[] = [];
  return {
    name: 'head forgotten',
    ports: only(({ shelf }, poste) => ({
      shelf: {
        ...shelf,
        async keep(parcel, applied) {
          await shelf.keep(parcel, applied);
          const { audience, origin } = parcel.header;
          recent.push({ audience, origin, hash: parcel.hash, at: poste.now() });
        },
      },
    })),
    crashed(poste) {
      if (poste.name !== BUGGY) return;
      for (const { audience, origin, hash, at } of recent.reverse()) {
        const chain = poste.disk.chain(audience, origin);
        if (poste.now() - at < FLUSH_MS && chain.at(-1)?.hash === hash) chain.pop();
      }
      recent = [];
    },
  };
}

/** A parcel is taken though the one before it never came. */
function gapAccepted(): Plant {
  const coming = new Map<string, Head>();
  const key = (audience: string, origin: string): string => `${audience} ${origin}`;
  return {
    name: 'gap accepted',
    ports: only(({ shelf }) => ({
      shelf: {
        ...shelf,
        async heads(audience) {
          const heads = new Map(await shelf.heads(audience));
          for (const [name, before] of coming) {
            const [of = '', origin = ''] = name.split(' ');
            if (of === audience && before.to > (heads.get(origin)?.to ?? 0)) heads.set(origin, before);
          }
          return heads;
        },
      },
    })),
    replica(replica, poste) {
      if (poste.name !== BUGGY) return;
      const take = replica.take.bind(replica);
      replica.take = async (bytes): Promise<Taken> => {
        const parcel = readParcel(bytes);
        if (typeof parcel === 'string' || parcel.header.previous === null) return take(bytes);
        const { audience, origin, from, previous } = parcel.header;
        coming.set(key(audience, origin), { to: from - 1, hash: previous });
        try {
          return await take(bytes);
        } finally {
          coming.delete(key(audience, origin));
        }
      };
    },
  };
}

/** What is refused is written down nowhere. */
const refusalDropped: Plant = {
  name: 'refusal dropped',
  ports: only(({ refusals }) => ({ refusals: { ...refusals, add: () => Promise.resolve() } })),
};

/** A parcel whose signature is wrong is kept all the same. */
const signatureUnchecked: Plant = {
  name: 'signature unchecked',
  replica(replica, poste) {
    if (poste.name !== BUGGY) return;
    const take = replica.take.bind(replica);
    replica.take = async (bytes): Promise<Taken> => {
      const taken = await take(bytes);
      if (taken.kind !== 'refused' || taken.reason !== 'SIGNATURE_WRONG' || !taken.parcel) return taken;
      const { audience, origin, from } = taken.parcel.header;
      const head = (await replica.parts.shelf.heads(audience)).get(origin);
      if (from !== (head?.to ?? 0) + 1) return taken;
      await replica.parts.shelf.keep(taken.parcel, false);
      return { kind: 'taken', parcel: taken.parcel, refused: [] };
    };
  },
};

/** A poste says that it holds one change more than it does. */
const vectorTooHigh: Plant = {
  name: 'vector too high',
  ports: only(({ shelf }) => ({
    shelf: {
      ...shelf,
      async vectors() {
        const held = Object.entries(await shelf.vectors());
        return Object.fromEntries(
          held.map(([audience, vector]) => [
            audience,
            Object.fromEntries(Object.entries(vector).map(([origin, to]) => [origin, to > 6 ? to + 1 : to])),
          ]),
        );
      },
    },
  })),
};

/** A deletion that comes from elsewhere is taken for an older version of what lives here. */
const tombstoneResurrected: Plant = {
  name: 'tombstone resurrected',
  ports: only(({ documents }, poste) => ({
    documents: {
      ...documents,
      apply(audience, records, author) {
        const lives = (record: RevisionRecord): boolean =>
          poste.disk.database(audience).get(record.id) !== undefined;
        const taken = records.filter((record) => !record.deleted || !lives(record));
        return documents.apply(audience, taken, author);
      },
    },
  })),
};

/** A poste that knows of no horizon keeps what the law wants gone, and hands it on. */
const expiredKept: Plant = {
  name: 'expired kept',
  replica(_replica, poste) {
    if (poste.name === BUGGY) poste.disk.horizon = () => undefined;
  },
};

/** The relay was handed a key by mistake, and opens what it should only carry. */
const keyTooMany: Plant = {
  name: 'one key too many',
  replica(_replica, poste) {
    if (poste.name === 'r') for (const audience of SEALED) poste.disk.keyring.add(audience, 0);
  },
};

/** A year ends, and its keys are kept all the same. */
const yearKept: Plant = {
  name: 'a key that outlives its year',
  replica(_replica, poste) {
    if (poste.name === BUGGY) poste.disk.keyring.destroy = () => undefined;
  },
};

/** What came too late is destroyed with its year, and nobody else has it. */
const lateDestroyed: Plant = {
  name: 'late work destroyed',
  replica(_replica, poste) {
    if (poste.name === BUGGY) poste.disk.late.set = () => poste.disk.late;
  },
};

/** On a full disk a part of a parcel is written, and the system's word for « a part » is taken for « all ». */
function halfKept(): Plant {
  const halves = new Set<string>();
  return {
    name: 'half a parcel kept',
    ports: only(({ shelf }, { disk }) => ({
      shelf: {
        ...shelf,
        async keep(parcel, applied) {
          if (!disk.full) return shelf.keep(parcel, applied);
          const { audience, from, to } = parcel.header;
          const { hash, bytes } = parcel;
          disk.chain(audience, chainOf(parcel.header)).push({ from, to, hash, bytes, applied });
          halves.add(sha256(bytes).toString('hex'));
        },
        async *after(audience, chain, seq) {
          for await (const bytes of shelf.after(audience, chain, seq)) {
            if (halves.has(sha256(bytes).toString('hex'))) return;
            yield bytes;
          }
        },
      },
    })),
  };
}

/** A database goes on behind half a record: what it acknowledges since is dropped at the next start, sequence and all. */
function sequenceTakenBack(): Plant {
  let before: ReadonlyMap<string, Documents> | undefined;
  return {
    name: 'sequence taken back',
    ports: only(({ documents }, { disk }) => ({
      documents: {
        ...documents,
        apply(audience, records, author) {
          if (disk.full) before ??= new Map([...disk.databases].map(([name, base]) => [name, base.copy()]));
          return documents.apply(audience, records, author);
        },
      },
    })),
    crashed({ name, disk }) {
      if (name !== BUGGY || !before) return;
      for (const [audience, base] of before) disk.databases.set(audience, base);
      before = undefined;
    },
  };
}

/** Each as a fresh one, for a run of its own. */
export const PLANTS: readonly (() => Plant)[] = [
  keptBeforeApplied,
  headForgotten,
  gapAccepted,
  () => refusalDropped,
  () => signatureUnchecked,
  () => vectorTooHigh,
  () => tombstoneResurrected,
  () => expiredKept,
  () => keyTooMany,
  () => yearKept,
  () => lateDestroyed,
  halfKept,
  sequenceTakenBack,
];
