/** What bytes and texts are, by how they begin: nothing here trusts a name. Pure. */

export type ImageType = 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp' | 'image/svg+xml';

/** By magic bytes; SVG by its first tag. Undefined when it is no picture that a page can show. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  const begins = (...magic: number[]): boolean => magic.every((byte, at) => bytes[at] === byte);
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  if (begins(0x47, 0x49, 0x46, 0x38)) return 'image/gif';
  if (begins(0x52, 0x49, 0x46, 0x46) && [0x57, 0x45, 0x42, 0x50].every((byte, at) => bytes[8 + at] === byte))
    return 'image/webp';
  const head = new TextDecoder().decode(bytes.subarray(0, 2000));
  return isSvg(head) ? 'image/svg+xml' : undefined;
}

function isSvg(text: string): boolean {
  return /^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[^]*?-->\s*)*(?:<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/i.test(text);
}

/** Texts longer than this are not looked at as pictures or as Markdown. */
const LONGEST = 30_000_000;

/** The picture that a text holds: a `data:` address, Base64 of a picture, or SVG. */
export function imageOfText(text: string): { type: ImageType; bytes: Uint8Array<ArrayBuffer> } | undefined {
  if (text.length > LONGEST) return undefined;
  const trimmed = text.trim();
  if (isSvg(trimmed.slice(0, 2000))) return { type: 'image/svg+xml', bytes: new TextEncoder().encode(trimmed) };
  const data = /^data:[\w/+.-]*(?:;[\w=.-]+)*?(;base64)?,/i.exec(trimmed);
  const encoded = data === null ? trimmed : trimmed.slice(data[0].length);
  if (data !== null && data[1] === undefined) {
    try {
      const decoded = decodeURIComponent(encoded);
      return isSvg(decoded.slice(0, 2000))
        ? { type: 'image/svg+xml', bytes: new TextEncoder().encode(decoded) }
        : undefined;
    } catch {
      return undefined;
    }
  }
  if (encoded.length < 24 || !/^[A-Za-z0-9+/\s]+={0,2}\s*$/.test(encoded.slice(0, 400).padEnd(24))) return undefined;
  try {
    const binary = atob(encoded.replaceAll(/\s+/g, ''));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    const type = imageType(bytes);
    return type === undefined ? undefined : { type, bytes };
  } catch {
    return undefined;
  }
}

/** Whether a text was written as Markdown: one sure sign, or two that prose has by chance. */
export function isMarkdown(text: string): boolean {
  const head = text.slice(0, 20_000);
  const sure = [
    /^#{1,6} \S/m,
    /^ {0,3}(?:```|~~~)/m,
    /^\|?(?:\s*:?-{3,}:?\s*\|)+(?:\s*:?-{3,}:?\s*)?\|?\s*$/m,
    /^\s*[-*+] \[[ xX]\] /m,
  ];
  if (sure.some((sign) => sign.test(head))) return true;
  const signs = [
    /(?:^|\n)(?:[-*+] \S[^\n]*\n){2}/,
    /(?:^|\n)(?:\d+[.)] \S[^\n]*\n){2}/,
    /^> \S/m,
    /\*\*[^\s*][^*\n]*\*\*/,
    /\[[^\]\n]+\]\((?:https?:|#|\.|\/)[^)\n]*\)/,
    /`[^`\n]+`/,
  ];
  return signs.filter((sign) => sign.test(`${head}\n`)).length >= 2;
}

/** The value of a text that is JSON: an object or a list, not a mere number or word. */
export function jsonOfText(text: string): { value: unknown } | undefined {
  if (text.length > LONGEST || !/^\s*[[{]/.test(text)) return undefined;
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
