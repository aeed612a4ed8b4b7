/** An icon by what a file is, judged by its name. */
import { File, FileBraces, FileImage, FileText, Sheet, Workflow } from 'lucide-react';

export function FileIcon({ name }: { name: string }) {
  const kind = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';
  if (kind === 'flow') return <Workflow className="icon-flow" />;
  if (['csv', 'tsv', 'parquet', 'xlsx'].includes(kind)) return <Sheet />;
  if (['json', 'ndjson', 'jsonl', 'yaml', 'yml', 'toml'].includes(kind)) return <FileBraces />;
  if (['png', 'jpg', 'jpeg', 'gif', 'webp', 'svg'].includes(kind)) return <FileImage />;
  if (['md', 'txt', 'sql', 'html', 'css', 'js', 'ts'].includes(kind)) return <FileText />;
  return <File />;
}
