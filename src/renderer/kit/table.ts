/** A column of KTable. `value` is what is sorted and, without a slot, what is shown. */
export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly value: (row: Row) => string | number | undefined;
  readonly sortable?: boolean;
  readonly align?: 'start' | 'center' | 'end';
  /** A CSS width. */
  readonly width?: string;
  readonly labelHidden?: boolean;
}
export interface Sort {
  readonly key: string;
  readonly down: boolean;
}

/** « Tablette 2 » before « Tablette 10 », « Éva » beside « Eva ». */
const collator = new Intl.Collator('fr', { numeric: true, sensitivity: 'base' });

/** Rows in the order asked; what has no value comes last, whichever the direction. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sort: Sort | null,
): readonly Row[] {
  const column = columns.find((one) => one.key === sort?.key);
  if (!sort || !column) return rows;
  const sign = sort.down ? -1 : 1;
  return [...rows].sort((left, right) => {
    const a = column.value(left);
    const b = column.value(right);
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    if (typeof a === 'number' && typeof b === 'number') return sign * (a - b);
    return sign * collator.compare(String(a), String(b));
  });
}
