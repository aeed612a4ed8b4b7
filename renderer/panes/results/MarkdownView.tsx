/** Markdown as it is meant to be read. HTML in it stays text, pictures from elsewhere are not fetched, links open apart. */
import { Copy, ImageOff } from 'lucide-react';
import Markdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { Button, copyText, count } from '../../ui/index.ts';
import './grid.css';
import './markdown.css';

/** Longer texts are read as text: laying them out would stall the page. */
export const LONGEST_MARKDOWN = 400_000;

const COMPONENTS: Components = {
  a({ href, children }) {
    // Anything but an address of the web leads nowhere: the text is not ours, and neither is what it points at.
    if (href === undefined || !/^(https?:|mailto:)/i.test(href)) return <span>{children}</span>;
    return (
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" data-tip={href}>
        {children}
      </a>
    );
  },
  img({ alt, src }) {
    return (
      <span className="markdown-image" data-tip={typeof src === 'string' ? src.slice(0, 300) : undefined}>
        <ImageOff size={14} aria-hidden /> {alt === undefined || alt === '' ? 'picture' : alt}
      </span>
    );
  },
};

export default function MarkdownView({ text, label }: { text: string; label: string }) {
  const shown = text.length > LONGEST_MARKDOWN ? text.slice(0, LONGEST_MARKDOWN) : text;
  return (
    <div className="grid-frame">
      <div className="markdown-view" tabIndex={0} role="document" aria-label={label}>
        <Markdown remarkPlugins={[remarkGfm]} components={COMPONENTS}>
          {shown}
        </Markdown>
      </div>
      <footer className="grid-foot">
        <span>
          {shown.length < text.length
            ? `The first ${count(shown.length, 'character')} of ${count(text.length, 'character')}; Text shows all`
            : count(text.length, 'character')}
        </span>
        <Button kind="quiet" icon={<Copy />} onClick={() => void copyText(text, 'Markdown copied')}>
          Copy
        </Button>
      </footer>
    </div>
  );
}
