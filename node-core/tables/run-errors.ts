/** Makes the sentence for a person out of what the table engine says. */
import { Problem, type SourceRange } from '../errors/problem.ts';

const HINTS: Record<string, string> = {
  'division-by-zero': 'Guard it: IF(b == 0, none, a / b).',
  'number-overflow': 'Numbers go up to about 1.8e308, whole numbers in columns up to 9.2e18.',
  'type-mismatch': 'Convert one side, for example with NUMBER(…) or TEXT(…).',
};
const SENTENCES: Record<string, string> = {
  'division-by-zero': 'Division by zero.',
  'number-overflow': 'The result is too large for a number.',
};

/** The step whose operation the range lies in. */
export interface RangedStep {
  nodeId: string;
  range: SourceRange;
}

/** `error` of DuckDB as a Problem. `files` are the paths that were read, with the names that people gave them. */
export function engineProblem(
  error: unknown,
  context: {
    steps?: readonly RangedStep[];
    files?: ReadonlyMap<string, string>;
    signal?: AbortSignal | undefined;
  } = {},
): Problem {
  if (error instanceof Problem) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (context.signal?.aborted === true || message.startsWith('INTERRUPT')) {
    return new Problem('cancelled', 'The step was cancelled.', { status: 409, cause: error });
  }
  const ours = /voike:([a-z-]+):(\d*):(\d*):([^]*?)$/.exec(message);
  if (ours !== null) {
    const [, code = 'step-failed', start, end, detail] = ours;
    const range = start === '' ? undefined : { start: Number(start), end: Number(end) };
    const step =
      range === undefined
        ? undefined
        : context.steps?.find((s) => s.range.start <= range.start && range.end <= s.range.end);
    return new Problem(
      code,
      detail === undefined || detail === ''
        ? (SENTENCES[code] ?? 'The step failed.')
        : (detail.split('\n')[0] as string),
      {
        status: 422,
        ...(HINTS[code] === undefined ? {} : { hint: HINTS[code] }),
        ...(range === undefined ? {} : { range }),
        more: step === undefined ? {} : { step: step.nodeId },
      },
    );
  }
  const fail = (code: string, detail: string, hint?: string, status = 422): Problem =>
    new Problem(code, detail, { status, cause: error, ...(hint === undefined ? {} : { hint }) });
  if (/No space left|disk full|File too large|max_temp_directory_size/i.test(message)) {
    return fail(
      'disk-full',
      'There is no space left on the disk.',
      'Free some space and run again: what is finished is kept.',
      507,
    );
  }
  const csv = /CSV Error on Line: (\d+)/.exec(message);
  if (csv !== null) return csvProblem(message, Number(csv[1]), fail, nameOf(message, context.files));
  if (/Overflow|Out of Range|out of range/.test(message)) {
    return fail(
      'number-overflow',
      'A whole number became too large: 64 bits hold up to 9.2e18.',
      'Multiply one of the values by 1.0 to compute with fractions.',
    );
  }
  const json = /Malformed JSON in file "([^]*?)"(?:, at byte (\d+) in (?:record\/value|line) (\d+))?: ([^\n]*)/.exec(
    message,
  );
  if (json !== null) {
    const [, path = '', , record, why = ''] = json;
    // The engine counts one too many.
    const place = record === undefined ? '' : `, record ${Math.max(1, Number(record) - 1)}`;
    return fail(
      'bad-file',
      `${context.files?.get(path) ?? path}${place} is not JSON: ${why.trim().replace(/\.$/, '')}.`,
      'Mend the file, or give OPTIONS { ignore_errors: true } for NDJSON.',
    );
  }
  const transform = /JSON transform error in file "[^]*?", in (?:record\/value|line) (\d+): ([^\n]*)/.exec(message);
  if (transform !== null) {
    return fail(
      'bad-file',
      `${nameOf(message, context.files)}, record ${transform[1]}: ${(transform[2] ?? '').slice(0, 200).replace(/\.$/, '')}.`,
      'Mend the file, or give OPTIONS { ignore_errors: true } for NDJSON.',
    );
  }
  if (message.includes('state machine reached an invalid state')) {
    return fail(
      'bad-file',
      `${nameOf(message, context.files)} mixes different ends of lines or quotes in a way that cannot be read.`,
      'End all lines alike, and double each quote inside of a quoted value.',
    );
  }
  const large = /"maximum_object_size" of (\d+) bytes exceeded/.exec(message);
  if (large !== null) {
    return fail(
      'record-too-large',
      `${nameOf(message, context.files)}: one of its records is longer than ${grouped(large[1])} bytes.`,
      'Perhaps a quote or bracket is never closed, or this is another format. OPTIONS { max_object_size: … } allows larger records.',
    );
  }
  if (/No files found|Cannot open file|Could not open file/.test(message)) {
    return fail(
      'file-not-found',
      `${nameOf(message, context.files)} cannot be read.`,
      'Check that it is there and that you may read it.',
      404,
    );
  }
  if (/No magic bytes|Invalid Parquet|too small to be a Parquet|not a parquet/i.test(message)) {
    return fail(
      'bad-file',
      `${nameOf(message, context.files)} is not a Parquet file, or is cut off.`,
      'Fetch it again, or check its format: LOAD CSV, JSON, NDJSON and PARQUET read one each.',
    );
  }
  if (
    /decompression|Failed to read file|TProtocol|thrift|don't know what type|Corrupt|parquet/i.test(message) &&
    /^(Invalid|IO|Serialization|Fatal|TProtocol|INTERNAL)/.test(message)
  ) {
    return fail(
      'bad-file',
      `${nameOf(message, context.files)} is damaged: ${firstLine(message)
        .replace(/^.*?"[^"]*": /, '')
        .replace(/^[A-Za-z ]*Error: /, '')
        .trim()
        .replace(/[.:\s]+$/, '')}.`,
      'Fetch or write the file again.',
    );
  }
  if (/Out of Memory/i.test(message)) {
    return fail(
      'out-of-memory',
      'The step needs more memory than the table engine may use.',
      'Filter earlier, take fewer columns, or raise the memory limit.',
    );
  }
  if (/Conversion Error/.test(message)) {
    return fail(
      'bad-value',
      firstLine(message).replace(/^Conversion Error: /, ''),
      'Check the values of that column, or read it as text.',
    );
  }
  return fail(
    'table-engine',
    `The table engine could not do this: ${firstLine(message)}`,
    'If the data is right, please report this with the flow.',
    500,
  );
}

