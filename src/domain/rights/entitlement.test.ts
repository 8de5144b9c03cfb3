import { describe, expect, it } from 'vitest';
import { entitledAudiences, grantsOf } from './entitlement';

const own = 'class_aaaaaaaaaaaaa' as const;
const held = [
  'ecole_2026', 'parc', 'courrier', 'direction', 'traces',
  'classe-aaaaaaaaaaaaa_2026', 'suivi-aaaaaaaaaaaaa_2026', 'classe-aaaaaaaaaaaaa_2025',
  'classe-bbbbbbbbbbbbb_2026', 'suivi-bbbbbbbbbbbbb_2026',
  'perso-ccccccccccccc', 'perso-ddddddddddddd', 'inconnue',
]; // prettier-ignore

describe('what a member of staff may read', () => {
  it('is the school and the own class of the year for a teacher', () => {
    const teacher = { _id: 'staff_ccccccccccccc', roles: ['teacher'] as const, classIds: [own] };
    expect(entitledAudiences(teacher, held, 2026)).toEqual([
      'ecole_2026', 'parc', 'courrier', 'classe-aaaaaaaaaaaaa_2026', 'suivi-aaaaaaaaaaaaa_2026', 'perso-ccccccccccccc',
    ]); // prettier-ignore
  });
  it('is every class for a head, and nobody else’s notes', () => {
    const head = { _id: 'staff_ddddddddddddd', roles: ['head'] as const, classIds: [] };
    const found = entitledAudiences(head, held, 2026);
    expect(found).toContain('suivi-bbbbbbbbbbbbb_2026');
    expect(found).toContain('direction');
    expect(found).not.toContain('perso-ccccccccccccc');
    expect(found).not.toContain('inconnue');
  });
  it('gives a head’s role no class', () => {
    expect(grantsOf({ roles: ['head', 'teacher'], classIds: [own] })).toEqual([
      { role: 'head', classIds: [] },
      { role: 'teacher', classIds: [own] },
    ]);
  });
});
