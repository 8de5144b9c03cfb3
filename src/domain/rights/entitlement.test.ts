import { describe, expect, it } from 'vitest';
import type { Id } from '../id';
import { entitledAudiences, grantsOf } from './entitlement';
import type { StaffRole } from './roles';

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
  it('is less for who is of the school for a time: no name for equipment, nothing for who has no role any more', () => {
    const read = (role: StaffRole, classIds: readonly Id<'class'>[] = []): string[] =>
      entitledAudiences(
        { _id: 'staff_ccccccccccccc', roles: [], classIds: [], delegated: [{ role, classIds }] },
        held,
        2026,
      );
    expect(read('facilitator')).toEqual(['parc', 'perso-ccccccccccccc']);
    expect(read('technician')).toEqual(['parc', 'perso-ccccccccccccc']);
    expect(read('guest')).toEqual(['parc', 'perso-ccccccccccccc']);
    expect(read('guest', [own])).toEqual(['ecole_2026', 'parc', 'perso-ccccccccccccc']);
    expect(read('inspector', [own])).toEqual([
      'ecole_2026',
      'parc',
      'classe-aaaaaaaaaaaaa_2026',
      'perso-ccccccccccccc',
    ]);
    expect(read('substitute', [own])).toContain('suivi-aaaaaaaaaaaaa_2026');
    expect(read('administrator')).toEqual(['parc', 'traces', 'perso-ccccccccccccc']);
    const nobody = { _id: 'staff_ccccccccccccc', roles: ['archivist'], classIds: [own] };
    expect(entitledAudiences(nobody, held, 2026)).toEqual(['perso-ccccccccccccc']);
    expect(entitledAudiences({ ...nobody, leftOn: '2026-11-22' }, held, 2026)).toEqual([]);
  });
  it('gives a head’s role no class', () => {
    expect(grantsOf({ roles: ['head', 'teacher'], classIds: [own] })).toEqual([
      { role: 'head', classIds: [] },
      { role: 'teacher', classIds: [own] },
    ]);
  });
});
