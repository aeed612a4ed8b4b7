/** Registers FLOW with Monaco, once. */
import { FLOW, followDocuments } from './models.ts';
import { monaco } from './monaco.ts';
import { registerProviders } from './providers.ts';
import { configuration, tokenizer } from './tokenizer.ts';

let registered = false;

export function registerFlow(): void {
  if (registered) return;
  registered = true;
  monaco.languages.register({ id: FLOW, extensions: ['.flow'], aliases: ['FLOW'] });
  monaco.languages.setMonarchTokensProvider(FLOW, tokenizer);
  monaco.languages.setLanguageConfiguration(FLOW, configuration);
  registerProviders();
  followDocuments();
}
