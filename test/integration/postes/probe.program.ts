import { GrantBook } from '../../../src/exchange';
import { probe } from '../../../src/main/postes/peer-probe';

/** Looks at each address given, one after the other, and prints how the connection ended. */
const book = new GrantBook('school_aaaaaaaaaaaaa', []);
for (const text of process.argv.slice(2)) {
  const [host = '', port = ''] = text.split(':');
  const seen = await probe({ host, port: Number(port) }, book, 1500);
  process.stdout.write(`${seen.connection}${'answer' in seen ? ` ${seen.answer}` : ''}\n`);
}
