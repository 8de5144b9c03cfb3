import { steps } from './plain-steps';

/** Pages of the plain door: no name, no class, no lesson. They work without JavaScript in a browser of 2012. */
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

const STYLE = `body{margin:0;font:18px/1.5 "Atkinson Hyperlegible",Verdana,sans-serif;color:#1f2a2c;background:#f6f3ec}
main{max-width:760px;margin:0 auto;padding:24px}h1{font-size:30px;line-height:1.2}h2{margin:32px 0 8px;font-size:22px}
a.big{display:block;margin:16px 0;padding:22px;border-radius:14px;background:#24564a;color:#fff;font-size:22px;text-decoration:none;text-align:center}
a.second{background:#fff;color:#24564a;border:2px solid #24564a}ol{padding:0;list-style:none}li{display:table;width:100%;margin:14px 0;padding:12px;background:#fff;border-radius:12px;box-sizing:border-box}
li svg{width:132px;height:96px;display:table-cell;vertical-align:middle}li p{display:table-cell;vertical-align:middle;padding-left:16px}
.warn{padding:16px;border-radius:12px;background:#fff1d6;border:2px solid #a86a00}code{font-size:20px}`;

function page(title: string, body: string, now: number, more = ''): string {
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title><style>${STYLE}</style></head><body data-now="${now}"><main><h1>${escape(title)}</h1><p id="clock" class="warn" hidden>L’heure de cet appareil n’est pas la bonne (il croit être le <b id="date"></b>). Demandez à un adulte de régler la date, puis rechargez cette page : sans cela, la tablette refusera d’entrer en classe.</p>${body}</main><script src="/horloge.js"></script>${more}</body></html>`;
}

export const welcomePage = (now: number): string =>
  page(
    'Bienvenue en classe',
    `<a class="big" href="/visiteur">J’entre avec le code du tableau</a>
<a class="big second" href="/installer">Je suis un adulte : préparer cet appareil</a>
<p><a href="/verifier">Ça ne marche pas ? Vérifier cet appareil</a></p>
<p>Un appareil préparé entre tout seul les fois suivantes, et les élèves y retrouvent leur travail.</p>`,
    now,
  );

export function installPage(secureUrl: string, now: number): string {
  const systems = steps(secureUrl)
    .map(
      ({ id, title, items }) =>
        `<h2 id="${id}">${escape(title)}</h2><ol>${items
          .map(({ drawing, text }) => `<li>${drawing}<p>${text}</p></li>`)
          .join('')}</ol>`,
    )
    .join('');
  return page(
    'Préparer cet appareil',
    `<p>Une seule fois par appareil, par un adulte. Il s’agit de lui faire reconnaître cette école ; cela ne lui ouvre aucun autre site.</p>
<p><a href="#android">Tablette Android</a> · <a href="#ipad">iPad</a> · <a href="#windows">Windows</a> · <a href="#chromebook">Chromebook</a> · <a href="#linux">Linux</a></p>${systems}`,
    now,
  );
}

export const oldBrowserPage = (now: number): string =>
  page(
    'Ce navigateur est trop ancien',
    `<p>Cet appareil ne peut pas entrer en classe avec ce navigateur. Il faut au moins Chrome 109, Firefox 115 ou Safari 15.</p>
<p>Prenez un autre appareil pour aujourd’hui, et demandez que celui-ci soit mis à jour.</p>`,
    now,
  );

/** Dates a day apart or more stop a certificate from being accepted: told before the child meets a warning. */
export const CLOCK_SCRIPT = `(function(){var n=Number(document.body.getAttribute('data-now'));if(Math.abs(new Date().getTime()-n)>86400000){document.getElementById('date').appendChild(document.createTextNode(new Date().toLocaleDateString()));document.getElementById('clock').removeAttribute('hidden')}})()`;

/** What a device finds of its own way to the classroom, in words, and one gesture for each. */
export const checkPage = (now: number): string =>
  page(
    'Vérifier cet appareil',
    `<noscript><p class="warn">Ce navigateur n’exécute pas les programmes des pages : il est trop ancien, ou réglé ainsi. Prenez un autre appareil.</p></noscript>
<ul><li><p>Cet appareil trouve l’ordinateur de la classe : <b>oui</b></p></li>
<li><p>Sa date est bonne : <b id="c-date">…</b></p></li><li><p>Il reconnaît l’école : <b id="c-trust">…</b></p></li>
<li><p>La classe répond : <b id="c-time">…</b></p></li></ul><p id="c-do" class="warn" hidden></p>`,
    now,
    '<script src="/verifier.js"></script>',
  );

/** The same, asked by the page: does the secure door's certificate please this browser, and how fast is the way? ES5. */
export const checkScript = (secureUrl: string): string => `(function(){
var off=new Date().getTime()-Number(document.body.getAttribute('data-now')),wrong=Math.abs(off)>86400000,trust=null,times=[];
function say(id,text){document.getElementById(id).appendChild(document.createTextNode(text));}
function clear(id){var e=document.getElementById(id);while(e.firstChild)e.removeChild(e.firstChild);}
function put(id,text){clear(id);say(id,text);}
function gesture(text){put('c-do',text);document.getElementById('c-do').removeAttribute('hidden');}
put('c-date',wrong?'non':'oui');
function end(){var middle=times.sort(function(a,b){return a-b;})[Math.floor(times.length/2)]||0;
put('c-trust',trust?'oui':'non');put('c-time',middle>400?'lentement':'oui');
if(wrong)gesture('Réglez la date de cet appareil, puis rechargez cette page.');
else if(!trust)gesture('Faites-lui reconnaître l’école : retour, puis « Je suis un adulte ».');
else if(middle>400)gesture('Rapprochez-vous de la borne, ou éteignez ce qui télécharge.');
else gesture('Tout va bien : ouvrez la page de la classe.');
new Image().src='/verifier.gif?off='+Math.round(off)+'&trust='+(trust?1:0);}
function pace(left){if(left===0)return end();var from=new Date().getTime(),r=new XMLHttpRequest();r.open('GET','/horloge.js?'+from+left);
r.onreadystatechange=function(){if(r.readyState!==4)return;times.push(new Date().getTime()-from);pace(left-1);};r.send();}
var probe=new Image(),told=false;function known(yes){if(told)return;told=true;trust=yes;pace(5);}
probe.onload=function(){known(true);};probe.onerror=function(){known(false);};setTimeout(function(){known(false);},8000);
probe.src='${secureUrl}/essai.gif?'+new Date().getTime();})()`;

/** One transparent point: that it arrives is all it says. */
export const POINT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Nothing but this page's own style and clock. */
export const PLAIN_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/** The check also knocks at the secure door. */
export const checkPolicy = (secureUrl: string): string =>
  `${PLAIN_POLICY}; img-src 'self' ${secureUrl}; connect-src 'self'`;
