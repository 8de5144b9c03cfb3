import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_MODES, isPackageName, restingApps, usualName } from './apps';

const HOME = [
  'com.android.chrome',
  'com.android.launcher3',
  'com.google.android.youtube',
  'fr.ecole.lecture',
];

describe('applications of a lesson', () => {
  it('« seulement » lets the named ones, the browser and the way home', () => {
    expect(restingApps({ mode: 'only', apps: ['fr.ecole.lecture'] }, HOME, 'com.android.chrome')).toEqual([
      'com.google.android.youtube',
    ]);
  });
  it('« sans » puts the named ones to rest, and never the browser the class is in', () => {
    const order = { mode: 'without', apps: ['com.google.android.youtube', 'com.android.chrome'] } as const;
    expect(restingApps(order, HOME, 'com.android.chrome')).toEqual(['com.google.android.youtube']);
    expect(restingApps({ mode: 'all', apps: HOME }, HOME, undefined)).toEqual([]);
  });
  it('never names what is not on the tablet, nor its browser', () => {
    const name = fc.constantFrom(...HOME, 'fr.ecole.calcul', 'a.b');
    fc.assert(
      fc.property(
        fc.constantFrom(...APP_MODES),
        fc.array(name),
        fc.uniqueArray(name),
        fc.option(name, { nil: undefined }),
        (mode, apps, launchable, browser) => {
          const resting = restingApps({ mode, apps }, launchable, browser);
          expect(resting.every((app) => launchable.includes(app) && app !== browser)).toBe(true);
        },
      ),
    );
  });
  it('takes a package name for one, and nothing else', () => {
    expect(['fr.ecole.lecture', 'a.b', 'org.x_1.Y2'].every(isPackageName)).toBe(true);
    expect(
      ['', 'a', 'a.', '.a', '1.b', 'a.b;reboot', "a.b'", 'a b.c', `a.${'b'.repeat(300)}`].some(isPackageName),
    ).toBe(false);
    expect(usualName('constructor')).toBeUndefined();
    expect(usualName('com.google.android.youtube')).toBe('YouTube');
  });
});
