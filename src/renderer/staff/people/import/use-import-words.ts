import { useI18n } from 'vue-i18n';
import { familyName } from '../../../../domain/people/names';
import { isSilent } from '../../../../domain/people/onde/plan-types';
import type { Doubt, DoubtReason, FieldChange, RecordOf } from '../../../../domain/people/onde';
import type { PersonName } from '../../../../domain/people/person';
import type { Review } from './use-import';

type AnyRecord = RecordOf[keyof RecordOf];

/** What the plan's codes and ids say to a person. */
export function useImportWords(review: () => Review) {
  const { t, d, te } = useI18n();
  const date = (iso: string): string => d(new Date(`${iso}T12:00:00`), 'date');
  const classLabel = (id: string | undefined): string =>
    review().result.classes.find((entry) => entry.id === id)?.label ?? '';
  const nameOfId = (id: string): string => review().names[id] ?? '';
  const personName = (names: PersonName): string => `${names.first} ${familyName(names)}`.trim();
  const nameOf = (record: AnyRecord): string => ('names' in record ? personName(record.names) : record.label);

  /** What tells two people of one name apart. */
  function details(record: AnyRecord): string {
    if (!('names' in record)) return record.grades.join(', ');
    if ('children' in record) {
      const names = record.children.map(nameOfId).filter(Boolean);
      const where = [record.address.street, record.address.city].filter(Boolean).join(', ');
      const children =
        names.length > 0
          ? t('people.import.doubtful.children', { names: names.join(', ') })
          : t('people.import.doubtful.noChild');
      return [children, where].filter(Boolean).join(' · ');
    }
    if ('roles' in record) {
      const classes = record.classIds.map(classLabel).filter(Boolean).join(', ');
      return [
        classes
          ? t('people.import.doubtful.inClass', { class: classes })
          : t('people.import.doubtful.noClass'),
        record.email,
      ]
        .filter(Boolean)
        .join(' · ');
    }
    const label = classLabel(record.classId);
    return [
      record.birthDate
        ? t('people.import.doubtful.born', { date: date(record.birthDate) })
        : t('people.import.doubtful.noBirth'),
      label ? t('people.import.doubtful.inClass', { class: label }) : t('people.import.doubtful.noClass'),
    ].join(' · ');
  }

  function reason(doubt: Doubt, why: DoubtReason): string {
    const say = (key: string, params: Record<string, unknown> = {}): string =>
      t(`people.import.reason.${key}`, params);
    switch (why.code) {
      case 'badDate':
        return why.value ? say('badDate', { value: why.value }) : say('noDate');
      case 'impossibleAge':
        return say('impossibleAge', { date: why.birthDate ? date(why.birthDate) : '?' });
      case 'unknownClass':
        return why.label ? say('unknownClass', { label: why.label }) : say('noClass');
      case 'duplicate':
        return say('duplicate', { line: why.of.line });
      case 'homonym':
        if (isOtherHead(doubt)) return say('otherHead');
        if (why.others.length === 0) return say('homonymKnown');
        return say(why.sameBirthDate ? 'homonymSameDay' : 'homonym', {
          line: why.others
            .map(({ line }) => line)
            .sort((a, b) => a - b)
            .join(', '),
        });
      case 'gone':
        return say('gone');
      case 'ineConflict':
        return say('ineConflict', { ine: why.ine });
      case 'childNotFound':
        return say('childNotFound', { child: personName(why.child) });
      case 'childUncertain':
        return say(why.pupilIds.length > 1 ? 'childUncertain' : 'childClass', {
          child: personName(why.child),
        });
    }
  }

  function fieldName({ field }: FieldChange): string {
    const key = `people.import.field.${field.replaceAll('.', '_')}`;
    return te(key) ? t(key) : t('people.import.field.other');
  }
  function fieldValue({ field }: FieldChange, value: unknown): string {
    if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0))
      return t('people.import.value.none');
    if (typeof value === 'boolean') return t(`people.import.value.${value ? 'yes' : 'no'}`);
    if (Array.isArray(value)) return value.map((one) => fieldValue({ field }, one)).join(', ');
    const text = String(value);
    switch (field) {
      case 'classId':
      case 'classIds':
        return classLabel(text) || '?';
      case 'children':
        return nameOfId(text) || '?';
      case 'birthDate':
        return date(text);
      case 'roles':
        return t(`people.role.${text}`);
      case 'sex':
      case 'civility':
        return t(`people.import.value.${text}`);
      case 'cycle':
        return t('people.import.value.cycle', { n: text });
      case 'passage.decision':
        return t(`years.plan.passage.${text}`);
      default:
        return text;
    }
  }
  /** Identifiers of other directories tell nobody anything. */
  const told = (changes: readonly FieldChange[]): FieldChange[] =>
    changes.filter((change) => !isSilent(change));
  return { told, nameOf, nameOfId, details, reason, fieldName, fieldValue, classLabel };
}

/** ONDE's head is not the school's, by name: the one doubt about the team that has its own words. */
export function isOtherHead(doubt: Doubt): boolean {
  return (
    doubt.kind === 'staff' &&
    doubt.candidates.some(
      ({ roles, names }) =>
        roles.includes('head') &&
        (names.family !== doubt.record.names.family || names.first !== doubt.record.names.first),
    )
  );
}
