import { afterEach, describe, expect, it } from 'vitest';
import { rollCall, yearSchool, type YearHost, type YearSchool } from './school';

let school: YearSchool;
afterEach(() => school.end());

describe('the school’s day', () => {
  it('is moved by no computer alone, not even by one that lives in 2035', async () => {
    school = await yearSchool();
    const { head, teacher, cp } = school;
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Lecture',
      text: 'Page 12',
      dueOn: '2026-11-20',
    });
    await teacher.ask('sync.run', {});
    for (const host of [head, teacher]) host.setDay('2035-03-12');
    await head.ask('sync.run', {});
    await teacher.ask('sync.run', {});
    await school.reopen('teacher');
    school.teacher.setDay('2035-03-12');
    await school.teacher.ask('sync.run', {});
    const state = await head.ask('years.state', {});
    expect(state).toMatchObject({ today: '2035-03-12', ask: 'clock' });
    expect(state.confirmed).toBeUndefined();
    const { homework } = await school.teacher.ask('homework.list', { class: cp, from: '2026-11-01' });
    expect(homework).toHaveLength(1);
    // A person is asked twice about such a date; a teacher is not asked at all.
    await expect(head.ask('years.confirmDate', { day: '2026-11-12' })).rejects.toMatchObject({
      code: 'DATE_FAR',
    });
    await expect(school.teacher.ask('years.confirmDate', { day: '2035-03-12' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  it('only goes on, and what it ends is ended on every computer', async () => {
    school = await yearSchool();
    const { head, teacher, cp, pupils } = school;
    await head.ask('years.confirmDate', { day: '2026-11-12' });
    await expect(head.ask('years.confirmDate', { day: '2026-11-11' })).rejects.toMatchObject({
      code: 'DATE_PAST',
      params: { day: '2026-11-12' },
    });
    await expect(head.ask('years.confirmDate', { day: '2027-12-01' })).rejects.toMatchObject({
      code: 'DATE_FAR',
    });
    const due = (host: YearHost) => host.ask('homework.list', { class: cp, from: '2026-11-01' });
    await rollCall(teacher, cp, { date: '2026-11-12', half: 'AM' }, [pupils.zoe, pupils.ali], [pupils.ali]);
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Lecture',
      text: 'Page 12',
      dueOn: '2026-11-20',
    });
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Lecture',
      text: 'Page 3',
      dueOn: '2028-09-20',
    });
    await teacher.ask('sync.run', {});
    expect((await due(head)).homework).toHaveLength(2);
    // Written where nobody hears of the horizon yet.
    school.connect(false);
    await teacher.ask('homework.save', {
      class: cp,
      subject: 'Poésie',
      text: 'Le chat',
      dueOn: '2026-11-21',
    });

    await head.ask('years.confirmDate', { day: '2028-07-31', far: true });
    expect((await due(head)).homework).toHaveLength(2);
    await head.ask('years.confirmDate', { day: '2028-08-01' });
    expect((await due(head)).homework.map(({ text }) => text)).toEqual(['Page 3']);

    school.connect(true);
    for (let run = 0; run < 2; run += 1) {
      await teacher.ask('sync.run', {});
      // What comes late and is too old already is taken in as what it is.
      expect((await due(head)).homework.map(({ text }) => text)).toEqual(['Page 3']);
    }
    expect((await due(teacher)).homework.map(({ text }) => text)).toEqual(['Page 3']);
    await school.reopen('teacher');
    expect((await due(school.teacher)).homework.map(({ text }) => text)).toEqual(['Page 3']);
    // The register is kept ten years.
    const sheet = await school.teacher.ask('register.sheet', {
      class: cp,
      half: { date: '2026-11-12', half: 'AM' },
    });
    expect(sheet.lines.find(({ pupil }) => pupil === pupils.ali)?.state).toBe('absent');
  });
});
