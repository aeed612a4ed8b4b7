/** Looks for what keeps people out of a page: axe-core's rules for WCAG 2.2, levels A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * One line a finding: rule, element, what is wrong. None when the page is as it should be.
 * @param rules `colours`: what another theme can change
 */
export async function findings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  await page.evaluate(source);
  return page.evaluate(async (asked) => {
    const { axe } = globalThis as unknown as { axe: { run(context: unknown, options: unknown): Promise<AxeResults> } };
    const { violations } = await axe.run(document.body, {
      resultTypes: ['violations'],
      ...(asked === 'colours'
        ? { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } }
        : {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'],
            rules: { 'label-content-name-mismatch': { enabled: true } },
          }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes
        // It is for labels; a row of a list has columns of numbers as well, which its name says in words.
        .filter(({ html }) => id !== 'label-content-name-mismatch' || !html.includes('role="option"'))
        .map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()}`),
    );
  }, rules);
}
