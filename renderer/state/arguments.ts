/** What is typed for the parameters of a function, read as the node reads it: text of each type. Pure. */
import type { ParameterFacts } from '../language/program.ts';

/** By parameter name, as typed; what is not there was left alone. */
export type Typed = Readonly<Record<string, string>>;

/** The value to send for a parameter, or why there is none. */
export function readArgument(
  param: ParameterFacts,
  typed: string | undefined,
): { value: unknown; error?: undefined } | { value?: undefined; error: string } {
  const text = typed ?? (param.kind === 'String' && param.cases === undefined && !param.optional ? '' : undefined);
  if (text === undefined || (text === '' && (param.optional || param.kind !== 'String'))) {
    if (param.optional) return { value: null };
    if (param.kind === 'Bool') return { value: false };
    return { error: param.cases === undefined ? 'It needs a value.' : 'Choose one.' };
  }
  switch (param.kind) {
    case 'Int':
      return /^-?\d{1,19}$/.test(text.trim()) ? { value: text.trim() } : { error: `${text} is no whole number.` };
    case 'Float':
      return text.trim() !== '' && !Number.isNaN(Number(text))
        ? { value: text.trim() }
        : { error: `${text} is no number.` };
    case 'Bool':
      return { value: text === 'true' };
    case 'String':
      return { value: text };
    default:
      return readJson(param, text);
  }
}

function readJson(param: ParameterFacts, text: string): ReturnType<typeof readArgument> {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^JSON\.parse: /, '') : String(error);
    return { error: `${param.type} is written as JSON: ${why}` };
  }
}

/** All arguments in order, or the first parameter that has none. */
export function readArguments(
  params: readonly ParameterFacts[],
  typed: Typed,
): { args: unknown[]; wrong?: undefined } | { args?: undefined; wrong: string } {
  const args: unknown[] = [];
  for (const param of params) {
    const { value, error } = readArgument(param, typed[param.name]);
    if (error !== undefined) return { wrong: `${param.name}: ${error}` };
    args.push(value);
  }
  return { args };
}
