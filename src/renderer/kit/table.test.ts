import { describe, expect, it } from 'vitest';
import { sortRows, type Column } from './table';

interface Row {
  readonly name: string;
  readonly battery?: number;
}
const columns: Column<Row>[] = [
  { key: 'name', label: 'Nom', value: (row) => row.name, sortable: true },
  { key: 'battery', label: 'Batterie', value: (row) => row.battery, sortable: true },
];
const rows: Row[] = [
  { name: 'Tablette 10', battery: 3 },
  { name: 'Éva' },
  { name: 'Tablette 2', battery: 90 },
];
const names = (key: string, down: boolean): string[] =>
  sortRows(rows, columns, { key, down }).map((row) => row.name);

describe('sorting a table', () => {
  it('counts numbers inside names and ignores accents', () => {
    expect(names('name', false)).toEqual(['Éva', 'Tablette 2', 'Tablette 10']);
  });
  it('leaves what has no value at the end, both ways', () => {
    expect(names('battery', false)).toEqual(['Tablette 10', 'Tablette 2', 'Éva']);
    expect(names('battery', true)).toEqual(['Tablette 2', 'Tablette 10', 'Éva']);
  });
  it('keeps the given order without a sort, or for an unknown column', () => {
    expect(sortRows(rows, columns, null)).toBe(rows);
    expect(sortRows(rows, columns, { key: 'x', down: true })).toBe(rows);
  });
});
