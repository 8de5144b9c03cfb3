import { ref } from 'vue';
import type { AccessoryView } from '../../../contract/staff/accessories';
import type { Id } from '../../../domain/id';
import { useStaff } from '../client';
import { useCartWords } from '../cart/use-cart-words';
import type { Tone } from '../../kit';

/** The sentences about an accessory that several components say. */
export function useAccessoryWords() {
  const { t, since, moment, percent, age } = useCartWords();
  const staff = useStaff();
  const classes = ref(new Map<Id<'class'>, string>());
  // Who may not read the classes is told « une classe ».
  staff.request('people.classes', {}).then(
    (answer) => (classes.value = new Map(answer.classes.map(({ id, label }) => [id, label]))),
    () => undefined,
  );

  const goesWith = ({ goesWith: with_ }: AccessoryView): string => {
    if (!with_) return t('accessories.with.none');
    if (with_.kind === 'device') return t('accessories.with.device', { device: with_.label });
    if (with_.kind === 'bay') return t('accessories.with.bay', { bay: with_.bay });
    return t(with_.here ? 'accessories.with.here' : 'accessories.with.poste');
  };
  /** « depuis hier à 16 h 25 ; le CE2 l’avait en dernier » */
  const lost = (one: AccessoryView, now: number): string => {
    const when = one.since === undefined ? '' : since(one.since, now);
    const who = one.class === undefined ? undefined : classes.value.get(one.class);
    if (who !== undefined) return t('accessories.lost.class', { when, who });
    return t(one.class === undefined ? 'accessories.lost.unknown' : 'accessories.lost.someClass', { when });
  };
  const battery = (one: AccessoryView): string => {
    const { battery: held } = one;
    if (!held) return t('accessories.battery.unknown');
    const value =
      held.percent === undefined
        ? t(`accessories.battery.${held.level ?? 'unknown'}`)
        : percent(held.percent);
    return t('accessories.battery.evidence', {
      value,
      source: t(`accessories.battery.source.${held.source}`),
      age: age(held.ageSeconds),
    });
  };
  const checked = (one: AccessoryView, now: number): string => {
    if (one.pairedAt === undefined) return t('accessories.check.never');
    const when = moment(one.pairedAt, now);
    if (!one.check) return t('accessories.check.untried', { when });
    return t(`accessories.check.${one.check.works ? 'works' : 'fails'}`, {
      when,
      how: t(`accessories.check.how.${one.check.how}`),
    });
  };
  const tone = (one: AccessoryView): Tone => {
    if (one.state === 'missing') return 'bad';
    if (one.state !== 'inService') return 'idle';
    if (one.battery?.toCharge || one.check?.works === false) return 'warn';
    return one.disputed ? 'stale' : 'ok';
  };
  return { t, goesWith, lost, battery, checked, tone };
}
