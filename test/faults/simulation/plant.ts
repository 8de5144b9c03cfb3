import type { Replica } from '../../../src/exchange';
import type { Ports } from './disk';
import type { Poste } from './poste';

/** A bug put into a run on purpose, through the ports or around the engine, to see that the simulation finds it. */
export interface Plant {
  readonly name: string;
  readonly ports?: (ports: Ports, poste: Poste) => Ports;
  readonly replica?: (replica: Replica, poste: Poste) => void;
  readonly crashed?: (poste: Poste) => void;
}
