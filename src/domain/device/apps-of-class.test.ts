import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { APP_MODES } from './apps';
import { foldName, mergeApps, orderFor, type AppsOfDevice, type ComputerApp } from './apps-of-class';
import { mayRun } from './may-run';

const name = fc.constantFrom('GeoGebra', 'geogebra', 'Écrire', 'ecrire', 'Calculatrice', 'Navigateur');
const own: fc.Arbitrary<ComputerApp[]> = fc.uniqueArray(
  fc.record({ id: fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/), name }),
  { selector: ({ id }) => id, maxLength: 12 },
);

describe('applications of a class', () => {
  it('let run on each computer exactly what the lesson names, whatever each computer calls it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...APP_MODES), fc.array(name), own, (mode, programs, apps) => {
        const order = orderFor({ mode, programs }, apps);
        expect(order.apps.every((id) => apps.some((app) => app.id === id))).toBe(true);
        const named = new Set(programs.map(foldName));
        for (const app of apps)
          expect(mayRun(order, app.id)).toBe(
            mode === 'all' || named.has(foldName(app.name)) === (mode === 'only'),
          );
      }),
    );
  });

  it('« seulement » nothing lets nothing run; « sans » nothing lets everything run', () => {
    const apps = [{ id: 'geo', name: 'GeoGebra' }];
    expect(mayRun(orderFor({ mode: 'only', programs: [] }, apps), 'geo')).toBe(false);
    expect(mayRun(orderFor({ mode: 'without', programs: [] }, apps), 'geo')).toBe(true);
  });

  it('are one list by name: what one device says twice counts once, and of too many those that most have stay', () => {
    const devices: AppsOfDevice[] = [
      {
        kind: 'tablet',
        apps: [{ app: 'org.geogebra.android', name: 'GeoGebra' }, { app: 'fr.ecole.lecture' }],
      },
      {
        kind: 'computer',
        apps: [
          { id: 'geo', name: 'Geogebra' },
          { id: 'geo2', name: 'GEOGEBRA' },
        ],
      },
      { kind: 'computer', apps: [{ id: 'ecrire', name: 'Écrire' }] },
    ];
    expect(mergeApps(devices, 10)).toEqual([
      { name: 'Écrire', apps: [], program: 'Écrire', tablets: 0, computers: 1 },
      { name: 'fr.ecole.lecture', apps: ['fr.ecole.lecture'], tablets: 1, computers: 0 },
      { name: 'GeoGebra', apps: ['org.geogebra.android'], program: 'Geogebra', tablets: 1, computers: 1 },
    ]);
    expect(mergeApps(devices, 1).map((one) => one.name)).toEqual(['GeoGebra']);
  });

  it('a device that invents names takes nobody else’s place', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 100 }), (invented) => {
        const true_: AppsOfDevice = { kind: 'computer', apps: [{ id: 'geo', name: 'GeoGebra' }] };
        const hostile: AppsOfDevice = {
          kind: 'computer',
          apps: invented.map((text, n) => ({ id: `x${n}`, name: text })),
        };
        const merged = mergeApps([hostile, true_, true_], 3);
        expect(merged.find((one) => foldName(one.name) === 'geogebra')?.computers).toBeGreaterThanOrEqual(2);
      }),
    );
  });
});
