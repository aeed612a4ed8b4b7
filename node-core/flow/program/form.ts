/** Which of the two forms of FLOW a text has. Small, since every open document is asked. Browser-safe. */
const SPACE = /(?:\s|#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
const DOC_STRING = /"""[^]*?"""/y;
const ANNOTATION = /@\s*[A-Za-z_][\w.]*/y;
/** Something between brackets: a text, a bracket, or anything else. */
const PIECE = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[()]|[^()"']+/y;
const ITEM = /(?:model|enum|func|service|test)\b/y;
/** A declaration, for the eye of a person: at the beginning of its line, with what opens it. */
const DECLARES =
  /^[ \t]*(?:(?:model|enum|service)[ \t]+[A-Za-z_]\w*[ \t]*\{|func[ \t]+[A-Za-z_]\w*[ \t]*\(|test[ \t]+")/m;
const PLAN_WORDS = /^[ \t]*(?:FLOW|STEP|INPUTS|OUTPUT|DESCRIPTION)\b/im;

/**
 * Is the text a program, and not a plan? By the word that it begins with, after doc string, comments and annotations; when that
 * word is neither form's (it is being written), by whether declarations follow and nothing of a plan does.
 */
export function isProgram(source: string): boolean {
  const after = (pattern: RegExp, from: number): number => {
    pattern.lastIndex = from;
    return pattern.test(source) ? pattern.lastIndex : from;
  };
  let at = after(SPACE, after(DOC_STRING, after(SPACE, 0)));
  const start = at;
  for (let next = after(ANNOTATION, at); next > at; next = after(ANNOTATION, at))
    at = after(SPACE, pastBrackets(source, after(SPACE, next)));
  const word = after(ITEM, at);
  const next = source[after(SPACE, word)];
  if (word > at && (next === undefined || /[A-Za-z_"']/.test(next))) return true;
  const rest = source.slice(start);
  return !PLAN_WORDS.test(rest) && DECLARES.test(rest);
}

/** Past the `( … )` that begins here, if one does and ends. */
function pastBrackets(source: string, start: number): number {
  if (source[start] !== '(') return start;
  let open = 0;
  for (PIECE.lastIndex = start; PIECE.test(source);) {
    const last = source[PIECE.lastIndex - 1];
    const whole = PIECE.lastIndex;
    if (last === '(') open++;
    else if (last === ')' && --open === 0) return whole;
  }
  return start;
}
