/** What the language itself gives to programs, in a sentence each: for hover, completion and signature help. Browser-safe. */
import type { Signature } from '../platform.ts';
import { type ProgramType, showType } from '../types.ts';

/** `on.name` of methods by the kind of the value, `area.name` of the platform, names alone of what every program has. */
export const DOCS: Readonly<Record<string, string>> = {
  'String.lower': 'The text in small letters.',
  'String.upper': 'The text in capital letters.',
  'String.trim': 'The text without white space at its ends.',
  'String.split': 'The pieces between the separators; with `""` the single characters.',
  'String.slice': 'The piece from a place (from 0) up to another, which is not part of it.',
  'String.indexOf': 'Where the other text begins, from 0; -1 when it is not in there.',
  'String.contains': 'Is the other text in it?',
  'String.length': 'How many characters it has, as UTF-16 counts them.',
  'String.toBytes': 'The text as UTF-8.',
  'Int.toFloat': 'The same number as a Float.',
  'Int.toString': 'The number as text.',
  'Float.toInt': 'The whole number towards zero; ends with an error where no Int is that large.',
  'Float.sqrt': 'The square root.',
  'Float.floor': 'The next whole number below, as a Float.',
  'Float.toString': 'The number as text.',
  'Bool.toString': '`true` or `false` as text.',
  'List.push': 'Puts a value at the end of the list.',
  'List.pop': 'Takes the last value away and gives it; ends with an error when the list is empty.',
  'List.map': 'What a function gives for each value, as a list: `list.map(x => x + 1)`.',
  'List.filter': 'The values of which a function says true.',
  'List.each': 'Calls a function with each value.',
  'List.find': 'The first value of which a function says true, or None.',
  'List.any': 'Does a function say true of one of them?',
  'List.all': 'Does a function say true of all of them?',
  'List.reduce': 'One value out of all: `list.reduce(0, (sum, x) => sum + x)`.',
  'List.sort': 'The values in their order, as a new list.',
  'List.sortBy':
    'The values in the order of what a function gives for each, as a new list: `users.sortBy(u => u.name)`.',
  'List.reverse': 'The values from the last to the first, as a new list.',
  'List.slice': 'The values from a place (from 0) up to another, which is not part of it.',
  'List.join': 'The texts one after the other, with a text between them.',
  'List.length': 'How many values it holds.',
  'Map.has': 'Is there a value under this key?',
  'Map.keys': 'The keys in the order in which they were first set.',
  'Map.remove': 'Takes the key and its value away, if they are there.',
  'Map.get': 'The value under this key, or None.',
  'Map.length': 'How many keys it has.',
  'JSON.asInt': 'The value as an Int; ends with an error when it is none.',
  'JSON.asFloat': 'The value as a Float; ends with an error when it is no number.',
  'JSON.asBool': 'The value as a Bool; ends with an error when it is none.',
  'JSON.asText': 'The value as a String; ends with an error when it is none.',
  'JSON.items': 'The values of a list; ends with an error when it is none.',
  'JSON.entries': 'The values of an object by their keys; ends with an error when it is none.',
  'JSON.with': 'The same object with a value under this key.',
  'JSON.has': 'Is this key in the object, or this value in the list?',
  'JSON.size': 'How many values the list or object holds.',
  'JSON.kind': 'What it is: none, bool, number, text, list or record.',
  'JSON.toString': 'The value as JSON text.',
  'JSON.as': 'The value as one of the model; ends with an error that names the field which does not fit.',
  'Bytes.slice': 'The piece from a place (from 0) up to another, which is not part of it.',
  'Bytes.join': 'These bytes with the others behind them.',
  'Bytes.toText': 'The text that they are in UTF-8.',
  'Bytes.toHex': 'The bytes as hexadecimal digits.',
  'Bytes.toBase64': 'The bytes as Base64.',
  'Bytes.length': 'How many bytes it holds.',
  'json.parse': 'Reads text as JSON; ends with an error when it is none.',
  'bytes.fromHex': 'Bytes from hexadecimal digits.',
  'bytes.fromBase64': 'Bytes from Base64.',
  'bytes.of': 'Bytes from numbers, each from 0 to 255.',
  range: 'The numbers from the first (with it) to the second (without it).',
  log: 'Writes a line to the log of the call.',
  'db.transaction': 'Does all of it or nothing: what fails inside leaves the tables as they were.',
  'db.query': 'The row of the model with this id, or None.',
  'db.find':
    'The rows of the model that a record of conditions is true of, or all: `db.find(User, { age: { atLeast: 18 } }, { orderBy: "name", limit: 10 })`.',
  'db.count': 'How many rows of the model a record of conditions is true of, or all.',
  'db.insert': 'Adds the value as a row, and gives it its id.',
  'db.update': 'Writes the value over the row with its id; false when there is none.',
  'db.delete': 'Takes the row away, or that of a key: `db.delete(User, 3)`; false when there is none.',
  'http.error': 'Ends the request with this status and sentence. What follows is not run.',
  'http.get': 'Fetches an address and reads the answer as JSON.',
  'http.post': 'Sends JSON to an address and reads the answer as JSON.',
  'blob.read': 'The bytes of a blob of the project.',
  'blob.write': 'Keeps bytes as a blob of the project.',
  'ledger.append': 'Appends an entry to the ledger of the project.',
  'grid.submit': 'Gives a job to the grid, and gives what it answers.',
  'ai.ask': 'Asks the model of the project, and gives its answer as text.',
  'stream.send': 'Sends a message to the stream of this name.',
  'time.now': 'Milliseconds since 1970 began, in UTC.',
  'random.int': 'A whole number from the first to the second, both possible.',
  'random.float': 'A number from 0 (with it) to 1 (without it).',
};

/** Names of the platform, as wholes. */
export const AREA_DOCS: Readonly<Record<string, string>> = {
  json: 'JSON as text.',
  bytes: 'Pieces of data from text and numbers.',
  db: 'The tables that the models of the program are.',
  http: 'Answers of a service, and calls of other addresses.',
  blob: 'Large pieces of data of the project, by name.',
  ledger: 'The ledger of the project.',
  grid: 'Other machines that work for this node.',
  ai: 'The language model of the project.',
  stream: 'Messages to whoever listens.',
  time: 'The clock.',
  random: 'Chance.',
};

export const TYPE_DOCS: Readonly<Record<string, string>> = {
  Int: 'A whole number of 64 bits. What does not fit ends with an error.',
  Float: 'A number with fractions (IEEE 754, 64 bits).',
  Bool: '`true` or `false`.',
  String: 'Text.',
  Bytes: 'A piece of data, byte by byte.',
  JSON: 'Anything that JSON can say.',
  None: 'No value.',
  List: 'Values of one type in order: `List<Int>`.',
  Map: 'Values by key: `Map<String, Int>`. It keeps the order in which keys came.',
  Task: 'What `spawn` gives, and `await` waits for.',
};

export const docOfMethod = (on: ProgramType, name: string): string | undefined =>
  name === 'toJson' ? 'The value as JSON.' : DOCS[`${on.kind}.${name}`];

/** `slice(Int, Int) -> String` */
export function showSignature(name: string, { params, result }: Signature, names?: readonly string[]): string {
  const shown = params.map((param, i) => (names?.[i] ? `${names[i]}: ${showType(param)}` : showType(param)));
  return `${name}(${shown.join(', ')})${result.kind === 'None' ? '' : ` -> ${showType(result)}`}`;
}
