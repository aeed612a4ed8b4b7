import { expect, test } from 'vitest';
import { addressPath, parseAddress } from '../state/address.ts';
import { type DockActions, registerDocks } from '../state/docks.ts';
import { useLayout } from '../state/layout.ts';
import { openAddress } from './places.ts';
import { VIEWS } from './views.ts';

test.each(VIEWS)('the view $id has an address that opens it again', ({ id, place, within }) => {
  const opened: unknown[] = [];
  registerDocks({
    showView: (view: string) => opened.push(view),
    openEditor: (view: string, params: unknown) => opened.push(view, params),
  } as unknown as DockActions);
  useLayout.setState({ area: 'nowhere', side: 'nothing' });
  // Parameters come back as text, as links and the layout keep them.
  const params = place === 'editor' ? { name: 'a/b c', line: '3' } : {};
  const path = addressPath({ kind: 'view', view: id, params });
  expect(parseAddress(`#/${path}`)).toEqual({ address: { kind: 'view', view: id, params } });

  expect(openAddress(`#/${path}`)).toBe(true);
  const { area, side } = useLayout.getState();
  expect({ area, side, opened }).toEqual({
    area: place === 'area' ? id : 'flows',
    side: place === 'side' ? (within ?? id) : 'nothing',
    opened: place === 'editor' ? [id, params] : place === 'side' || place === 'area' ? [] : [id],
  });
});
