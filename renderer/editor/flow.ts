/** Registers FLOW with Monaco, once. */
import { FLOW, followDocuments } from './models.ts';
import { monaco } from './monaco.ts';
import { registerProviders } from './providers.ts';
import { configuration, tokenizer } from './tokenizer.ts';

/** FLOW as it is coloured, for texts that are no documents: nothing is asked of the language service about them. */
export const FLOW_TEXT = 'flow-text';

let registered = false;

export function registerFlow(): void {
  if (registered) return;
  registered = true;
  monaco.languages.register({ id: FLOW, extensions: ['.flow'], aliases: ['FLOW'] });
  monaco.languages.setMonarchTokensProvider(FLOW, tokenizer);
  monaco.languages.setLanguageConfiguration(FLOW, configuration);
  monaco.languages.register({ id: FLOW_TEXT });
  monaco.languages.setMonarchTokensProvider(FLOW_TEXT, tokenizer);
  monaco.languages.setLanguageConfiguration(FLOW_TEXT, configuration);
  registerProviders();
  followDocuments();
}
