import { networksOf, reachable } from '../../../src/main/classroom/check/poste-facts';
import { causeOf, type Seen } from '../../../src/domain/lesson/check';

/** Inside a network of its own: looks for each address as « Vérifier ma salle » does and names the cause. */
const [own = '', seen = 'unreachable', ...addresses] = process.argv.slice(2);
for (const address of addresses) {
  const answers = await reachable(address);
  const cause = causeOf(
    {
      networks: networksOf([own]),
      answers: true,
      clock: 'ok',
      system: 'linux',
      heardAnybody: true,
    },
    { here: false, seen: seen as Seen, address, reachable: answers },
  );
  process.stdout.write(`${cause} ${String(answers)}\n`);
}
