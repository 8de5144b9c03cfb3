import { readGrade } from '../onde/cells';
import type { Grade } from '../person';

/** MEF codes of primary school (`peers-ent-sync.md` B2, laclasse's specification). */
const MEF: Readonly<Record<string, Grade>> = {
  '00110002110': 'CP',
  '00210002210': 'CE1',
  '00210002220': 'CE2',
  '00310002210': 'CM1',
  '00310002220': 'CM2',
};

/** A level as AAF writes it: a grade, its long name, or its MEF code. */
export function gradeOfLevel(text: string): Grade | undefined {
  return MEF[text.replace(/\s/g, '')] ?? readGrade(text);
}
