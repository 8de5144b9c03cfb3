import { grab } from '../../peers/rfb/screen';
import { startVeyonFleet, veyonIsHere } from '../../peers/veyon/fleet';
import { openWebApi } from '../wall/webapi';

const LOCK = 'ccb535a2-1d24-4cc1-a709-8b47d2b2ac79';
/** What is not said to be locked by then is not. ms */
const LATEST = 10_000;

export interface VeyonLocks {
  /** ms from the order until Veyon says of a PC that its lock is on; `LATEST` where it did not. */
  readonly times: readonly number[];
  readonly neverPercent: number;
  /** Of the PCs said to be locked, those whose screen was another than before, percent. */
  readonly shownPercent: number;
}

/**
 * The same gesture with Veyon's own programs: real servers, each with its screen, told to lock through `veyon-cli webapi`, and asked
 * until they say so. What it says is a flag: the screens themselves are looked at beside.
 *
 * @returns undefined where Veyon is not installed
 */
export async function veyonLocks(
  folder: string,
  pcs: number,
  rounds: number,
  port: number,
): Promise<VeyonLocks | undefined> {
  if (!veyonIsHere) return undefined;
  const fleet = await startVeyonFleet(pcs);
  try {
    const { ask, connections, close } = await openWebApi(fleet, folder, port);
    try {
      const set = (uid: string, active: boolean): Promise<Response> =>
        ask(`/feature/${LOCK}`, {
          method: 'PUT',
          signal: AbortSignal.timeout(LATEST),
          headers: { 'connection-uid': uid, 'content-type': 'application/json' },
          body: JSON.stringify({ active, arguments: {} }),
        });
      const isOn = async (uid: string): Promise<boolean> => {
        const answer = await ask(`/feature/${LOCK}`, {
          headers: { 'connection-uid': uid },
          signal: AbortSignal.timeout(LATEST),
        });
        return ((await answer.json()) as { active?: boolean }).active === true;
      };
      const until = async (uid: string, active: boolean, begun: number): Promise<number> => {
        while ((await isOn(uid)) !== active) {
          if (performance.now() - begun > LATEST) return LATEST;
          await new Promise((done) => setTimeout(done, 10));
        }
        return performance.now() - begun;
      };
      const times: number[] = [];
      let said = 0;
      let shown = 0;
      for (let round = 0; round < rounds; round += 1) {
        // A few are looked at: thirty pictures are work for the machine that is measured.
        const looked = fleet.peers.slice(0, 3);
        const before = await Promise.all(looked.map(({ display }) => grab(display)));
        const begun = performance.now();
        const each = await Promise.all(
          // Its proxy was seen to hang for good; then no lock was said to be on.
          connections.map((uid) =>
            set(uid, true)
              .then(() => until(uid, true, begun))
              .catch(() => LATEST),
          ),
        );
        times.push(...each);
        const after = await Promise.all(looked.map(({ display }) => grab(display)));
        for (const [n, picture] of after.entries()) {
          if ((each[n] ?? LATEST) >= LATEST) continue;
          said += 1;
          const was = before[n]?.rgb;
          const differ = picture.rgb.filter((byte, at) => byte !== was?.[at]).length / picture.rgb.length;
          if (differ > 0.5) shown += 1;
        }
        await Promise.all(connections.map((uid) => set(uid, false).catch(() => undefined)));
        const over = performance.now();
        await Promise.all(connections.map((uid) => until(uid, false, over).catch(() => LATEST)));
      }
      const never = times.filter((ms) => ms >= LATEST).length;
      const neverPercent = (100 * never) / times.length;
      return { times, neverPercent, shownPercent: said > 0 ? (100 * shown) / said : NaN };
    } finally {
      close();
    }
  } finally {
    await fleet.stop();
  }
}
