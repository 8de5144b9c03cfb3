import { ACTIONS, type Action } from '../../src/domain/rights/authorize';
import { KEYS_AHEAD_MS, TEACHER_MAX_DAYS, TEACHER_MAY_GIVE } from '../../src/domain/rights/delegation';
import { entitledAudiences } from '../../src/domain/rights/entitlement';
import { EXPECTED } from '../../src/domain/rights/matrix.expected';
import { COLUMNS, reachOf, type Column } from '../../src/domain/rights/reach';
import { ALWAYS_DATED, SCOPE_OF, STAFF_ROLES, type StaffRole } from '../../src/domain/rights/roles';

const OTHERS = COLUMNS.filter((column) => !(STAFF_ROLES as readonly string[]).includes(column));

/** A table as prettier writes it: columns as wide as their widest cell. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((cell, at) => Math.max(3, ...[head, ...rows].map((row) => (row[at] ?? '').length)));
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

function cell(column: Column, action: Action): string {
  const reach = reachOf(column, action);
  if (reach === 'all') return 'all';
  return reach.length === 0 ? '·' : reach.join(' ');
}

const matrix = (columns: readonly Column[]): string =>
  table(
    ['right', ...columns],
    ACTIONS.map((action) => [`\`${action}\``, ...columns.map((column) => cell(column, action))]),
  );

const BASES = {
  ecole: 'ecole_2026',
  'classe- (own)': 'classe-aaaaaaaaaaaaa_2026',
  'classe- (others)': 'classe-zzzzzzzzzzzzz_2026',
  'suivi- (own)': 'suivi-aaaaaaaaaaaaa_2026',
  direction: 'direction',
  courrier: 'courrier',
  parc: 'parc',
  traces: 'traces',
  'perso- (own)': 'perso-aaaaaaaaaaaaa',
  'perso- (others)': 'perso-zzzzzzzzzzzzz',
} as const;

function bases(): string {
  const read = (role: StaffRole): readonly string[] =>
    entitledAudiences(
      {
        _id: 'staff_aaaaaaaaaaaaa',
        roles: [],
        classIds: [],
        delegated: [{ role, classIds: SCOPE_OF[role] === 'classes' ? ['class_aaaaaaaaaaaaa'] : [] }],
      },
      Object.values(BASES),
      2026,
    );
  return table(
    ['role', ...Object.keys(BASES)],
    STAFF_ROLES.map((role) => [
      `\`${role}\``,
      ...Object.values(BASES).map((name) => (read(role).includes(name) ? 'yes' : '·')),
    ]),
  );
}

const codes = (roles: readonly string[]): string => roles.map((role) => `\`${role}\``).join(', ');

/** `docs/rights.md`, from the rules themselves. */
export const rightsPage = (): string => `# Rights

_Written by \`node build/rights-page.mjs\` from \`src/domain/rights\`; \`test/integration/rights/page.test.ts\` says when it is due._

One implementation, \`authorize(actor, action, resource)\`, is asked by every service, the LAN door, the exchange
(\`src/exchange/author-rules.ts\`) and the commune's databases (\`sync-server/rules\`, which run a table made of it). Rights are the sum of
the roles held at that moment (SDET L1791); what stands in no row is refused. \`src/domain/rights/matrix.expected.ts\` says every cell a second
time, written by hand from the texts; a test compares them.

\`all\`: whoever's it is. Other words: what of one's own, a class, a group, a lesson, oneself, a device; \`school\` is what is nobody's in
particular (a lesson without a class). A dot is nothing.

## Staff, a role at a time

${matrix(STAFF_ROLES)}

## Who is no member of staff

\`poste\` is the computer itself; a guardian is at the portal, never at a poste.

${matrix(OTHERS)}

## Where each row comes from

${table(
  ['right', 'source'],
  ACTIONS.map((action) => [`\`${action}\``, EXPECTED[action].from]),
)}

## What a poste of that person holds

A database is an audience: whoever may read one document may read them all. With one class of their own:

${bases()}

A head's poste holds \`traces\` because it hands its key to administrators; no screen of a head opens it.

## Delegations

A role given on top, from an instant until another (\`delegation\`, \`delegationEnded\`, \`delegationSettled\`, \`convention\`, \`conventionEnded\` in
\`ecole\`: facts, never rewritten).

- **Who gives**: a head, any role but a head's; a teacher, for their own classes of the year, ${codes(TEACHER_MAY_GIVE)}, for ${TEACHER_MAX_DAYS} days at the most, to
  somebody of the school. What was lent is not lent on. Nobody gives to themselves.
- **Always with an end**: ${codes(ALWAYS_DATED)}.
- **After-school leaders** (\`facilitator\`) have nothing but while a signed convention is recorded.
- **Who ends**: a head, or who gave it; at once. \`end\` is the first instant on which nothing is held any more.
- **Time** is \`rightsNow()\` (\`src/main/session/rights-clock.ts\`): the latest of this computer's clock, the school's day and the highest
  instant seen; a head alone puts a wrong clock right, and what has ended stays ended.
- **Keys** go ${KEYS_AHEAD_MS / 86_400_000} days ahead of a beginning, so that a Monday morning needs no line; the services still refuse until then.
- **The end, four times**: the session (a window is told why, and keeps what was being typed in its memory); the wraps of this poste; whoever serves
  (\`GrantBook.served\`: a grant whose \`until\` has passed is handed nothing); a head's poste at its next look, which puts out or narrows the person's
  postes, exchanges the keys and writes \`delegationSettled\`. What was written before the end and comes late is still taken.

## Weak points

- The clock file of a poste can be taken away by who owns the computer; what was ended and settled by a head's poste is ended all the same.
- On a computer without a keychain, somebody who may not read \`ecole\` (technician, after-school leader) signs in only after a member of the
  school has.
- A role of the year's \`ecole\` ends with that base: lasting roles given here are given anew after the summer.
- A modified client of somebody who holds a class's base may write what no rule names (docs/security.md).
`;
