import { computed, shallowRef, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { useI18n } from 'vue-i18n';
import type { ReplyOf } from '../../../contract/define';
import type { StaffContract } from '../../../contract/staff';
import type { AccessoryView } from '../../../contract/staff/accessories';
import type { Id } from '../../../domain/id';
import { useToasts } from '../../kit';
import { useStaff } from '../client';
import { useFailure } from '../failure';

export type Overview = ReplyOf<StaffContract, 'accessories.overview'>;

/** The accessories of one cart, asked again at each change. */
export function useAccessories(cart: MaybeRefOrGetter<Id<'cart'>>) {
  const staff = useStaff();
  const overview = shallowRef<Overview>();
  const failure = shallowRef<unknown>();

  async function load(): Promise<void> {
    const wanted = toValue(cart);
    try {
      const answer = await staff.request('accessories.overview', { cart: wanted });
      if (wanted === toValue(cart)) overview.value = answer;
      failure.value = undefined;
    } catch (error) {
      failure.value = error;
    }
  }
  for (const event of ['accessories.changed', 'inventory.changed'] as const)
    staff.on(event, () => void load());
  watch(() => toValue(cart), load, { immediate: true });

  const expected = computed(() => overview.value?.places.flatMap((place) => place.accessories) ?? []);
  const all = computed(() => {
    const seen = new Map<string, AccessoryView>();
    for (const one of [...expected.value, ...(overview.value?.others ?? [])]) seen.set(one.id, one);
    return [...seen.values()];
  });
  return {
    overview,
    failure,
    expected,
    all,
    missing: computed(() => all.value.filter((each) => each.state === 'missing')),
    toCharge: computed(() =>
      all.value.filter((each) => each.battery?.toCharge && each.state === 'inService'),
    ),
    load,
  };
}

/** What one does to an accessory in one gesture; each says what it did and can be undone. */
export function useAccessoryActions() {
  const { t } = useI18n();
  const staff = useStaff();
  const toasts = useToasts();
  const { guard } = useFailure();

  async function say(accessory: AccessoryView, state: 'inService' | 'missing'): Promise<void> {
    const tell = (to: 'inService' | 'missing') =>
      staff.request('accessories.say', {
        accessory: accessory.id,
        state: to,
        ...(to === 'missing' && accessory.class ? { class: accessory.class } : {}),
      });
    if (!(await guard(() => tell(state)))) return;
    const { goesWith } = accessory;
    const where =
      goesWith?.kind === 'device'
        ? t('accessories.goesTo.device', { device: goesWith.label })
        : goesWith?.kind === 'bay'
          ? t('accessories.goesTo.bay', { bay: goesWith.bay })
          : undefined;
    toasts.show({
      title: t(state === 'missing' ? 'accessories.said.missing' : 'accessories.said.back', {
        label: accessory.label,
      }),
      ...(state === 'inService' && where ? { text: where } : {}),
      undoLabel: t('accessories.undo'),
      undo: () => void guard(() => tell(state === 'missing' ? 'inService' : 'missing')),
    });
  }

  async function sayBattery(accessory: AccessoryView, level: 'charged' | 'low'): Promise<void> {
    const done = await guard(() =>
      staff.request('accessories.sayBattery', { accessory: accessory.id, level }),
    );
    if (done) toasts.show({ title: t(`accessories.said.${level}`, { label: accessory.label }) });
  }
  return { say, sayBattery };
}
