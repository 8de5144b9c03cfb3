import { computed, onScopeDispose, ref, shallowRef } from 'vue';
import type { InstallRun, TabletView } from '../../../contract/staff/android';
import { isPreauError } from '../../../domain/errors';
import { useStaff } from '../client';
import { useFailure } from '../failure';

/** How often the list of tablets is asked again while the page is open: nobody looks for a button after plugging in. */
const LOOK_EVERY_MS = 4_000;

/** Tablets, the file, and the installation in progress. */
export function useInstall() {
  const staff = useStaff();
  const { guard } = useFailure();
  const tablets = shallowRef<readonly TabletView[]>();
  const missing = ref('');
  const failure = shallowRef<unknown>();
  const chosen = ref(new Set<string>());
  const run = shallowRef<InstallRun>();
  const file = shallowRef<{ upload: string; name: string; bytes: number }>();
  const wrong = ref('');
  const reading = ref(false);
  /** Tablets seen before: a new one that is ready is chosen at once. */
  const seen = new Set<string>();

  async function look(): Promise<void> {
    try {
      const answer = await staff.request('android.tablets', {});
      tablets.value = answer.tablets;
      missing.value = '';
      failure.value = undefined;
      for (const { link, state } of answer.tablets) {
        if (state === 'ready' && !seen.has(link)) chosen.value.add(link);
        if (state === 'ready') seen.add(link);
        else chosen.value.delete(link);
      }
    } catch (error) {
      if (isPreauError(error) && error.code === 'ADB_MISSING') missing.value = String(error.params['reason']);
      else failure.value = error;
    }
  }
  const timer = setInterval(() => {
    if (!missing.value && (!run.value || run.value.finished)) void look();
  }, LOOK_EVERY_MS);
  onScopeDispose(() => {
    clearInterval(timer);
  });

  async function take(picked: File): Promise<void> {
    wrong.value = '';
    reading.value = true;
    try {
      const upload = await staff.upload(picked, picked.name);
      const checked = await staff.request('android.checkPackage', { upload });
      file.value = { upload, ...checked };
    } catch (error) {
      file.value = undefined;
      if (isPreauError(error) && error.code === 'PACKAGE_WRONG') wrong.value = String(error.params['reason']);
      else if (isPreauError(error) && error.code === 'TOO_LARGE') wrong.value = 'tooLarge';
      else await guard(() => Promise.reject(error as Error));
    } finally {
      reading.value = false;
    }
  }

  async function start(links: readonly string[]): Promise<void> {
    const { value } = file;
    if (!value || links.length === 0) return;
    run.value = await guard(() =>
      staff.request('android.install', { upload: value.upload, links: [...links] }),
    );
  }

  staff.on('android.step', ({ run: of, link, step, at }) => {
    if (run.value?.run !== of) return;
    const lines = run.value.tablets.map((each) => (each.link === link ? { ...each, step, at } : each));
    run.value = { ...run.value, tablets: lines };
  });
  staff.on('android.finished', ({ run: of }) => {
    if (run.value?.run === of) run.value = { ...run.value, finished: true };
  });

  async function resume(): Promise<void> {
    const answer = await guard(() => staff.request('android.runs', {}));
    const [last] = answer?.runs ?? [];
    // An event may have come before this answer: what is newer stays.
    if (last && !last.finished && !run.value) run.value = last;
  }
  void look();
  void resume();

  const links = computed(() => [...chosen.value]);
  const failed = computed(
    () =>
      run.value?.tablets.filter(({ step }) => ['refused', 'silent', 'cancelled'].includes(step.step)) ?? [],
  );
  async function cancel(): Promise<void> {
    const { value } = run;
    if (value) await guard(() => staff.request('android.cancel', { run: value.run }));
  }
  return {
    tablets,
    missing,
    failure,
    chosen,
    links,
    run,
    file,
    wrong,
    reading,
    failed,
    look,
    take,
    start,
    cancel,
  };
}
