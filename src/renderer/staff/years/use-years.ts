import { shallowRef, type ShallowRef } from 'vue';
import type { YearsState } from '../../../contract/staff/years';
import { PreauError } from '../../../domain/errors';
import { useStaff } from '../client';
import { useFailure } from '../failure';

/** A date that is far from the last one is asked about, and sent again once it was looked at. */
export interface FarDate {
  readonly day: string;
  readonly days: number;
}

/** The school's years as they stand, kept up to date, and what a head may do about them. */
export function useYears(): {
  state: ShallowRef<YearsState | undefined>;
  failure: ShallowRef<string | undefined>;
  /** @returns the question to ask first, where there is one */
  confirmDate: (day: string, far?: boolean) => Promise<FarDate | undefined>;
  endNow: (year: number) => Promise<void>;
  reopen: (year: number) => Promise<void>;
  confirm: (year: number) => Promise<void>;
  discard: (audience: string) => Promise<void>;
} {
  const staff = useStaff();
  const { guard, sentence, show } = useFailure();
  const state = shallowRef<YearsState>();
  const failure = shallowRef<string>();

  async function look(): Promise<void> {
    try {
      state.value = await staff.request('years.state', {});
      failure.value = undefined;
    } catch (error) {
      failure.value = sentence(error);
    }
  }
  staff.on('years.changed', () => void look());
  void look();
  const take = (next: YearsState | undefined): void => {
    if (next) state.value = next;
  };

  return {
    state,
    failure,
    async confirmDate(day, far = false) {
      try {
        state.value = await staff.request('years.confirmDate', { day, far });
        return undefined;
      } catch (error) {
        const asked = farDate(error, day);
        if (!asked) show(error);
        return asked;
      }
    },
    endNow: async (year) => take(await guard(() => staff.request('years.endNow', { year }))),
    reopen: async (year) => take(await guard(() => staff.request('years.reopen', { year }))),
    confirm: async (year) => take(await guard(() => staff.request('years.confirm', { year }))),
    discard: async (audience) => take(await guard(() => staff.request('years.discardLate', { audience }))),
  };
}

export function farDate(error: unknown, day: string): FarDate | undefined {
  return error instanceof PreauError && error.code === 'DATE_FAR'
    ? { day, days: Number(error.params['days']) }
    : undefined;
}
