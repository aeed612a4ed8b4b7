/** Disassembler: a module as VASM text, in the one form that everybody reads. Browser-safe. */
import { defaultLabel } from './assemble.ts';
import { BARE_NAME, quote } from './lex.ts';
import { CAPABILITY, slotsOf, type Constant, type Func, type Instruction, type Module, type Slot } from './module.ts';
import type { Type } from './type.ts';

/**
 * The canonical text of a module: `assemble` makes the same module of it, debug section included, when its names are each
 * given once and mean something. Any other module is written too, with numbers (`LOAD #7`) where a name is missing.
 */
export function disassemble(module: Module): string {
  const out = [
    `module ${quote(module.name)} ${/^\d+\.\d+\.\d+$/.test(module.version) ? module.version : quote(module.version)}`,
  ];
  if (module.capabilities.length > 0)
    out.push(`cap ${module.capabilities.map((one) => (CAPABILITY.test(one) ? one : quote(one))).join(' ')}`);
  const budget = (['fuel', 'memory', 'time'] as const).flatMap((key) =>
    module.budget[key] === undefined ? [] : [`${key}=${module.budget[key]}`],
  );
  if (budget.length > 0) out.push(`budget ${budget.join(' ')}`);
  if (module.debug?.source !== undefined) out.push(`source ${quote(module.debug.source)}`);
  if (module.records.length > 0) out.push('');
  for (const { name, fields } of module.records)
    out.push(`model ${nameText(name)} {${fields.length === 0 ? '' : ` ${fields.map(slotText).join(', ')} `}}`);
  module.functions.forEach((func, at) => {
    out.push('');
    writeFunction(func, at, module, out);
  });
  return `${out.join('\n')}\n`;
}

function writeFunction(func: Func, index: number, { functions, debug }: Module, out: string[]): void {
  const { code } = func;
  const labels = labelsOf(code, debug?.labels?.[index] ?? {});
  const ranges = new Map(debug?.ranges?.[index]?.map((range) => [range.at, range]));
  out.push(
    `${func.exported ? 'export ' : ''}func ${nameText(func.name)}(${func.params.map(slotText).join(', ')}) -> ${typeText(func.result)}:`,
  );
  for (const local of func.locals) out.push(`  local ${slotText(local)}`);
  const slots = slotsOf(func).map(({ name }) => name);
  const operand = (instruction: Instruction): string => {
    switch (instruction.op) {
      case 'CONST':
        return ` ${constantText(instruction.value)}`;
      case 'LOAD':
      case 'STORE':
        return ` ${named(slots[instruction.local], instruction.local)}`;
      case 'JMP':
      case 'JMP_IF':
        return ` ${named(labels.get(instruction.to), instruction.to)}`;
      case 'CALL':
      case 'TRY':
        return ` ${named(functions[instruction.func]?.name, instruction.func)}`;
      case 'HOST':
        return ` ${hostText(instruction.name)}`;
      case 'NEW':
        return ` ${typeText(instruction.type)}`;
      case 'GET':
      case 'SET':
        return instruction.field === undefined ? '' : ` ${nameText(instruction.field)}`;
      default:
        return '';
    }
  };
  for (let at = 0; at <= code.length; at++) {
    const label = labels.get(at);
    if (label !== undefined) out.push(`${nameText(label)}:`);
    const instruction = code[at];
    if (instruction === undefined) continue;
    const range = ranges.get(at);
    out.push(
      `  ${instruction.op}${operand(instruction)}${range === undefined ? '' : `  @${range.start}:${range.end}`}`,
    );
  }
  out.push('endfunc');
}

/**
 * The label before each instruction that has one: what the debug section calls it, or what nobody has to call it. Where
 * that name means another instruction there is none, and jumps are written by number.
 */
function labelsOf(code: readonly Instruction[], given: Readonly<Record<number, string>>): Map<number, string> {
  const labels = new Map(Object.entries(given).map(([at, label]) => [Number(at), label]));
  const taken = new Set(labels.values());
  for (const instruction of code) {
    if (instruction.op !== 'JMP' && instruction.op !== 'JMP_IF') continue;
    const { to } = instruction;
    if (to <= code.length && !labels.has(to) && !taken.has(defaultLabel(to))) labels.set(to, defaultLabel(to));
  }
  return labels;
}

const nameText = (name: string): string => (BARE_NAME.test(name) ? name : quote(name));
/** `json.to:User` without quotes, when the parts need none. */
const hostText = (name: string): string =>
  /^[A-Za-z_$][\w.$]*(?::[A-Za-z_$][\w.$]*)?$/.test(name) ? name : quote(name);
const named = (name: string | undefined, at: number): string => (name === undefined ? `#${at}` : nameText(name));
const slotText = ({ name, type }: Slot): string => `${nameText(name)} ${typeText(type)}`;

/** Names of types of the language, which a model of the same name is told apart from by its quotes. */
const BUILT_IN = new Set(['Int', 'Float', 'Bool', 'String', 'Bytes', 'JSON', 'None', 'List', 'Map']);

/** As `typeName`, but with quotes around names that need them. */
function typeText(type: Type): string {
  switch (type.kind) {
    case 'List':
      return `List<${typeText(type.of)}>`;
    case 'Map':
      return `Map<${typeText(type.key)}, ${typeText(type.value)}>`;
    case 'Option':
      return `${typeText(type.of)}?`;
    case 'Record':
      return BUILT_IN.has(type.name) ? quote(type.name) : nameText(type.name);
    default:
      return type.kind;
  }
}

function constantText(value: Constant): string {
  switch (value.kind) {
    case 'Int':
      return value.value.toString();
    case 'Float':
      return floatText(value.value);
    case 'Bool':
      return String(value.value);
    case 'String':
      return quote(value.value);
    case 'None':
      return 'none';
    case 'Empty':
      return `none ${typeText(value.type)}`;
  }
}

/** The shortest text that reads back as the same number, and is seen to be no Int. */
function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
