/** Importing a school from ONDE: read the files, look at the dry run, decide, write. */
export { parseOndeFile } from './parse';
export type { GuardiansFile, OndeFile, OndeReading, PupilsFile, TeachersFile } from './parse';
export type { OndeKind, OndeProblem, RejectedRow, RowProblem } from './problems';
export type { ChildLink, GuardianRow, PupilRow, TeacherRow } from './rows';
export { planImport } from './plan';
export type {
  Absent,
  Added,
  Changed,
  Decision,
  Doubt,
  DoubtReason,
  Fact,
  FieldChange,
  FileSummary,
  ImportPlan,
  PersonKind,
  PlanNotice,
  PlanOptions,
  RecordKind,
  RecordOf,
  Source,
} from './plan-types';
export { resolve, suggestedDecisions } from './resolve';
export type { RefusedDecision, Resolution } from './resolve';
