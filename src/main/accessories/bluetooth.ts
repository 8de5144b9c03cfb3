/** What the room of accessories needs of a computer's Bluetooth; `bluez` is the one system that lets a program pair. */
import type { PairingRefusal } from '../../contract/staff/accessories';

/**
 * `guided`: this system pairs only by hand (Windows, macOS). `noService`: Linux without its Bluetooth service. `asleep`:
 * it was not asked for.
 */
export type BluetoothState = 'ready' | 'off' | 'noAdapter' | 'noService' | 'guided' | 'asleep';

export interface BluetoothThing {
  /** `AA:BB:CC:DD:EE:FF` */
  readonly address: string;
  readonly name: string | undefined;
  /** BlueZ's icon name, `audio-headset`, `input-keyboard`…: freedesktop's icon naming specification. */
  readonly icon: string | undefined;
  readonly paired: boolean;
  readonly connected: boolean;
  /** 0 to 100, from Battery1. */
  readonly percent: number | undefined;
}

/** A question of the agent to the person in front of the screen. */
export type PairingAsk =
  | { readonly kind: 'compare'; readonly code: string }
  | { readonly kind: 'type'; readonly code: string; readonly typed?: number | undefined }
  | { readonly kind: 'allow' }
  | { readonly kind: 'nothing' };

export type PairingOutcome =
  | { readonly outcome: 'paired'; readonly connected: boolean; readonly percent?: number | undefined }
  | { readonly outcome: 'refused'; readonly why: PairingRefusal };

export interface Bluetooth {
  state(): BluetoothState;
  things(): readonly BluetoothThing[];
  /** What is paired already, without using the radio. Never rejects. */
  know(): Promise<void>;
  /** Starts to discover, or goes on; resolves once the state is known. Never rejects: the state says why. */
  look(): Promise<void>;
  /** Ends the discovery; what is paired stays known. */
  rest(): Promise<void>;
  /** What is near is looked for at the next `look`. @throws PairingFailed */
  power(on: boolean): Promise<void>;
  /** One at a time. `ask` is told `nothing` when a question falls. */
  pair(address: string, ask: (question: PairingAsk) => void): Promise<PairingOutcome>;
  /** The person's yes or no to the last question. */
  answer(yes: boolean): void;
  cancel(): Promise<void>;
  /** @throws PairingFailed */
  forget(address: string): Promise<void>;
  close(): Promise<void>;
}

/** Windows, macOS: a person pairs in the system's own settings. */
export const guidedBluetooth: Bluetooth = {
  state: () => 'guided',
  things: () => [],
  know: () => Promise.resolve(),
  look: () => Promise.resolve(),
  rest: () => Promise.resolve(),
  power: () => Promise.resolve(),
  pair: () => Promise.resolve({ outcome: 'refused', why: 'noService' }),
  answer: () => undefined,
  cancel: () => Promise.resolve(),
  forget: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
