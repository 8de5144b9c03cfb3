/** A line as a tablet's shell reads it: words, and what stands between commands. Nothing of it reaches this computer's own shell. */
export type Token = { readonly word: string } | { readonly operator: ';' | '|' | '&' };

/** Blanks, single and double quotes, a backslash, `;`, `|`, `&`. What a quote does not hold acts, as it would on a tablet. */
export function tokens(line: string): Token[] {
  const found: Token[] = [];
  let word: string | undefined;
  let quote = '';
  const end = (): void => {
    if (word !== undefined && !word.startsWith('</')) found.push({ word });
    word = undefined;
  };
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (quote === "'" || quote === '"') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === "'" || char === '"') {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      at += 1;
      word = (word ?? '') + line.charAt(at);
    } else if (char === ' ' || char === '\t') end();
    else if (char === ';' || char === '|' || char === '&' || char === '\n') {
      end();
      found.push({ operator: char === '\n' ? ';' : char });
    } else word = (word ?? '') + char;
  }
  end();
  return found;
}

/** Commands of a line, each a chain of programs that read from one another. */
export function commands(line: string): string[][][] {
  const all: string[][][] = [[[]]];
  for (const token of tokens(line)) {
    const chain = all.at(-1) ?? [];
    if ('word' in token) chain.at(-1)?.push(token.word);
    else if (token.operator === '|') chain.push([]);
    else all.push([[]]);
  }
  return all.filter((chain) => chain.some((words) => words.length > 0));
}
