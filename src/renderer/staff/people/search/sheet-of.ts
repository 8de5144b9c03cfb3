import type { FoundPerson } from '../../../../contract/staff/groups';

/** Where somebody's sheet is, for who is looking. */
export function sheetOf(person: FoundPerson, isHead: boolean): string {
  if (person.kind === 'staff') return '/personnes?vue=equipe';
  if (person.kind === 'guardian') {
    const [child] = person.children;
    return child ? `/personnes/eleve/${child.id}` : '/personnes/parents';
  }
  if (isHead) return `/personnes/eleve/${person.id}`;
  return person.class ? `/personnes/classe/${person.class.id}` : '/personnes';
}
