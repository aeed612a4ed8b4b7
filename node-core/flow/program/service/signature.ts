/** The call of a program whose arguments are being written. Browser-safe. */
import type { SignatureHelp } from '../../service/signature.ts';
import { GLOBALS, methodsOf } from '../platform.ts';
import { showType } from '../types.ts';
import { describeTarget, platformSignature } from './hover.ts';
import { callAt, withMarker } from './marker.ts';
import { type Target, usesOf } from './uses.ts';

/** The innermost call around `offset`; undefined when there is none, or what is called is not known. */
export function programSignatureHelp(source: string, offset: number): SignatureHelp | undefined {
  const text = withMarker(source, { start: offset, end: offset });
  const uses = usesOf(text);
  const call = callAt(uses.checked.program, offset);
  if (call === undefined) return undefined;
  const { callee } = call;
  const named = callee.kind === 'name' ? callee.range : callee.kind === 'member' ? callee.property.range : undefined;
  const target = named && uses.uses.find(({ range }) => range.start === named.start && range.end === named.end)?.target;
  const commas = call.args.filter((arg) => arg.range.end < offset).length;
  const active = (count: number): number => Math.max(0, Math.min(commas, count - 1));
  const type = uses.checked.types.get(callee);
  const given = signatureFor(target) ?? (type?.kind === 'Function' ? type : undefined);
  const func = target?.kind === 'function' ? uses.checked.functions.get(target.name) : undefined;
  const params = func?.type.params ?? given?.params;
  if (params === undefined) return undefined;
  const names = func?.item.params.map((param) => param.name.name);
  const parameters = params.map((param, i) => ({
    label: names?.[i] ? `${names[i]}: ${showType(param)}` : showType(param),
  }));
  const result = func?.type.result ?? given!.result;
  const name = named ? text.slice(named.start, named.end) : '';
  return {
    label: `${name}(${parameters.map(({ label }) => label).join(', ')})${result.kind === 'None' ? '' : ` -> ${showType(result)}`}`,
    documentation: target && target.kind !== 'local' ? (describeTarget(uses, target).documentation ?? '') : '',
    parameters,
    active: active(params.length),
  };
}

function signatureFor(target: Target | undefined) {
  switch (target?.kind) {
    case 'platform':
      return platformSignature(target.area, target.name);
    case 'global':
      return GLOBALS[target.name];
    case 'method':
      return Object.hasOwn(methodsOf(target.on), target.name) ? methodsOf(target.on)[target.name] : undefined;
    default:
      return undefined;
  }
}
