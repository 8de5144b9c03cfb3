import { describe, expect, it } from 'vitest';
import { isPersonal, KINDS } from '../../../domain/privacy/kinds';
import { TRACE_ACTIONS } from '../../../domain/privacy/trace';
import fr from '../locales/fr/privacy.json';

describe('the words of privacy', () => {
  it('name every kind of document that says something of people', () => {
    const unnamed = Object.entries(KINDS)
      .filter(([type, row]) => isPersonal(row) && !Object.hasOwn(fr.type, type))
      .map(([type]) => type);
    expect(unnamed).toEqual([]);
  });
  it('name every action of the journal', () => {
    expect(TRACE_ACTIONS.filter((action) => !Object.hasOwn(fr.action, action.replaceAll('.', '_')))).toEqual(
      [],
    );
  });
});
