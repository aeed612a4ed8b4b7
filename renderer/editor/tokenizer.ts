/** Colours of FLOW text before the language service has spoken. Words are coloured where the grammar would expect them. */
import type * as monacoApi from 'monaco-editor/editor/editor.api';
import { BUILTIN_CONTRACTS } from '../../node-core/flow/contracts/builtin.ts';
import { SECOND_WORDS } from '../../node-core/flow/service/context.ts';
import { INPUT_TYPES } from '../../node-core/flow/syntax/ast.ts';
import { WORDS } from '../../node-core/flow/syntax/words.ts';

/** Words that shape a plan, though contracts are named after some of them. */
const SHAPE = new Set(['FLOW', 'OUTPUT', 'SWITCH', 'IF', 'FOR', 'EACH']);
const CONSTANTS = ['TRUE', 'FALSE', 'NONE', 'NULL'];

/** The words of every built-in operation, in one (`LOAD_CSV`) and in two (`LOAD CSV`), and their parts that name a thing. */
const OPERATIONS = [
  ...new Set([
    ...BUILTIN_CONTRACTS.flatMap(({ name, words }) => [name, ...words.split(' ')]),
    ...Object.entries(SECOND_WORDS).flatMap(([first, seconds]) => [first, ...seconds]),
    'AGG',
    'BLOB',
  ]),
].filter((word) => !SHAPE.has(word));

/** Words of programs. Unlike those of plans they are written small. */
const PROGRAM_KEYWORDS =
  'model enum func service route test let var if else while for in match return break continue fail try catch expect spawn await is and or not'.split(
    ' ',
  );

/** Every other word of the language. */
const KEYWORDS = WORDS.filter((word) => !OPERATIONS.includes(word) && !CONSTANTS.includes(word));

/**
 * Words in capitals are FLOW's own wherever they stand. In small letters they are so only where an operation begins;
 * elsewhere `load` or `output` is more likely a step's name.
 */
