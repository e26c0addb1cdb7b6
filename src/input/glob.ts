/**
 * A test of whole paths: below `folder` (as it is written) comes what `pattern` says. `*` and `?` stay within a folder, `**`
 * does not; `{a,b}` and `[abc]` as in a shell. Null where the pattern is no pattern (`[z-a]`, `{a`).
 */
export function globExpression(folder: string, pattern: string): RegExp | null {
  try {
    return new RegExp(`^${folder.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}${patternText(pattern)}$`, 'u');
  } catch {
    return null;
  }
}

function patternText(pattern: string): string {
  let braces = 0;
  const close = (): string => {
    braces -= 1;
    return ')';
  };
  return pattern.replace(/\*\*\/|\*\*|\*|\?|\[[^\]]+\]|[{},]|[.+^$()|\\[\]]/g, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token === '{') return ++braces > 0 ? '(?:' : '';
    if (token === '}') return braces === 0 ? '\\}' : close();
    if (token === ',') return braces > 0 ? '|' : ',';
    return token.length > 1 ? token.replace('[!', '[^') : `\\${token}`;
  });
}
