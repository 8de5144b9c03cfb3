/** What the computer lives on. Asleep, shut down or on its battery nobody could switch on again what is off. */
import type { PowerEvent } from '../../../contract/host-messages';
import type { Conductor } from './conductor';

/** Resolves when every port that answers was told. */
export async function onPower(conductor: Pick<Conductor, 'free' | 'hold'>, event: PowerEvent): Promise<void> {
  switch (event) {
    case 'suspend':
    // A system that is shut down may wait for days to be started again.
    case 'shutdown':
      await conductor.free('asleep');
      return;
    case 'battery':
      await conductor.free('onBattery');
      return;
    case 'resume':
      conductor.hold('asleep');
      return;
    case 'mains':
      conductor.hold('onBattery');
  }
}
