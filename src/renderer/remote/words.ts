import type { ErrorParams } from '../../domain/errors';
import type { RemoteView } from '../../contract/pupil/remote';
import en from './en.json';
import fr from './fr.json';

export type Word = keyof typeof fr;
const table: Readonly<Record<Word, string>> = navigator.language.startsWith('fr') ? fr : en;

/** « one | {n} many » where the sentence counts. */
export function t(key: Word, params: ErrorParams = {}): string {
  const [one = '', many = one] = table[key].split(' | ');
  const sentence = Number(params['n'] ?? 1) > 1 ? many : one;
  return sentence.replace(/\{(\w+)\}/g, (_all, name: string) => String(params[name] ?? ''));
}

export function errorWords(code: string, params: ErrorParams = {}): string {
  const key = `error.${code}`;
  return key in table ? t(key as Word, params) : t('error.other');
}

type Seat = NonNullable<RemoteView['lesson']>['seats'][number];

/** As the poste's own wall names it: a number while names are hidden there. */
export const seatName = ({ name, number }: Pick<Seat, 'name' | 'number'>): string =>
  name ?? t('wall.number', { n: number });

/** What that device does, or since when it does nothing that is told. */
export function seatDoing({ presence, since, doing }: Seat): string {
  if (presence !== 'here') {
    const time = new Date(since).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
    return t(`wall.${presence}`, { time });
  }
  if (!doing) return '';
  if (doing.done) return t('wall.done');
  if (doing.screen !== 'item') return t(`wall.${doing.screen}`);
  const where =
    doing.page && (doing.pages ?? 1) > 1
      ? t('wall.page', { page: doing.page, pages: doing.pages ?? 1 })
      : t('wall.item');
  return doing.begun ? `${where}, ${t('wall.begun')}` : where;
}
