/** A picture: from bytes whose beginning says that they are one, shown as an image and never as a document. */
import { Download, Maximize, ZoomIn } from 'lucide-react';
import { useEffect, useState } from 'react';
import { client } from '../../state/connection.ts';
import { Button, bytes as sized, EmptyState, ErrorState, Skeleton, thousands } from '../../ui/index.ts';
import { saveBlob } from './chart/picture.ts';
import './grid.css';
import './values.css';
import { imageOfText, type ImageType, imageType } from './sniff.ts';

/** Larger blobs are for other programs. */
const LARGEST = 64 * 2 ** 20;

type Picture = { address: string; blob: Blob; type: ImageType };

export function ImageView({ from, label }: { from: { text: string } | { id: string; name: string }; label: string }) {
  const [picture, setPicture] = useState<Picture | 'none' | undefined>();
  const [failure, setFailure] = useState<unknown>();
  const [pixels, setPixels] = useState<{ width: number; height: number } | undefined>();
  const [full, setFull] = useState(false);
  const [attempt, setAttempt] = useState(0);
  const text = 'text' in from ? from.text : undefined;
  const id = 'id' in from ? from.id : undefined;
  useEffect(() => {
    const controller = new AbortController();
    let address: string | undefined;
    const show = (type: ImageType | undefined, bytes: Uint8Array<ArrayBuffer>): void => {
      if (type === undefined) {
        setPicture('none');
        return;
      }
      const blob = new Blob([bytes], { type });
      address = URL.createObjectURL(blob);
      setPicture({ address, blob, type });
    };
    setFailure(undefined);
    if (text !== undefined) {
      const found = imageOfText(text);
      show(found?.type, found?.bytes ?? new Uint8Array());
    } else if (id !== undefined) {
      readBlob(id, controller.signal).then(
        (bytes) => {
          if (!controller.signal.aborted)
            show(bytes === undefined ? undefined : imageType(bytes), bytes ?? new Uint8Array());
        },
        (error: unknown) => {
          if (!controller.signal.aborted) setFailure(error);
        },
      );
    }
    return () => {
      controller.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [text, id, attempt]);

  if (failure !== undefined) return <ErrorState problem={failure} retry={() => setAttempt((before) => before + 1)} />;
  if (picture === undefined) return <Skeleton lines={6} label="Reading the picture" />;
  if (picture === 'none')
    return (
      <EmptyState title="No picture">Its bytes are not those of a PNG, JPEG, GIF, WebP or SVG, or too many.</EmptyState>
    );
  const kind = picture.type.slice(6).replace('+xml', '').toUpperCase();
  return (
    <div className="grid-frame">
      <div className="image-view" data-full={full} tabIndex={0} role="region" aria-label={label}>
        <img
          src={picture.address}
          alt={`${label}, ${kind}`}
          onLoad={({ currentTarget: { naturalWidth: width, naturalHeight: height } }) => setPixels({ width, height })}
          onError={() => setPicture('none')}
        />
      </div>
      <footer className="grid-foot">
        <span>
          {[
            kind,
            ...(pixels === undefined || pixels.width === 0
              ? []
              : [`${thousands(pixels.width)} × ${thousands(pixels.height)} px`]),
            sized(picture.blob.size),
          ].join(' · ')}
        </span>
        <Button kind="quiet" icon={full ? <Maximize /> : <ZoomIn />} onClick={() => setFull(!full)}>
          {full ? 'Fit' : 'Full size'}
        </Button>
        <Button
          kind="quiet"
          icon={<Download />}
          onClick={() => saveBlob(picture.blob, `${label}.${kind.toLowerCase().replace('jpeg', 'jpg')}`)}
        >
          Save
        </Button>
      </footer>
    </div>
  );
}

async function readBlob(id: string, signal: AbortSignal): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const response = await client().get(`/blobs/${encodeURIComponent(id)}/stream`, {}, { signal });
  if (Number(response.headers.get('content-length') ?? 0) > LARGEST) {
    await response.body?.cancel();
    return undefined;
  }
  return new Uint8Array(await response.arrayBuffer());
}
