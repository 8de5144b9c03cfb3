import * as v from 'valibot';
import { AppRefused, suspendApp } from './apps';
import { guard, GUARD_WORD } from './guard';
import { heldSchema, holdsNothing, type Held, type Ledger } from './ledger';
import type { TabletShell } from './tablet-shell';

/** What a lesson wants of a tablet while it lasts; nothing wanted is everything taken off. */
export interface Wish {
  /** `address:port` of the filter. */
  readonly proxy?: string | undefined;
  /** Applications that sleep. */
  readonly asleep: readonly string[];
  /** 0 to 255. */
  readonly brightness?: number | undefined;
}
export const NO_WISH: Wish = { asleep: [] };

/** What came of it on one tablet. */
export interface Settled {
  /** Sleeping now. */
  readonly asleep: readonly string[];
  /** Android lets nobody put them to sleep from a shell (its own, or an administrator's). */
  readonly refused: readonly string[];
  /** Undefined where no proxy was wanted. */
  readonly proxy?: boolean | undefined;
  readonly brightness?: boolean | undefined;
}

export interface Holds {
  /** From now on; on the tablet once it is settled. */
  want(serial: string, wish: Wish | undefined): void;
  /**
   * Makes the tablet what is wanted of it, the ledger first. One after the other for one tablet. It may be cut at any point and done
   * again: what was set stands in the ledger.
   * @throws whatever the shell throws
   */
  settle(serial: string, shell: TabletShell): Promise<Settled>;
  /** A tablet that has just come: what this computer, or another one that is late, left on it is taken off. */
  contacted(serial: string, shell: TabletShell): Promise<void>;
  /** Says to a tablet that holds something that this computer is still there; now and then, and nothing otherwise. */
  stillHere(serial: string, shell: () => Promise<TabletShell>): Promise<void>;
  /** Tablets on which something is set that nobody wants any more. */
  owed(): string[];
}

/** A computer that set something and was not seen again for so long is late: any other takes it off. ms */
export const HELD_AT_MOST = 3 * 3_600_000;
/** On the tablet itself, for a computer that has no ledger of it: Android keeps any name a shell gives. */
const MARK = 'preau_held';
const NO_PROXY = ':0';

const markSchema = v.strictObject({
  by: v.pipe(v.string(), v.maxLength(64)),
  until: v.pipe(v.number(), v.safeInteger()),
  held: heldSchema,
});
/** Longest mark that is read. */
const MAX_MARK = 16_384;

export function createHolds(deps: {
  readonly ledger: Ledger;
  /** Opaque name of this computer. */
  readonly poste: string;
  readonly clock: () => number;
}): Holds {
  const { ledger, poste, clock } = deps;
  const wishes = new Map<string, Wish>();
  const turns = new Map<string, Promise<unknown>>();
  /** When each tablet that holds something was last told that this computer is there. */
  const guarded = new Map<string, number>();

  function inTurn<T>(serial: string, work: () => Promise<T>): Promise<T> {
    const run = (turns.get(serial) ?? Promise.resolve()).then(work);
    turns.set(
      serial,
      run.catch(() => undefined),
    );
    return run;
  }
  async function settled(serial: string, shell: TabletShell): Promise<Settled> {
    const wish = wishes.get(serial) ?? NO_WISH;
    const unset = await takeOff(shell, ledger.get(serial), wish);
    await ledger.set(serial, unset);
    const held = await asHeld(shell, unset, wish);
    await ledger.set(serial, held);
    await mark(serial, shell, held);
    const result = await setAll(shell, held, wish);
    // What Android refused is not held.
    const asleep = held.asleep.filter((app) => !result.refused.includes(app));
    if (asleep.length !== held.asleep.length) await ledger.set(serial, { ...held, asleep });
    return result;
  }
  async function mark(serial: string, shell: TabletShell, held: Held): Promise<void> {
    if (holdsNothing(held)) {
      if ((await readSetting(shell, MARK)) !== '') {
        await shell.run(['settings', 'delete', 'global', MARK]);
        await guard.leave(shell);
      }
      guarded.delete(serial);
      return;
    }
    const until = clock() + HELD_AT_MOST;
    const text = Buffer.from(JSON.stringify({ by: poste, until, held })).toString('base64');
    // Where it is too long to be said in one word the ledger alone remembers.
    if (text.length <= 1_000) await shell.run(['settings', 'put', 'global', MARK, text]);
    await guard.stand(shell, held);
    guarded.set(serial, clock());
  }

  return {
    want(serial, wish) {
      if (wish) wishes.set(serial, wish);
      else wishes.delete(serial);
    },
    settle: (serial, shell) => inTurn(serial, () => settled(serial, shell)),
    contacted: (serial, shell) =>
      inTurn(serial, async () => {
        if (wishes.has(serial) || !holdsNothing(ledger.get(serial)))
          return void (await settled(serial, shell));
        const left = readMark(await readSetting(shell, MARK));
        if (!left || (left.by !== poste && left.until > clock())) return;
        const rest = await takeOff(shell, left.held, NO_WISH);
        if (!holdsNothing(rest)) {
          // It would not let go: this computer owes it from now on, and tries again at each contact.
          await ledger.set(serial, rest);
          return;
        }
        await shell.run(['settings', 'delete', 'global', MARK]);
        await guard.leave(shell);
      }),
    async stillHere(serial, shell) {
      const last = guarded.get(serial);
      if (last === undefined || clock() - last < GUARD_WORD) return;
      guarded.set(serial, clock());
      await guard.renew(await shell());
    },
    owed: () => ledger.serials().filter((serial) => !wishes.has(serial)),
  };
}

