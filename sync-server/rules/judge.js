/* eslint-disable @typescript-eslint/no-unused-vars -- nobody here calls it: it is sent as text (rule.ts) */
/**
 * What the commune's databases ask of a document of an open audience. One text, run by CouchDB (`validate_doc_update`
 * of `_design/preau`: SpiderMonkey or QuickJS) and by the embedded store: ECMAScript 5, nothing from outside, answers
 * by throwing `{ forbidden }` or `{ unauthorized }`. `tables` come from src/exchange/author-rules.ts (rule.ts).
 */
function judge(tables, newDoc, oldDoc, userCtx) {
  var roles = userCtx.roles || [];
  function has(role) {
    return roles.indexOf(role) >= 0;
  }
  function refuse(code) {
    throw { forbidden: code };
  }
  // Restoring a backup and moving to another server are the administrator's, with whatever the backup holds.
  if (has('_admin')) return;
  if (!userCtx.name) throw { unauthorized: 'NOBODY' };

  var deleted = newDoc._deleted === true;
  var prefix = String(newDoc._id).split('_')[0];
  var isNamed = /^[a-z]{1,20}_[a-z2-7]{13}$/.test(newDoc._id);
  if (!isNamed || typeof newDoc.type !== 'string' || !newDoc.type || newDoc.type.length > 60) refuse('SHAPE');
  if (typeof newDoc.v !== 'number' || newDoc.v < 1 || newDoc.v % 1 !== 0) refuse('SHAPE');
  if (newDoc._attachments) refuse('SHAPE');
  if (JSON.stringify(newDoc).length > tables.maxLength) refuse('SIZE');

  if (userCtx.db === 'commune_catalogue') {
    if (!has('preau:commune')) refuse('AUTHOR');
    return;
  }
  var audience = /^preau_([0-9]{7}[a-z])_((ecole|classe|parc|traces)(?:-([a-z2-7]{13}))?(?:_[0-9]{4})?)$/;
  var place = audience.exec(userCtx.db);
  if (!place) refuse('PLACE');
  var school = 'preau:' + place[1] + ':';
  var kind = place[3];
  if (!has(school + 'in:' + place[2])) refuse('AUTHOR');

  // What the law wants gone, and what a head's signature stands for, whoever wrote it first.
  if (has(school + 'retention')) {
    if (!deleted) refuse('AUTHOR');
    return;
  }
  if (has(school + 'consolidation') && prefix !== 'grant') return;

  var generation = newDoc._revisions ? newDoc._revisions.start : 1;
  // CouchDB shows a revision that it holds already as its own predecessor: the same again is harmless.
  var first = !deleted && generation === 1 && (!oldDoc || oldDoc._rev === newDoc._rev);
  if (prefix === 'grant' && (kind !== 'parc' || newDoc.type !== 'grant' || !first)) refuse('APPEND_ONLY');
  var lasting =
    kind === 'traces' ||
    tables.appendOnly.indexOf(newDoc.type) >= 0 ||
    (oldDoc && tables.appendOnly.indexOf(oldDoc.type) >= 0);
  if (lasting && !first) refuse('APPEND_ONLY');
  if (prefix === 'grant') return;

  function some(who, after) {
    return who.some(function (role) {
      return has(school + role + after);
    });
  }
  function mayDo(row) {
    if (kind !== 'classe') return some(row.school, '');
    return some(row.anyClass, '') || some(row.ownClass, ':' + place[4]);
  }
  function demand(table, name) {
    var named = Object.prototype.hasOwnProperty.call(table, name);
    if (named && !mayDo(tables.actions[table[name]])) refuse('AUTHOR');
  }
  // What speaks for one poste or one person is written by that one, or by a head (author-rules.ts).
  var isBox = prefix === 'poste' || newDoc.type === 'posteBox';
  var isOfPoste = tables.ofPoste.indexOf(newDoc.type) >= 0;
  var isOfPerson = tables.ofPerson.indexOf(newDoc.type) >= 0;
  var isAccount = prefix === 'account' || newDoc.type === 'account';
  if ((isBox || isOfPoste || isOfPerson || isAccount) && !mayDo(tables.actions['school.manage'])) {
    if (isAccount && (prefix !== 'account' || !has(school + 'person:staff_' + newDoc._id.slice(8))))
      refuse('AUTHOR');
    if (isBox && newDoc._id !== userCtx.name) refuse('AUTHOR');
    if (isOfPoste && newDoc.poste !== userCtx.name) refuse('AUTHOR');
    if (isOfPerson && !has(school + 'person:' + newDoc.person)) refuse('AUTHOR');
  }
  // A right given or ended by who is no head: in their own name, and of their own class (author-rules.ts).
  function isOwnClass(id) {
    return typeof id === 'string' && id.indexOf('class_') === 0 && has(school + 'own:' + id.slice(6));
  }
  var instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
  function isWithin(most) {
    if (!instant.test(newDoc.from) || !instant.test(newDoc.until)) return false;
    return Date.parse(newDoc.until) - Date.parse(newDoc.from) <= most;
  }
  function mayGive() {
    if (!/^staff_[a-z2-7]{13}$/.test(newDoc.person) || has(school + 'person:' + newDoc.person)) return false;
    if (!isWithin(tables.teacherMaxMs)) return false;
    var classes = newDoc.classIds;
    var groups = newDoc.groupIds;
    if (!Array.isArray(classes) || !Array.isArray(groups)) return false;
    if (groups.length > 0 || classes.length === 0 || !classes.every(isOwnClass)) return false;
    return tables.teacherMayGive.indexOf(newDoc.role) >= 0;
  }
  var isRight = newDoc.type === 'delegation' || newDoc.type === 'delegationEnded';
  if (isRight && !mayDo(tables.actions['school.manage'])) {
    if (!has(school + 'person:' + newDoc.by)) refuse('AUTHOR');
    if (newDoc.type === 'delegationEnded' ? newDoc.asHead !== false : !mayGive()) refuse('AUTHOR');
  }
  // Children hosted elsewhere, and groups, by who is no head (src/exchange/dispatch-rules.ts).
  function isHeld(rows, id) {
    if (typeof id !== 'string' || !/^class_[a-z2-7]{13}$/.test(id)) return false;
    return some(rows.anyClass, '') || some(rows.ownClass, ':' + id.slice(6));
  }
  function maySend() {
    if (!has(school + 'person:' + newDoc.by)) return false;
    if (newDoc.type === 'guestRoll') return isHeld(tables.actions['roll.write'], newDoc.host);
    if (newDoc.type === 'dispatch' && !isWithin(newDoc.as === 'class' ? Infinity : tables.colleagueMaxMs))
      return false;
    if (newDoc.as === 'colleague') return /^class_[a-z2-7]{13}$/.test(newDoc.classId);
    return newDoc.as === 'class' && isHeld({ anyClass: [], ownClass: tables.teaching }, newDoc.classId);
  }
  function mayGroup() {
    if (!has(school + 'person:' + newDoc.owner) || !Array.isArray(newDoc.classIds)) return false;
    return newDoc.classIds.every(function (id) {
      return isHeld(tables.actions['group.manage'], id);
    });
  }
  var isSent = ['dispatch', 'dispatchEnded', 'guestRoll'].indexOf(newDoc.type) >= 0;
  if ((isSent || newDoc.type === 'group') && !mayDo(tables.actions['school.manage'])) {
    if (isSent ? !maySend() : !mayGroup()) refuse('AUTHOR');
  }
  demand(tables.byPrefix, prefix);
  demand(tables.byType, newDoc.type);
}
