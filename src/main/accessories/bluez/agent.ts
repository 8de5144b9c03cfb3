/**
 * The agent through which BlueZ asks the person (BlueZ doc/org.bluez.Agent.rst). It serves the pairings this poste starts and
 * never asks to be the default one: the desktop's own goes on serving its own.
 */
import type { PairingAsk } from '../bluetooth';
import type { SystemBus } from './system-bus';

export const AGENT_PATH = '/fr/preau/agent';
const MANAGER = { path: '/org/bluez', interface: 'org.bluez.AgentManager1' } as const;

/** Refuses in the word BlueZ knows: `bus` answers the caller with it. */
class Refused extends Error {
  readonly dbusName: string;
  constructor(word: 'Rejected' | 'Canceled') {
    super(word);
    this.dbusName = `org.bluez.Error.${word}`;
  }
}

export interface AgentPerson {
  /** The object path that is being paired; every other one is refused. */
  readonly path: string;
  readonly isKeyboard: boolean;
  ask(question: PairingAsk): void;
  /** Six digits, from the host's randomness. */
  digits(): string;
}

export class PairingAgent {
  #person: AgentPerson | undefined;
  #answer: ((yes: boolean) => void) | undefined;

  /** @throws DBusError when BlueZ takes no agent */
  async register(system: SystemBus): Promise<void> {
    const { defineInterface } = await import('dbus-native');
    await system.bus.export(
      AGENT_PATH,
      defineInterface({
        name: 'org.bluez.Agent1',
        methods: {
          Release: { handler: () => null },
          Cancel: {
            handler: () => {
              this.#settle(false);
              return null;
            },
          },
          RequestConfirmation: {
            in: { device: 'o', passkey: 'u' },
            handler: ({ device, passkey }: { device: unknown; passkey: unknown }) =>
              this.#confirm(device, { kind: 'compare', code: sixDigits(passkey) }),
          },
          RequestAuthorization: {
            in: { device: 'o' },
            handler: ({ device }: { device: unknown }) => this.#confirm(device, { kind: 'allow' }),
          },
          AuthorizeService: {
            in: { device: 'o', uuid: 's' },
            handler: ({ device }: { device: unknown }) => {
              this.#of(device);
              return null;
            },
          },
          DisplayPasskey: {
            in: { device: 'o', passkey: 'u', entered: 'q' },
            handler: ({ device, passkey, entered }: Record<'device' | 'passkey' | 'entered', unknown>) => {
              const typed = typeof entered === 'number' ? entered : undefined;
              this.#of(device).ask({ kind: 'type', code: sixDigits(passkey), typed });
              return null;
            },
          },
          DisplayPinCode: {
            in: { device: 'o', pincode: 's' },
            handler: ({ device, pincode }: Record<'device' | 'pincode', unknown>) => {
              const code =
                typeof pincode === 'string' ? pincode.replace(/[^\x20-\x7e]/g, '').slice(0, 16) : '';
              this.#of(device).ask({ kind: 'type', code });
              return null;
            },
          },
          RequestPinCode: {
            in: { device: 'o' },
            out: { pincode: 's' },
            handler: ({ device }: { device: unknown }) => {
              const person = this.#of(device);
              // A headset of before 2007 has no keys: its code is fixed, and nearly always this one.
              if (!person.isKeyboard) return '0000';
              const code = person.digits();
              person.ask({ kind: 'type', code });
              return code;
            },
          },
          RequestPasskey: {
            in: { device: 'o' },
            out: { passkey: 'u' },
            handler: () => {
              throw new Refused('Rejected');
            },
          },
        },
      }),
    );
    // Display and yes/no: a keyboard then types the code we show, everything else compares.
    await system.call({
      ...MANAGER,
      member: 'RegisterAgent',
      signature: 'os',
      body: [AGENT_PATH, 'DisplayYesNo'],
    });
  }

  /** Serves this pairing until the function that is returned is called. */
  serve(person: AgentPerson): () => void {
    this.#person = person;
    return () => {
      this.#settle(false);
      this.#person = undefined;
    };
  }

  answer(yes: boolean): void {
    this.#settle(yes);
  }

  #of(device: unknown): AgentPerson {
    const person = this.#person;
    if (person?.path !== device || person === undefined) throw new Refused('Rejected');
    return person;
  }

  async #confirm(device: unknown, question: PairingAsk): Promise<null> {
    const person = this.#of(device);
    this.#settle(false);
    const answered = new Promise<boolean>((resolve) => {
      this.#answer = resolve;
    });
    person.ask(question);
    if (!(await answered)) throw new Refused('Rejected');
    return null;
  }

  #settle(yes: boolean): void {
    const answer = this.#answer;
    this.#answer = undefined;
    if (!answer) return;
    this.#person?.ask({ kind: 'nothing' });
    answer(yes);
  }
}

const sixDigits = (passkey: unknown): string =>
  typeof passkey === 'number' ? String(passkey).padStart(6, '0') : '';
