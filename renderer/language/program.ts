/** A program as the workbench shows it: its functions with what they take, and the VASM that it compiles to, line by line. Pure. */
import { compileProgram } from '../../node-core/flow/program/compile.ts';
import { isProgram } from '../../node-core/flow/program/parse.ts';
import type { Item } from '../../node-core/flow/program/tree.ts';
import type { ProgramType } from '../../node-core/flow/program/types.ts';
import type { SourceRange } from '../../node-core/flow/syntax/ast.ts';
import { encode } from '../../node-core/vasm/binary/encode.ts';
import { moduleId, withoutDebug } from '../../node-core/vasm/binary/id.ts';
import { disassemble } from '../../node-core/vasm/disassemble.ts';
import type { Budget, Module } from '../../node-core/vasm/module.ts';
import { type Type, typeName } from '../../node-core/vasm/type.ts';

export interface ParameterFacts {
  name: string;
  /** As it is written in the program. */
  type: string;
  /** What decides how it is typed in. */
  kind: Type['kind'];
  /** It may be left out. */
  optional: boolean;
  /** The cases of an enum. */
  cases?: string[];
  /** A value of the type, as JSON, to begin with. */
  example: string;
}

export interface FunctionFacts {
  name: string;
  params: ParameterFacts[];
  result: string;
  /** Its name in the text. */
  range: SourceRange;
  /** The whole of it. */
  body: SourceRange;
}

/** One line of the disassembly. */
export interface VasmLine {
  text: string;
  /** Of an instruction: the function's name and its index there. */
  func?: string;
  at?: number;
  /** Where in the program it came from. */
  range?: SourceRange;
}

export interface VasmFacts {
  lines: VasmLine[];
  id: string;
  /** Of the binary form without its debug section. */
  bytes: number;
  instructions: number;
  functions: number;
  capabilities: readonly string[];
  budget: Budget;
}

export interface ServiceFacts {
  name: string;
  /** How many it has. */
  routes: number;
}

export interface TestFacts {
  title: string;
  /** Its title in the text, with the quotes. */
  range: SourceRange;
  /** The whole of it. */
  body: SourceRange;
}

/** What there is to know about a text; `undefined` when it is no program. */
export interface ProgramFacts {
  /** What keeps it from being compiled; without them it is in order. */
  mistakes: { message: string; range: SourceRange }[];
  /** Only of a text that compiles. */
  compiled?: {
    functions: FunctionFacts[];
    vasm: VasmFacts;
    services: ServiceFacts[];
    tests: TestFacts[];
    /** Capabilities that its tests use, beside the tables of its own, which each run of them has empty. */
    testsUse: string[];
  };
}

export function programFacts(text: string): ProgramFacts | undefined {
  if (!isProgram(text)) return undefined;
  const { checked, diagnostics, module, services } = compileProgram(text, 'program');
  const mistakes = diagnostics
    .filter(({ severity }) => severity === 'error')
    .map(({ message, range }) => ({ message, range }));
  if (module === undefined) return { mistakes };
  const functions = [...checked.functions.values()].flatMap(({ item, type }): FunctionFacts[] => {
    const func = module.functions.find((one) => one.name === item.name.name);
    if (func?.exported !== true) return [];
    return [
      {
        name: func.name,
        params: item.params.map((param, at) => {
          const slot = func.params[at]!.type;
          const declared = type.params[at]!;
          const cases = casesOf(declared, checked.enums);
          return {
            name: param.name.name,
            type: declared.kind === 'Enum' ? declared.name : typeName(slot),
            kind: slot.kind === 'Option' ? slot.of.kind : slot.kind,
            optional: slot.kind === 'Option',
            ...(cases === undefined ? {} : { cases: [...cases] }),
            example: JSON.stringify(exampleOf(slot, module, 0)),
          };
        }),
        result: typeName(func.result),
        range: item.name.range,
        body: item.range,
      },
    ];
  });
  return {
    mistakes,
    compiled: {
      functions,
      vasm: vasmFacts(module),
      services: services.map(({ name, routes }) => ({ name, routes: routes.length })),
      ...testFacts(text, checked.program.items),
    },
  };
}

/** A program is compiled once more for them, with them as functions of it. */
function testFacts(text: string, items: readonly Item[]): { tests: TestFacts[]; testsUse: string[] } {
  const tests = items.flatMap((item) =>
    item.kind === 'test' ? [{ title: item.title.value, range: item.title.range, body: item.range }] : [],
  );
  if (tests.length === 0) return { tests, testsUse: [] };
  const { module, models } = compileProgram(text, 'program', undefined, { tests: true });
  const own = new Set(models.filter(({ stored }) => stored).map(({ table }) => table));
  const isOwn = (capability: string): boolean => {
    const [right, table] = capability.split(':');
    return (right === 'db.read' || right === 'db.write') && (table === undefined || own.has(table));
  };
  return { tests, testsUse: module?.capabilities.filter((one) => !isOwn(one)) ?? [] };
}

function casesOf(type: ProgramType, enums: ReadonlyMap<string, readonly string[]>): readonly string[] | undefined {
  if (type.kind === 'Option') return casesOf(type.of, enums);
  return type.kind === 'Enum' ? enums.get(type.name) : undefined;
}

function exampleOf(type: Type, module: Module, depth: number): unknown {
  switch (type.kind) {
    case 'Int':
    case 'Float':
      return 0;
    case 'Bool':
      return false;
    case 'String':
      return '';
    case 'List':
      return depth > 2 ? [] : [exampleOf(type.of, module, depth + 1)];
    case 'Map':
      return {};
    case 'Record': {
      const fields = module.records.find(({ name }) => name === type.name)?.fields ?? [];
      return depth > 2
        ? {}
        : Object.fromEntries(fields.map((field) => [field.name, exampleOf(field.type, module, depth + 1)]));
    }
    default:
      return null;
  }
}

/** The canonical text, without the ranges that the lines carry beside it. */
function vasmFacts(module: Module): VasmFacts {
  const { ranges = [], ...debug } = module.debug ?? {};
  const lines: VasmLine[] = [];
  let index = -1;
  let at = 0;
  for (const text of disassemble({ ...module, debug })
    .trimEnd()
    .split('\n')) {
    if (/^(export )?func /.test(text)) {
      index++;
      at = 0;
    }
    const isInstruction = text.startsWith('  ') && !text.startsWith('  local ');
    if (!isInstruction) lines.push({ text });
    else {
      const here = at;
      const range = ranges[index]?.findLast((one) => one.at <= here);
      lines.push({
        text,
        func: module.functions[index]!.name,
        at: at++,
        ...(range === undefined ? {} : { range: { start: range.start, end: range.end } }),
      });
    }
  }
  return {
    lines,
    id: moduleId(module),
    bytes: encode(withoutDebug(module)).length,
    instructions: module.functions.reduce((sum, func) => sum + func.code.length, 0),
    functions: module.functions.length,
    capabilities: module.capabilities,
    budget: module.budget,
  };
}
