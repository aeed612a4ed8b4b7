/** The optional icon in the system's tray: whether the node runs, and a way back to the window. Off by default. */
import type { MenuItemConstructorOptions } from 'electron';
import type { NodeState } from './bridge.ts';

const COLOURS: Record<NodeState['state'], readonly [red: number, green: number, blue: number]> = {
  ready: [46, 160, 67],
  starting: [210, 153, 34],
  restarting: [210, 153, 34],
  failed: [218, 54, 51],
};

/** What the node does, in a few words. */
export function stateText(state: NodeState): string {
  switch (state.state) {
    case 'ready':
      return 'The node runs';
    case 'starting':
      return 'The node starts';
    case 'restarting':
      return 'The node starts again';
    case 'failed':
      return 'The node does not run';
  }
}

/**
 * A disc in the colour of the state with a ring around it, drawn here so that no picture need be shipped for each state.
 * @returns `size`² pixels, BGRA with premultiplied alpha, as nativeImage.createFromBitmap takes them
 */
export function drawIcon(state: NodeState['state'], size: number): Buffer {
  const [red, green, blue] = COLOURS[state];
  const pixels = Buffer.alloc(size * size * 4);
  const middle = (size - 1) / 2;
  const outer = size / 2 - 1;
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const from = Math.hypot(x - middle, y - middle);
      const inDisc = Math.min(1, Math.max(0, outer * 0.55 - from + 0.5));
      const inRing = Math.min(1, Math.max(0, Math.min(outer - from, from - outer * 0.78) + 0.5));
      const alpha = Math.max(inDisc, inRing);
      const at = (y * size + x) * 4;
      pixels.set([blue * alpha, green * alpha, red * alpha, 255 * alpha].map(Math.round), at);
    }
  return pixels;
}

/** A tray icon: Electron's `Tray` has it. */
interface Icon {
  draw(state: NodeState['state']): void;
  setToolTip(text: string): void;
  setMenu(items: MenuItemConstructorOptions[]): void;
  destroy(): void;
}

export function createTray(parts: {
  make(): Icon;
  open(): void;
  newWindow(): void;
  restartNode(): void;
  quit(): void;
}) {
  let icon: Icon | undefined;
  let state: NodeState = { state: 'starting' };
  const paint = () => {
    if (icon === undefined) return;
    icon.draw(state.state);
    icon.setToolTip(`VOIKE Desktop: ${stateText(state)}`);
    icon.setMenu([
      { label: stateText(state), enabled: false },
      { label: 'Start the node again', visible: state.state === 'failed', click: parts.restartNode },
      { type: 'separator' },
      { label: 'Open the workbench', click: parts.open },
      { label: 'New window', click: parts.newWindow },
      { type: 'separator' },
      { label: 'Quit', click: parts.quit },
    ]);
  };
  return {
    get shown() {
      return icon !== undefined;
    },
    show(on: boolean): void {
      if (on === (icon !== undefined)) return;
      icon?.destroy();
      icon = on ? parts.make() : undefined;
      paint();
    },
    node(next: NodeState): void {
      state = next;
      paint();
    },
  };
}
