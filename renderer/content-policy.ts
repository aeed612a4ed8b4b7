/**
 * Lets libraries that write styles as text live under a content security policy without `unsafe-inline`. The policy
 * forbids `style` attributes that come from text and `<style>` elements without the nonce of the page's answer; it
 * allows styles that a script sets through the CSSOM. So, before any library runs:
 *
 * - a `style` attribute in text given to `innerHTML` or `insertAdjacentHTML` (Monaco's lines) is renamed before the
 *   parser sees it, and set through the CSSOM before the call returns: whoever measures next sees it;
 * - `setAttribute('style', …)` (xterm's coloured cells) goes through the CSSOM;
 * - a `<style>` element made by a script carries the nonce. Scripts are the workbench's own (`script-src 'self'`), so
 *   this gives nothing to anybody else; one that stands in inserted text has no nonce and stays forbidden.
 *
 * Trusted Types (`require-trusted-types-for 'script'`) hold as well: text becomes markup only through the policy made
 * here, which Monaco alone is given, and through DOMPurify's own.
 */

type HtmlOptions = { createHTML?: (html: string, ...args: never[]) => string };
interface Policy {
  createHTML(html: string): unknown;
}
interface Factory {
  createPolicy(
    name: string,
    rules: { createHTML?: (html: string) => string | null; createScriptURL?: (url: string) => string | null },
  ): Policy;
}
const { trustedTypes, TrustedHTML } = globalThis as unknown as {
  trustedTypes?: Factory;
  TrustedHTML?: new () => object;
};

/** Never handed out but to Monaco: whatever it is given becomes markup. */
const editorHtml: Policy = trustedTypes?.createPolicy('voike', { createHTML: (html) => html }) ?? {
  createHTML: (html) => html,
};
// What text may do without a policy of its own: name one of our scripts (workers), and empty an element.
trustedTypes?.createPolicy('default', {
  createHTML: (html) => (html === '' ? html : null),
  createScriptURL: (url) => (new URL(url, document.baseURI).origin === location.origin ? url : null),
});

/** All of the editor's policies are one by name. */
function editorPolicy<Options extends HtmlOptions>(name: string, options?: Options): never {
  const createHTML = (html: string, ...args: never[]): unknown =>
    editorHtml.createHTML(options?.createHTML?.(html, ...args) ?? html);
  return { name, createHTML } as never;
}

const RENAMED = 'data-inline-style';
const OPENING_TAG = /<[a-z](?:[^"'>]|"[^"]*"|'[^']*')*>/gi;
const ATTRIBUTE = /(\s)([^\s"'=<>/]+)(\s*=\s*(?:"[^"]*"|'[^']*'))/g;

/** The same markup with each `style` attribute under another name. Text, and the values of attributes, stay as they are. */
export function renameStyles(html: string): string {
  return html.replace(OPENING_TAG, (tag) =>
    /style/i.test(tag)
      ? tag.replace(ATTRIBUTE, (whole, space: string, name: string, value: string) =>
          name.toLowerCase() === 'style' ? `${space}${RENAMED}${value}` : whole,
        )
      : tag,
  );
}

function applyStyles(root: ParentNode | null): void {
  for (const element of root?.querySelectorAll<HTMLElement>(`[${RENAMED}]`) ?? []) {
    element.style.cssText = element.getAttribute(RENAMED)!;
    element.removeAttribute(RENAMED);
  }
}

/** Text that is trusted stays so under another spelling; text that is not is left for the browser to refuse. */
function withRenamed(html: unknown): unknown {
  const text = String(html);
  if (!/style/i.test(text)) return html;
  const renamed = renameStyles(text);
  return TrustedHTML !== undefined && html instanceof TrustedHTML ? editorHtml.createHTML(renamed) : renamed;
}

function interceptInnerHtml(prototype: Element | ShadowRoot): void {
  const native = Object.getOwnPropertyDescriptor(prototype, 'innerHTML')!;
  Object.defineProperty(prototype, 'innerHTML', {
    ...native,
    set(this: Element | ShadowRoot, html: unknown) {
      const given = withRenamed(html);
      native.set!.call(this, given);
      if (given !== html) applyStyles(this);
    },
  });
}

/** Changes the prototypes; once, before anything else of the page runs. */
function install(): void {
  interceptInnerHtml(Element.prototype);
  interceptInnerHtml(ShadowRoot.prototype);

  const { insertAdjacentHTML, setAttribute } = Element.prototype;
  Element.prototype.insertAdjacentHTML = function (this: Element, where: InsertPosition, html: string) {
    const given = withRenamed(html);
    insertAdjacentHTML.call(this, where, given as string);
    if (given !== html) applyStyles(where === 'beforebegin' || where === 'afterend' ? this.parentNode : this);
  };
  Element.prototype.setAttribute = function (this: Element, name: string, value: string) {
    if (name === 'style' && 'style' in this) (this as HTMLElement).style.cssText = value;
    else setAttribute.call(this, name, value);
  };

  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const { createElement } = Document.prototype;
  Document.prototype.createElement = function (this: Document, name: string, options?: ElementCreationOptions) {
    const element = createElement.call(this, name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}

if (typeof document !== 'undefined') {
  install();
  // Monaco asks while its modules are evaluated: this must be there before them. editor/monaco.ts adds the worker.
  Object.assign(globalThis, { MonacoEnvironment: { createTrustedTypesPolicy: editorPolicy } });
}
