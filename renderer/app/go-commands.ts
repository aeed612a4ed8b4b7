/** Commands of going somewhere: the palette with its prefixes, back and forward, links. */
import type { Command } from '../state/commands.ts';
import { activeDocument } from '../state/documents.ts';
import { openPalette } from './palette.ts';
import { canGo, copyPlace, go, openAddress, presentAddress } from './places.ts';

const hasDocument = (): boolean => activeDocument() !== undefined;

export const goCommands: Command[] = [
  {
    id: 'palette.commands',
    title: 'All commands',
    keys: 'Mod+Shift+P',
    moreKeys: ['F1'],
    run: () => openPalette('>'),
  },
  { id: 'palette.goto', title: 'Go to anything', keys: 'Mod+P', run: () => openPalette('') },
  { id: 'go.symbol', title: 'Go to a step…', keys: 'Mod+Shift+O', run: () => openPalette('@'), when: hasDocument },
  { id: 'go.line', title: 'Go to a line…', keys: 'Mod+G', run: () => openPalette(':'), when: hasDocument },
  { id: 'go.entry', title: 'Go to a ledger entry…', run: () => openPalette('#') },
  { id: 'go.back', title: 'Go back', keys: 'Alt+ArrowLeft', run: () => go(-1), when: () => canGo(-1) },
  { id: 'go.forward', title: 'Go forward', keys: 'Alt+ArrowRight', run: () => go(1), when: () => canGo(1) },
  {
    id: 'go.copyLink',
    title: 'Copy link to this view',
    run: () => void copyPlace(),
    when: () => presentAddress() !== undefined,
  },
  {
    id: 'go.open',
    title: 'Open a link',
    hidden: true,
    run: (address) => {
      if (typeof address === 'string') openAddress(address);
    },
  },
];
