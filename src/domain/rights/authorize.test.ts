import { describe, expect, it } from 'vitest';
import { ANONYMOUS, POSTE, type Actor } from './actor';
import { ACTIONS, authorize, demand } from './authorize';

const teacher: Actor = {
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants: [{ role: 'teacher', classIds: ['class_aaaaaaaaaaaaa'] }],
};
const head: Actor = {
  kind: 'staff',
  personId: 'staff_bbbbbbbbbbbbb',
  grants: [{ role: 'head', classIds: [] }],
};
const own = { kind: 'class', classId: 'class_aaaaaaaaaaaaa' } as const;
const other = { kind: 'class', classId: 'class_bbbbbbbbbbbbb' } as const;

describe('rights', () => {
  it('give nobody anything but the welcome', () => {
    for (const action of ACTIONS) expect(authorize(ANONYMOUS, action), action).toBe(action === 'welcome.use');
  });
  it('keep a teacher to their own class', () => {
    expect(authorize(teacher, 'homework.write', own)).toBe(true);
    expect(authorize(teacher, 'homework.write', other)).toBe(false);
    expect(authorize(teacher, 'people.import')).toBe(false);
  });
  it('do not let the head read a lesson plan by being head', () => {
    expect(authorize(head, 'roll.read', other)).toBe(true);
    expect(authorize(head, 'plan.read', own)).toBe(false);
  });
  it('sum roles', () => {
    const both: Actor = {
      ...teacher,
      grants: [...(teacher.kind === 'staff' ? teacher.grants : []), { role: 'head', classIds: [] }],
    };
    expect(authorize(both, 'people.import')).toBe(true);
    expect(authorize(both, 'plan.write', own)).toBe(true);
  });
  it('keep a lesson to who opened it and who is in it', () => {
    const lesson = {
      kind: 'lesson',
      ownerId: 'staff_aaaaaaaaaaaaa',
      lessonId: 'lesson_aaaaaaaaaaaaa',
    } as const;
    expect(authorize(teacher, 'lesson.conduct', lesson)).toBe(true);
    expect(authorize(head, 'lesson.conduct', lesson)).toBe(false);
    expect(authorize({ kind: 'visitor', lessonId: 'lesson_aaaaaaaaaaaaa' }, 'lesson.take-part', lesson)).toBe(
      true,
    );
    expect(authorize({ kind: 'visitor', lessonId: 'lesson_bbbbbbbbbbbbb' }, 'lesson.take-part', lesson)).toBe(
      false,
    );
    expect(authorize({ kind: 'visitor', lessonId: 'lesson_aaaaaaaaaaaaa' }, 'lesson.conduct', lesson)).toBe(
      false,
    );
  });
  it('say who is not known and who may not', () => {
    expect(() => demand(ANONYMOUS, 'cart.read')).toThrow(expect.objectContaining({ code: 'NOT_SIGNED_IN' }));
    expect(() => demand(teacher, 'people.import')).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
    expect(() => demand(POSTE, 'sync.run')).not.toThrow();
  });
});
