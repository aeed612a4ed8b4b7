/** What a program's module is called that names none itself: its file, without folders and ending. Pure. */
export const programName = (file: string | undefined): string =>
  (file ?? 'program')
    .replace(/^.*[\\/]/, '')
    .replace(/\.flow$/i, '')
    .slice(0, 100) || 'program';
