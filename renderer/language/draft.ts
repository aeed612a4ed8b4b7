/** Stands in the place of a draft while the language is asked about it; no plan has this name. */
export const DRAFT = 'draft_7b1f';
