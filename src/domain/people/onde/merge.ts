/** Laying what a file says over what is known, and telling the difference. */
import type { FieldChange } from './plan-types';

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * The known record with the file's values over it. A value missing from the file never erases one that is known
 * (old extractions have no INE, many have no e-mail address), lists are united, and members that this module does
 * not know survive.
 */
export function overlay<T extends object>(known: T, patch: T): T {
  const merged: Record<string, unknown> = { ...(known as Record<string, unknown>) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === undefined) continue;
    const before = merged[key];
    if (isRecord(before) && isRecord(value)) merged[key] = overlay(before, value);
    else if (Array.isArray(before) && Array.isArray(value)) merged[key] = [...new Set([...before, ...value])];
    else merged[key] = value;
  }
  return merged as T;
}

/**
 * The first row about somebody stands, a later one only fills what is missing and adds to lists: two spellings in one
 * file would otherwise replace each other at every import.
 */
export function complete<T extends object>(first: T, later: Partial<T>): T {
  const filled: Record<string, unknown> = { ...(first as Record<string, unknown>) };
  for (const [key, value] of Object.entries(later)) {
    const before = filled[key];
    if (before === undefined) filled[key] = value;
    else if (isRecord(before) && isRecord(value)) filled[key] = complete(before, value);
    else if (Array.isArray(before) && Array.isArray(value)) filled[key] = [...new Set([...before, ...value])];
  }
  return filled as T;
}

/** The fields that differ, by path. Lists are compared whole; a missing and an `undefined` member are the same. */
export function differences(before: object, after: object): FieldChange[] {
  const left = flatten(before);
  const right = flatten(after);
  const fields = [...new Set([...left.keys(), ...right.keys()])];
  return fields
    .filter((field) => JSON.stringify(left.get(field)) !== JSON.stringify(right.get(field)))
    .map((field) => {
      const change: FieldChange = { field };
      if (left.has(field)) change.before = left.get(field);
      if (right.has(field)) change.after = right.get(field);
      return change;
    });
}

function flatten(record: object, prefix = ''): Map<string, unknown> {
  const flat = new Map<string, unknown>();
  for (const [key, value] of Object.entries(record)) {
    if (value === undefined) continue;
    if (isRecord(value)) for (const [path, leaf] of flatten(value, `${prefix}${key}.`)) flat.set(path, leaf);
    else flat.set(prefix + key, value);
  }
  return flat;
}
