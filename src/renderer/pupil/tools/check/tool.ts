import type { Session } from '../../state/session';
import type { PupilTool } from '../../tools';

/** « Vérifier ma salle », this device's end of it: asked by the poste, done without a child noticing. */
export function createTool(session: Session): PupilTool {
  async function run(): Promise<void> {
    const line = session.line();
    const times: number[] = [];
    for (let n = 0; n < 5; n += 1) {
      const before = performance.now();
      await line.request('check.ping', {});
      times.push(performance.now() - before);
    }
    const before = performance.now();
    let characters = 0;
    for (let n = 0; n < 4; n += 1) characters += (await line.request('check.piece', {})).text.length;
    const took = Math.max(1, performance.now() - before);
    await line.request('check.report', {
      roundTrip: Math.round(times.sort((a, b) => a - b)[2] ?? 0),
      // One sign in five takes two bytes.
      kbit: Math.round((characters * 1.2 * 8) / took),
      clock: Date.now(),
      secure: isSecureContext,
    });
  }
  return { events: { 'check.run': () => void run().catch(() => undefined) } };
}