function firstLine(message: string): string {
  return message.split('\n')[0]?.slice(0, 400) ?? '';
}

function nameOf(message: string, files: ReadonlyMap<string, string> | undefined): string {
  for (const [path, name] of files ?? []) if (message.includes(path)) return name;
  const [first] = files?.values() ?? [];
  return first ?? 'The file';
}

function csvProblem(
  message: string,
  line: number,
  fail: (code: string, detail: string, hint?: string) => Problem,
  file: string,
): Problem {
  const place = `${file}, line ${line}`;
  const counts = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  const leaveOut = 'OPTIONS { ignore_errors: true } leaves such lines out.';
  if (counts !== null) {
    return fail(
      'ragged-row',
      `${place}: the row has ${counts[2]} ${counts[2] === '1' ? 'value' : 'values'} where ${counts[1]} ${counts[1] === '1' ? 'is' : 'are'} expected.`,
      `Mend the line, or give the delimiter: OPTIONS { delimiter: ";" }. ${leaveOut}`,
    );
  }
  if (/unicode|not utf-8/i.test(message)) {
    return fail(
      'wrong-encoding',
      `${place}: the file is not in UTF-8.`,
      'Say how it is encoded: OPTIONS { encoding: "latin-1" } or { encoding: "utf-16" }.',
    );
  }
  if (/Maximum line size/i.test(message)) {
    return fail(
      'line-too-long',
      `${place}: the line is longer than ${grouped(/of (\d+) bytes/.exec(message)?.[1]) ?? 'the largest allowed number of'} bytes.`,
      'Perhaps a quote is never closed, or this is no CSV file. OPTIONS { max_line_size: … } allows longer lines.',
    );
  }
  if (/unterminated quote/i.test(message)) {
    return fail(
      'unclosed-quote',
      `${place}: a quoted value is never closed.`,
      `Close the quote, or turn quoting off: OPTIONS { quote: "" }. ${leaveOut}`,
    );
  }
  const convert = /Error when converting column "([^]*?)"\. Could not convert string "([^]*?)" to '?([A-Z]+)/.exec(
    message,
  );
  if (convert !== null) {
    const [, column, value, type] = convert;
    const kind =
      type === 'BIGINT' || type === 'DOUBLE'
        ? 'a number'
        : type === 'BOOLEAN'
          ? 'a bool'
          : type === 'DATE'
            ? 'a date'
            : 'a moment';
    return fail(
      'bad-value',
      `${place}: "${value?.slice(0, 60)}" in column ${column} is not ${kind}.`,
      `Read the column as text: OPTIONS { types: { ${column}: "text" } }. ${leaveOut}`,
    );
  }
  return fail(
    'bad-file',
    `${place} cannot be read: ${
      message
        .split('\n')
        .find((text) => !/CSV Error|Original Line/.test(text) && text.trim() !== '')
        ?.slice(0, 200) ?? ''
    }`,
    leaveOut,
  );
}

const grouped = (digits: string | undefined): string | undefined =>
  digits === undefined ? undefined : Number(digits).toLocaleString('en-US');
