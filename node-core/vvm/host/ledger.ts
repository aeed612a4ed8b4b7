/** `ledger.append`: entries of programs. Their kinds begin with `program.`, so that none passes for one of the node's own. */
import { Stop } from '../engine.ts';
import { JSON_HOST } from '../json-host.ts';
import type { Json } from '../json.ts';
import type { Answer } from './answer.ts';

const KIND = /^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)*$/;
/** Units of the JSON text that one entry holds. */
const MOST_UNITS = 64 << 10;

export const LEDGER = {
  'ledger.append': {
    thread([kind, payload], { ask }) {
      if (!KIND.test(kind as string) || (kind as string).length > 64)
        throw new Stop('failed', 'The kind of a ledger entry is words with dots between them, as order.shipped.');
      const text = JSON_HOST['json.toString'](payload as Json);
      if (text.length > MOST_UNITS)
        throw new Stop('failed', `A ledger entry of a program holds at most ${MOST_UNITS >> 10} KB of JSON.`);
      return ask([kind!, text]);
    },
    once: true,
    async node([kind, text], { project, actor, module }) {
      const { id, name } = module;
      const payload = { module: { id, name }, data: JSON.parse(text as string) as unknown };
      await project.write((tx) => void tx.append(`program.${kind as string}`, payload, { actor }));
      return null;
    },
  },
} satisfies Record<string, Answer>;
