/** Schemas of the person's own files. */
import { useCommands } from '../state/commands.ts';
import { settingsSchema } from '../state/settings-file.ts';
import { SETTINGS } from '../state/settings.ts';

export function getSchemas(): { uri: string; fileMatch: string[]; schema: object }[] {
  const commands = useCommands.getState().commands;
  const ids = commands.flatMap((command) => [command.id, `-${command.id}`]);
  const titles = commands.flatMap((command) => [command.title, `Takes a key away from: ${command.title}`]);
  return [
    { uri: 'voike://schema/settings', fileMatch: ['settings.json'], schema: settingsSchema(SETTINGS) },
    {
      uri: 'voike://schema/keybindings',
      fileMatch: ['keybindings.json'],
      schema: {
        type: 'array',
        items: {
          type: 'object',
          required: ['key', 'command'],
          properties: {
            key: { type: 'string', description: 'One stroke or two: `ctrl+k ctrl+s`.' },
            command: { type: 'string', enum: ids, enumDescriptions: titles },
          },
        },
      },
    },
  ];
}
