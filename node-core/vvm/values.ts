/** Values from outside and back: JSON, or for arguments the text that somebody typed, checked against the type. */
import { Problem } from '../errors/problem.ts';
import type { Module } from '../vasm/module.ts';
import { type Type, typeName } from '../vasm/type.ts';
import type { Value } from './engine.ts';
import { fromOutside, jsonOf, Measure, Unfit } from './json.ts';

/**
 * The arguments of a call. Each is JSON of the type, or text: a String is the text itself, an Int, Float or Bool is written
 * in it, `none` is the empty Option, and a List, Map or Record is JSON in it. A Map is an object, or a list of pairs.
 *
 * @throws Problem `vvm-arguments`
 */
export function parseArguments(module: Module, func: string, given: readonly unknown[]): Value[] {
  const { params } = module.functions.find((one) => one.name === func)!;
  const signature = `${func}(${params.map((param) => `${param.name} ${typeName(param.type)}`).join(', ')})`;
  if (given.length !== params.length) {
    const wanted =
      params.length === 0 ? 'no argument' : params.length === 1 ? 'one argument' : `${params.length} arguments`;
    throw new Problem('vvm-arguments', `${func} takes ${wanted}, and ${given.length} came.`, {
      hint: `It is ${signature}.`,
    });
  }
  return params.map((param, at) => {
    try {
      return fromOutside(module.records, param.type, given[at], true);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      throw new Problem('vvm-arguments', `The argument ${param.name} of ${func}: ${error.message}.`, {
        hint: `It is ${signature}.`,
        more: { parameter: param.name },
      });
    }
  });
}

/**
 * A value as JSON, as `json.of` gives it, except that a Float of -0 is text.
 *
 * @param most parts and units of text that it may have; as `MOST` of json.ts when absent
 * @throws Problem `vvm-result-too-large`, also for one that holds itself
 */
export function toOutside(module: Module, type: Type, value: Value, most?: { parts: number; text: number }): unknown {
  const measure = new Measure(
    (what) =>
      new Problem(
        'vvm-result-too-large',
        `The result is ${what === 'large' ? 'too large to be handed out' : 'nested too deep to be handed out, or holds itself'}.`,
        { status: 422, hint: 'Give back less: a part of it, or what was computed from it.' },
      ),
    most,
  );
  return jsonOf(module.records, type, value, measure, true);
}