export const tokenizer: monacoApi.languages.IMonarchLanguage = {
  defaultToken: '',
  operations: OPERATIONS,
  lowerOperations: OPERATIONS.map((word) => word.toLowerCase()),
  keywords: KEYWORDS,
  lowerKeywords: KEYWORDS.map((word) => word.toLowerCase()),
  types: [...INPUT_TYPES],
  programKeywords: PROGRAM_KEYWORDS,
  constants: CONSTANTS.flatMap((word) => [word, word.toLowerCase(), word[0]! + word.slice(1).toLowerCase()]),
  tokenizer: {
    root: [
      // A text is a program from its first declaration on; its comments may stand before that.
      [/^\s*(?:func|model|enum|service|test)(?=\s+[A-Za-z_"'])/, { token: '@rematch', next: '@program' }],
      [/^\s*\/\/.*$/, 'comment'],
      [/^\s*\/\*/, 'comment', '@remark'],
      [/\b([Ee][Nn][Dd])(\s+)([Ii][Nn][Pp][Uu][Tt][Ss])\b/, ['keyword', 'white', 'keyword']],
      [/^\s*[Ii][Nn][Pp][Uu][Tt][Ss]\b/, 'keyword', '@inputs'],
      { include: '@common' },
    ],
    // Only here are the type words types, and the word after one a name.
    inputs: [
      [
        /(\s*)([Ee][Nn][Dd])(\s+)([Ii][Nn][Pp][Uu][Tt][Ss])\b/,
        ['white', 'keyword', 'white', { token: 'keyword', next: '@pop' }],
      ],
      [/\b[Ss][Tt][Ee][Pp]\b/, { token: '@rematch', next: '@pop' }],
      [
        /(\s*)([A-Za-z]\w*)(\s+)([A-Za-z_]\w*)/,
        {
          cases: {
            '$2@types': ['white', 'type', 'white', 'identifier'],
            '@default': ['white', 'identifier', 'white', 'identifier'],
          },
        },
      ],
      { include: '@common' },
    ],
    common: [
      [/#.*$/, 'comment'],
      [/"""/, 'string', '@block'],
      [/"/, 'string', '@double'],
      [/'/, 'string', '@single'],
      [/@[A-Za-z_]\w*/, 'annotation'],
      [/([Ss][Tt][Ee][Pp])(\s+)([A-Za-z_]\w*)/, ['keyword', 'white', 'identifier']],
      [/(\.)(\s*)([A-Za-z_]\w*)/, ['delimiter', 'white', 'identifier']],
      [/\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?/, 'number'],
      // A word before a colon or a single = is a key, not a keyword.
      [/DEFAULT(?=\s*:)/, 'keyword'],
      [/[A-Za-z_]\w*(?=\s*(:|=(?!=)))/, 'identifier'],
      [/[A-Za-z_]\w*(?=\()/, { cases: { '@keywords': 'keyword', '@operations': 'operation', '@default': 'function' } }],
      [
        /[A-Z][A-Z_]*(?!\w)/,
        {
          cases: {
            '@operations': 'operation',
            '@keywords': 'keyword',
            '@constants': 'constant',
            '@default': 'identifier',
          },
        },
      ],
      [
        /^(\s*)([a-z_]\w*)/,
        {
          cases: {
            '$2@lowerOperations': ['white', 'operation'],
            '$2@lowerKeywords': ['white', 'keyword'],
            '@default': ['white', 'identifier'],
          },
        },
      ],
      [/[A-Za-z_]\w*/, { cases: { '@constants': 'constant', '@default': 'identifier' } }],
      [/[{}()[\]]/, 'delimiter'],
      [/==|!=|<=|>=|&&|\|\||[<>=!+\-*/%]/, 'operator'],
      [/[,:;]/, 'delimiter'],
    ],
    program: [
      [/(?:#|\/\/).*$/, 'comment'],
      [/\/\*/, 'comment', '@remark'],
      [/"""/, 'string', '@block'],
      [/"/, 'string', '@doubleWithValues'],
      [/'/, 'string', '@singleWithValues'],
      [/@[A-Za-z_][\w.]*/, 'annotation'],
      [/\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?/, 'number'],
      [/(\.)(\s*)([A-Za-z_]\w*)(?=\()/, ['delimiter', 'white', 'function']],
      [/(\.)(\s*)([A-Za-z_]\w*)/, ['delimiter', 'white', 'identifier']],
      [/\b(func|test)(\s+)([A-Za-z_]\w*)/, ['keyword', 'white', 'function']],
      [/\b(model|enum|service)(\s+)([A-Za-z_]\w*)/, ['keyword', 'white', 'type']],
      [/(route)(\s+)([A-Z]+)/, ['keyword', 'white', 'operation']],
      [/[A-Za-z_]\w*(?=\s*:)/, 'identifier'],
      [/[A-Za-z_]\w*(?=\()/, { cases: { '@programKeywords': 'keyword', '@default': 'function' } }],
      [
        /[A-Za-z_]\w*/,
        {
          cases: {
            '@programKeywords': 'keyword',
            '@constants': 'constant',
            '[A-Z].*': 'type',
            '@default': 'identifier',
          },
        },
      ],
      [/[{}()[\]]/, 'delimiter'],
      [/=>|->|==|!=|<=|>=|&&|\|\||[+\-*/%]=|[<>=!+\-*/%?|]/, 'operator'],
      [/[,:;]/, 'delimiter'],
    ],
    remark: [
      [/[^*]+/, 'comment'],
      [/\*\//, 'comment', '@pop'],
      [/\*/, 'comment'],
    ],
    doubleWithValues: [[/\$\{/, 'delimiter', '@value'], { include: '@double' }],
    singleWithValues: [[/\$\{/, 'delimiter', '@value'], { include: '@single' }],
    // Brackets are counted here, so that the one which ends the value is known from others.
    value: [[/\{/, 'delimiter', '@value'], [/\}/, 'delimiter', '@pop'], { include: '@program' }],
    block: [
      [/[^"]+/, 'string'],
      [/"""/, 'string', '@pop'],
      [/"/, 'string'],
    ],
    double: [
      [/[^\\"$]+/, 'string'],
      [/\$/, 'string'],
      [/\\u\{[0-9a-fA-F]*\}|\\./, 'string.escape'],
      [/"/, 'string', '@pop'],
    ],
    single: [
      [/[^\\'$]+/, 'string'],
      [/\$/, 'string'],
      [/\\u\{[0-9a-fA-F]*\}|\\./, 'string.escape'],
      [/'/, 'string', '@pop'],
    ],
  },
};

export const configuration: monacoApi.languages.LanguageConfiguration = {
  comments: { lineComment: '#' },
  brackets: [
    ['{', '}'],
    ['[', ']'],
    ['(', ')'],
  ],
  autoClosingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"', notIn: ['string', 'comment'] },
    { open: "'", close: "'", notIn: ['string', 'comment'] },
  ],
  surroundingPairs: [
    { open: '{', close: '}' },
    { open: '[', close: ']' },
    { open: '(', close: ')' },
    { open: '"', close: '"' },
  ],
  wordPattern: /[A-Za-z_]\w*/,
  onEnterRules: [
    { beforeText: /^\s*STEP\s+\w+\s*=\s*$/i, action: { indentAction: 1 } },
    { beforeText: /^\s*INPUTS\s*$/i, action: { indentAction: 1 } },
  ],
};
