/** JSON in the colours of the language, for small payloads. */
import { Fragment, memo } from 'react';

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(true|false|null)\b|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/g;

export const JsonText = memo(function JsonText({ value }: { value: unknown }) {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  const parts: { text: string; className?: string }[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index) });
    const [whole, string, colon, word] = match;
    if (string !== undefined && colon !== undefined)
      parts.push({ text: string, className: 'json-key-text' }, { text: colon });
    else
      parts.push({
        text: whole,
        className: string !== undefined ? 'json-string' : word !== undefined ? 'json-bool' : 'json-number',
      });
    at = match.index + whole.length;
  }
  parts.push({ text: text.slice(at) });
  return (
    <pre className="json-text" aria-label="Payload">
      {parts.map((part, i) =>
        part.className === undefined ? (
          <Fragment key={i}>{part.text}</Fragment>
        ) : (
          <span key={i} className={part.className}>
            {part.text}
          </span>
        ),
      )}
    </pre>
  );
});