function readMark(text: string): v.InferOutput<typeof markSchema> | undefined {
  if (text === '' || text.length > MAX_MARK) return undefined;
  try {
    return v.parse(markSchema, JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch {
    return undefined;
  }
}

/** Empty where it is not set. */
async function readSetting(shell: TabletShell, name: string, table = 'global'): Promise<string> {
  const value = (await shell.run(['settings', 'get', table, name])).trim();
  return value === 'null' ? '' : value;
}

/** @returns what is still held once what nobody wants is off */
async function takeOff(shell: TabletShell, held: Held, wish: Wish): Promise<Held> {
  const kept: string[] = [];
  for (const app of held.asleep) if (wish.asleep.includes(app) || !(await woken(shell, app))) kept.push(app);
  return {
    asleep: kept,
    proxy: held.proxy && !(await proxyOff(shell, held.proxy, wish)) ? held.proxy : undefined,
    brightness:
      held.brightness && !(await brightnessOff(shell, held.brightness, wish)) ? held.brightness : undefined,
  };
}
async function woken(shell: TabletShell, app: string): Promise<boolean> {
  try {
    return await suspendApp(shell, app, false);
  } catch (error) {
    // Removed meanwhile: there is nothing left to wake.
    if (error instanceof AppRefused) return true;
    throw error;
  }
}
async function proxyOff(shell: TabletShell, held: NonNullable<Held['proxy']>, wish: Wish): Promise<boolean> {
  if (wish.proxy === held.set) return false;
  const now = await readSetting(shell, 'http_proxy');
  // Somebody else's by now: not ours to take off.
  if (now !== held.set && now !== '') return true;
  const back = held.before === '' ? NO_PROXY : held.before;
  await shell.run(['settings', 'put', 'global', 'http_proxy', back]);
  return (await readSetting(shell, 'http_proxy')) === back;
}
async function brightnessOff(
  shell: TabletShell,
  { before, mode }: NonNullable<Held['brightness']>,
  wish: Wish,
): Promise<boolean> {
  if (wish.brightness !== undefined) return false;
  await shell.run(['settings', 'put', 'system', 'screen_brightness', before]);
  await shell.run(['settings', 'put', 'system', 'screen_brightness_mode', mode]);
  return (await readSetting(shell, 'screen_brightness', 'system')) === before;
}

/** What will be held, with what stands there now: written down before anything is set. */
async function asHeld(shell: TabletShell, held: Held, wish: Wish): Promise<Held> {
  let { proxy, brightness } = held;
  const asleep = [...new Set([...held.asleep, ...wish.asleep])];
  if (wish.proxy !== undefined && held.proxy?.set !== wish.proxy) {
    const now = await readSetting(shell, 'http_proxy');
    const before = /^[A-Za-z0-9.-]{1,120}:\d{1,5}$/.test(now) ? now : '';
    proxy = { set: wish.proxy, before: before === wish.proxy ? '' : before };
  }
  if (wish.brightness !== undefined && !held.brightness)
    brightness = {
      before: digits(await readSetting(shell, 'screen_brightness', 'system'), '128'),
      mode: digits(await readSetting(shell, 'screen_brightness_mode', 'system'), '1'),
    };
  return { proxy, asleep, brightness };
}
const digits = (text: string, otherwise: string): string => (/^\d{1,4}$/.test(text) ? text : otherwise);

async function setAll(shell: TabletShell, held: Held, wish: Wish): Promise<Settled> {
  const asleep: string[] = [];
  const refused: string[] = [];
  for (const app of wish.asleep) {
    const sleeps = await suspendApp(shell, app, true).catch((error: unknown) => {
      // Not on this tablet: nothing of it can be opened.
      if (error instanceof AppRefused) return undefined;
      throw error;
    });
    if (sleeps === true) asleep.push(app);
    else if (sleeps === false) refused.push(app);
  }
  if (held.proxy && wish.proxy) await shell.run(['settings', 'put', 'global', 'http_proxy', wish.proxy]);
  const proxy = wish.proxy ? (await readSetting(shell, 'http_proxy')) === wish.proxy : undefined;
  if (wish.brightness !== undefined) {
    await shell.run(['settings', 'put', 'system', 'screen_brightness_mode', '0']);
    await shell.run(['settings', 'put', 'system', 'screen_brightness', String(wish.brightness)]);
  }
  const level = wish.brightness === undefined ? undefined : String(wish.brightness);
  const bright = level && (await readSetting(shell, 'screen_brightness', 'system')) === level;
  return {
    asleep,
    refused,
    ...(proxy !== undefined && { proxy }),
    ...(bright !== undefined && bright !== '' && { brightness: bright }),
  };
}
