/** Headers that every answer carries, and the stricter ones of pages. */
import { randomBytes } from 'node:crypto';

/** Where the page of the workbench takes the nonce of its answer. */
export const NONCE_PLACEHOLDER = '__STYLE_NONCE__';
/** Where the page reads which other nodes its policy lets it reach. */
export const CONNECT_PLACEHOLDER = '__CONNECT_SOURCES__';

/**
 * The policy of the workbench's page and of every other answer. Nothing `unsafe-*`: scripts and styles are files of the
 * node; a style element that a script makes carries the nonce of the page's answer, and style attributes in text are
 * forbidden (renderer/content-policy.ts shows how the editor lives with that). Text does not become script or markup
 * except through the named Trusted Types policies. Connections go to the page's own origin (a WebSocket of it is
 * `'self'` too) and to what `connect` names.
 */
export function contentSecurityPolicy(options: { styleNonce?: string; connect?: readonly string[] } = {}): string {
  const { styleNonce, connect = [] } = options;
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${styleNonce === undefined ? '' : ` 'nonce-${styleNonce}'`}`,
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "worker-src 'self'",
    ["connect-src 'self'", ...connect].join(' '),
    "manifest-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types voike default dompurify',
  ].join('; ');
}

/** A page and its policy with a nonce of their own: 128 random bits for each answer. */
export function withStyleNonce(
  html: string,
  options: { connect?: readonly string[] } = {},
): { html: string; policy: string } {
  const styleNonce = randomBytes(16).toString('base64');
  return {
    html: html
      .replaceAll(NONCE_PLACEHOLDER, styleNonce)
      .replaceAll(CONNECT_PLACEHOLDER, (options.connect ?? []).join(' ')),
    policy: contentSecurityPolicy({ ...options, styleNonce }),
  };
}

export const SECURITY_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
  'content-security-policy': contentSecurityPolicy(),
};

/** Of answers that are data alone and that no page is made of: what a browser would do with them as a page is nothing. */
export const DATA_HEADERS: Record<string, string> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};
