import { shallowRef, type ShallowRef } from 'vue';
import type { FirstPassword } from '../../../contract/staff/people';
import type { PosteReach, PostesState, PosteSummary } from '../../../contract/staff/postes';
import type { Id } from '../../../domain/id';
import { useStaff } from '../client';
import { useFailure } from '../failure';

/** Who works here, as a departure needs it. */
export interface Colleague {
  readonly id: Id<'staff'>;
  readonly name: string;
  readonly roles: readonly string[];
}

/** The list of computers, kept up to date, and what a head may do about it. */
export function usePostes(): {
  state: ShallowRef<PostesState | undefined>;
  people: ShallowRef<readonly Colleague[]>;
  /** By poste; undefined until it was asked for. */
  reach: ShallowRef<ReadonlyMap<string, PosteReach> | undefined>;
  failure: ShallowRef<unknown>;
  nameOf: (person: string | undefined) => string | undefined;
  look: () => Promise<void>;
  answer: (request: Id<'event'>, accept: boolean) => Promise<void>;
  putOut: (poste: PosteSummary) => Promise<boolean>;
  leaves: (person: Id<'staff'>) => Promise<boolean>;
  search: () => Promise<void>;
  /** @returns what to hand over: a first password where one was made; undefined where it failed */
  add: (
    poste: Id<'poste'>,
    person: Id<'staff'>,
  ) => Promise<{ password?: FirstPassword | undefined } | undefined>;
  remove: (poste: Id<'poste'>, person: Id<'staff'>) => Promise<boolean>;
  rename: (poste: Id<'poste'>, name: string) => Promise<boolean>;
} {
  const staff = useStaff();
  const { guard } = useFailure();
  const state = shallowRef<PostesState>();
  const people = shallowRef<readonly Colleague[]>([]);
  const reach = shallowRef<ReadonlyMap<string, PosteReach>>();
  const failure = shallowRef<unknown>();

  async function look(): Promise<void> {
    try {
      state.value = await staff.request('postes.list', {});
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
    // Without names the list still says which computer is which.
    people.value = await staff.request('people.staff', {}).then(
      ({ staff: found }) => found,
      () => people.value,
    );
  }
  async function change(action: () => Promise<PostesState>): Promise<boolean> {
    const next = await guard(action);
    if (next) state.value = next;
    return next !== undefined;
  }
  staff.on('postes.changed', () => void look());
  staff.on('sync.introduction', ({ state: now }) => {
    if (now === 'welcomed') void look();
  });
  void look();

  return {
    state,
    people,
    reach,
    failure,
    nameOf: (person) => people.value.find(({ id }) => id === person)?.name,
    look,
    answer: async (request, accept) =>
      void (await change(() => staff.request(accept ? 'postes.accept' : 'postes.refuse', { request }))),
    putOut: ({ id }) => change(() => staff.request('postes.putOut', { poste: id })),
    leaves: (person) => change(() => staff.request('postes.leavesSchool', { person })),
    async add(poste, person) {
      const done = await guard(() => staff.request('postes.addPerson', { poste, person }));
      if (done) state.value = done.state;
      return done && { password: done.password };
    },
    remove: (poste, person) => change(() => staff.request('postes.removePerson', { poste, person })),
    rename: (poste, name) => change(() => staff.request('postes.rename', { poste, name })),
    async search() {
      const found = await guard(() => staff.request('postes.reach', {}));
      if (found) reach.value = new Map(found.found.map((one) => [one.poste, one]));
    },
  };
}
