/** What was entered at the prompt, the oldest first; kept in this profile. */
const KEY = 'voike.terminal.history';
const MOST = 500;

export function readHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** The history with a line more; one that is empty or the same as the last adds nothing, and one with a key is not kept. */
export function remember(history: string[], line: string): string[] {
  const text = line.trim();
  if (text === '' || text === history.at(-1) || /voike_[0-9a-f-]+_|--(key|admin-token)\b/.test(text)) return history;
  const longer = [...history, text].slice(-MOST);
  try {
    localStorage.setItem(KEY, JSON.stringify(longer));
  } catch {
    // A full or forbidden storage: the history lasts as long as the window.
  }
  return longer;
}
