import { Script, createContext } from 'node:vm';
import { COLLEAGUE_MAX_MS } from '../../src/domain/groups/dispatch';
import type { Id } from '../../src/domain/id';
import type { Actor, RoleGrant } from '../../src/domain/rights/actor';
import { authorize, type Action } from '../../src/domain/rights/authorize';
import { TEACHER_MAX_MS, TEACHER_MAY_GIVE } from '../../src/domain/rights/delegation';
import { STAFF_ROLES, TEACHING } from '../../src/domain/rights/roles';
import {
  ACTION_OF_PREFIX,
  ACTION_OF_TYPE,
  APPEND_ONLY,
  OF_PERSON,
  OF_POSTE,
} from '../../src/exchange/author-rules';
import judge from './judge.js?raw';

/** Characters of a document's JSON: a document that grows past this is a file (1 MiB of body, and its ancestry). */
const MAX_LENGTH = 1024 * 1024 + 8192;

const OWN_CLASS: Id<'class'> = 'class_aaaaaaaaaaaaa';
const OTHER_CLASS: Id<'class'> = 'class_bbbbbbbbbbbbb';
const inRole = (...grants: RoleGrant[]): Actor => ({
  kind: 'staff',
  personId: 'staff_aaaaaaaaaaaaa',
  grants,
});
const WHO: readonly (readonly [string, Actor])[] = [
  ['staff', inRole()],
  ['poste', { kind: 'poste' }],
  ...STAFF_ROLES.map((role) => [role, inRole({ role, classIds: [OWN_CLASS] })] as const),
];

/** Who may do an action, asked of the one matrix there is: rights are the sum of roles, so a role at a time is enough. */
function row(action: Action) {
  const at = (resource: Parameters<typeof authorize>[2]): string[] =>
    WHO.filter(([, actor]) => authorize(actor, action, resource)).map(([who]) => who);
  return {
    ownClass: at({ kind: 'class', classId: OWN_CLASS }),
    anyClass: at({ kind: 'class', classId: OTHER_CLASS }),
    school: at({ kind: 'school' }),
  };
}

function tables(): string {
  const named = [...new Set([...Object.values(ACTION_OF_PREFIX), ...Object.values(ACTION_OF_TYPE)])].sort();
  return JSON.stringify({
    maxLength: MAX_LENGTH,
    appendOnly: APPEND_ONLY,
    byPrefix: ACTION_OF_PREFIX,
    byType: ACTION_OF_TYPE,
    ofPoste: OF_POSTE,
    ofPerson: OF_PERSON,
    teacherMayGive: TEACHER_MAY_GIVE,
    teacherMaxMs: TEACHER_MAX_MS,
    teaching: TEACHING,
    colleagueMaxMs: COLLEAGUE_MAX_MS,
    actions: Object.fromEntries(named.map((action) => [action, row(action)])),
  });
}

/** The function as CouchDB stores it: the same for every database, which it learns from `userCtx.db`. */
export const RULE_TEXT = `function (newDoc, oldDoc, userCtx) {\nvar tables = ${tables()};\n${judge.trim()}\njudge(tables, newDoc, oldDoc, userCtx);\n}`;

/** `_design/preau` of every database with documents. */
export const DESIGN_DOCUMENT = {
  _id: '_design/preau',
  language: 'javascript',
  validate_doc_update: RULE_TEXT,
};

export interface UserContext {
  /** The database's name. */
  readonly db: string;
  readonly name: string | null;
  readonly roles: readonly string[];
}
export interface RuledDocument {
  readonly _id: string;
  readonly _rev?: string;
  readonly _deleted?: boolean;
  readonly _revisions?: { readonly start: number; readonly ids: readonly string[] };
  readonly [field: string]: unknown;
}
export type Rule = (
  newDoc: RuledDocument,
  oldDoc: RuledDocument | null,
  userCtx: UserContext,
) => 'taken' | { readonly forbidden: string } | { readonly unauthorized: string };

/** Runs a rule's text as CouchDB does: alone in a world of its own. @throws what the text throws beside a refusal */
export function compileRule(text: string): Rule {
  const alone = new Script(`(${text})`).runInContext(createContext(Object.create(null) as object)) as (
    ...args: unknown[]
  ) => void;
  return (newDoc, oldDoc, userCtx) => {
    try {
      alone(newDoc, oldDoc, userCtx);
      return 'taken';
    } catch (thrown) {
      if (typeof thrown !== 'object' || thrown === null) throw thrown;
      if ('forbidden' in thrown) return { forbidden: String(thrown.forbidden) };
      if ('unauthorized' in thrown) return { unauthorized: String(thrown.unauthorized) };
      throw thrown;
    }
  };
}
