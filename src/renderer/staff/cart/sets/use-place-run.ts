/** A run that places devices one after the other. Each scan is answered at once, and the run goes on whatever it was. */
import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { ReplyOf } from '../../../../contract/define';
import type { StaffContract } from '../../../../contract/staff';
import type { PlaceInput } from '../../../../contract/staff/cart-sets';
import { nextFree } from '../../../../domain/cart/placing';
import { claimed, follow, NOT_LOOKED, type Following } from '../../../../domain/cart/plugging';
import type { Id } from '../../../../domain/id';
import { readScan } from '../../../../domain/inventory/scanner';
import type { StaffClient } from '../../client';
import type { SetPageView } from './use-set';

type Answer = ReplyOf<StaffContract, 'sets.place'>;
type What = { by: 'scan'; text: string } | { by: 'device'; device: Id<'device'> };

export interface Step {
  readonly bay: number;
  readonly device: Id<'device'>;
  readonly label: string;
  readonly displaced: readonly string[];
  readonly before: readonly PlaceInput[];
}
/** What the last gesture was answered, and what was asked. */
export interface Said {
  readonly answer: Answer | { readonly outcome: 'ask'; readonly bay: number };
  readonly bay: number;
  readonly what: What;
  /** A change of it is read out even when the words are the same. */
  readonly at: number;
}

const LOOK_MS = 1_500;

export function usePlaceRun(
  staff: Pick<StaffClient, 'request'>,
  cart: () => Id<'cart'>,
  view: () => SetPageView | undefined,
  failed: (error: unknown) => void,
) {
  const mode = ref<'free' | 'anew'>('free');
  const begun = ref(false);
  const bay = ref<number>();
  const steps = shallowRef<readonly Step[]>([]);
  const said = shallowRef<Said>();
  const busy = ref(false);
  const following = ref(false);

  const bays = computed(() => view()?.set.bays ?? 0);
  const taken = (): Set<number> =>
    new Set(view()?.places.flatMap((one) => (one.devices.length > 0 ? [one.bay] : [])));
  function after(done: number): number | undefined {
    if (mode.value === 'anew') return done < bays.value ? done + 1 : undefined;
    const occupied = taken();
    for (const step of steps.value) occupied.add(step.bay);
    return nextFree(bays.value, occupied, done) ?? nextFree(bays.value, occupied);
  }

  /** Two scans that follow each other closely are two gestures, in their order. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = turn.then(work).catch(failed);
    turn = next;
    return next;
  };

  async function put(what: What, at: number | undefined, evenFromElsewhere = false): Promise<void> {
    if (at === undefined) return;
    busy.value = true;
    try {
      const answer = await staff.request('sets.place', {
        cart: cart(),
        bay: at,
        what,
        run: steps.value.map(({ device }) => device),
        ...(evenFromElsewhere ? { evenFromElsewhere } : {}),
      });
      said.value = { answer, bay: at, what, at: Date.now() };
      if (answer.outcome !== 'placed' && answer.outcome !== 'already') return;
      const { device, label } = answer;
      const { before, displaced } = answer.outcome === 'placed' ? answer : { before: [], displaced: [] };
      steps.value = [...steps.value, { bay: at, device, label, before, displaced }];
      watching = claimed(watching, at);
      bay.value = after(at);
    } finally {
      busy.value = false;
    }
  }

  let watching: Following = NOT_LOOKED;
  let timer: ReturnType<typeof setTimeout> | undefined;
  async function look(): Promise<void> {
    const seen = await staff.request('sets.plugged', { cart: cart() }).catch(() => undefined);
    if (!following.value) return;
    if (seen) {
      const { state, actions } = follow(watching, seen, Date.now());
      watching = state;
      for (const action of actions) {
        if (action.do === 'place')
          void inTurn(() => put({ by: 'device', device: action.device }, action.bay ?? bay.value));
        else if (action.do === 'unknown')
          void inTurn(() => put({ by: 'scan', text: action.serial }, bay.value));
        else {
          bay.value = action.bay;
          said.value = {
            answer: { outcome: 'ask', bay: action.bay },
            bay: action.bay,
            what: { by: 'scan', text: '' },
            at: Date.now(),
          };
        }
      }
    }
    timer = setTimeout(() => void look(), LOOK_MS);
  }
  onScopeDispose(() => {
    following.value = false;
    clearTimeout(timer);
  });

  return {
    mode,
    begun,
    bay,
    steps,
    said,
    busy,
    following,
    begin(): void {
      begun.value = true;
      steps.value = [];
      said.value = undefined;
      bay.value = mode.value === 'anew' ? 1 : nextFree(bays.value, taken());
    },
    scan: (text: string) =>
      inTurn(async () => {
        const { text: meant } = readScan(text);
        if (meant !== '') await put({ by: 'scan', text: meant }, bay.value);
      }),
    choose: (device: Id<'device'>) =>
      inTurn(() => put({ by: 'device', device }, said.value?.bay ?? bay.value)),
    takeFromElsewhere: () =>
      inTurn(async () => {
        const last = said.value;
        if (last) await put(last.what, last.bay, true);
      }),
    goTo(wanted: number): void {
      bay.value = wanted;
    },
    undo: () =>
      inTurn(async () => {
        const last = steps.value.at(-1);
        if (!last) return;
        await staff.request('sets.putBack', { before: [...last.before] });
        steps.value = steps.value.slice(0, -1);
        bay.value = last.bay;
        said.value = undefined;
      }),
    followPlugs(on: boolean): void {
      following.value = on;
      clearTimeout(timer);
      watching = NOT_LOOKED;
      if (on) void look();
    },
  };
}
