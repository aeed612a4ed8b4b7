/** electron-builder's configuration: what is packed for which system, and how it is closed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from 'electron-builder';

export interface ConfigParts {
  root: string;
  /** The staged program. */
  app: string;
  output: string;
  electronVersion: string;
  /** A runtime that is there already; else the official one is fetched. */
  electronDist?: string;
  /** A name that Windows' certificates carry, when there is one: updates are held to it. */
  publisherName?: string;
  /** True where a certificate is at hand. */
  sign: boolean;
}

/** The address of updates is the person's setting; what is written at packaging leads nowhere. */
const NO_FEED = 'https://updates.invalid/';

export function builderConfig(parts: ConfigParts): Configuration {
  const icons = join(parts.root, 'out', 'icons');
  return {
    appId: 'node.voike.desktop',
    productName: 'VOIKE Desktop',
    copyright: 'MIT licence',
    electronVersion: parts.electronVersion,
    ...(parts.electronDist === undefined ? {} : { electronDist: parts.electronDist }),
    directories: { app: parts.app, output: parts.output, buildResources: join(parts.root, 'build', 'packaging') },
    // The staged folder holds what is shipped and nothing else; natives are of the target already.
    files: ['**/*'],
    npmRebuild: false,
    nodeGypRebuild: false,
    buildDependenciesFromSource: false,
    asar: true,
    // The system loads libraries, and the table engine reads samples: neither knows archives.
    asarUnpack: [
      '**/*.node',
      '**/*.so',
      '**/*.so.*',
      '**/*.dll',
      '**/*.dylib',
      '**/spawn-helper',
      '**/*.exe',
      'flows/**',
      'resources/**',
    ],
    extraFiles: [{ from: join(parts.app, '..', 'THIRD-PARTY-LICENCES.txt'), to: 'THIRD-PARTY-LICENCES.txt' }],
    compression: 'maximum',
    // A runtime that was not unpacked by the builder itself still has Electron's own demonstration program.
    afterPack: ({ appOutDir }) => {
      rmSync(join(appOutDir, 'resources', 'default_app.asar'), { force: true });
      rmSync(join(appOutDir, 'version'), { force: true });
      return Promise.resolve();
    },
    electronFuses: {
      runAsNode: false,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableCookieEncryption: true,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
    },
    fileAssociations: [
      {
        ext: 'flow',
        name: 'FLOW plan',
        description: 'FLOW plan',
        mimeType: 'application/x-voike-flow',
        role: 'Editor',
      },
    ],
    protocols: [{ name: 'VOIKE link', schemes: ['voike'] }],
    publish: { provider: 'generic', url: NO_FEED, channel: 'latest' },
    artifactName: '${name}-${version}-${os}-${arch}.${ext}',
    linux: {
      // Chromium's own texts (date pickers, errors) in English alone: the workbench speaks English.
      electronLanguages: ['en-US'],
      executableName: 'voike-desktop',
      icon: join(icons, 'icons'),
      category: 'Development',
      synopsis: 'A workbench that carries a whole VOIKE node',
      maintainer: 'VOIKE <desktop@voike.invalid>',
      vendor: 'VOIKE',
      target: ['AppImage', 'deb', 'rpm'],
      desktop: { entry: { StartupWMClass: 'VOIKE Desktop', Keywords: 'flow;data;ledger;' } },
    },
    deb: { priority: 'optional', compression: 'xz' },
    mac: {
      electronLanguages: ['en'],
      icon: join(icons, 'icon.icns'),
      category: 'public.app-category.developer-tools',
      target: ['dmg', 'zip'],
      hardenedRuntime: true,
      ...(parts.sign ? {} : { identity: null }),
    },
    win: {
      electronLanguages: ['en-US'],
      icon: join(icons, 'icon.ico'),
      target: ['nsis', 'portable'],
      ...(parts.publisherName === undefined ? {} : { signtoolOptions: { publisherName: parts.publisherName } }),
    },
    nsis: {
      oneClick: false,
      perMachine: false,
      allowToChangeInstallationDirectory: true,
      deleteAppDataOnUninstall: false,
    },
    portable: { artifactName: '${name}-${version}-${os}-${arch}-portable.${ext}' },
  };
}
