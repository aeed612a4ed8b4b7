/** Looks for what keeps people out of a page: axe-core's rules for WCAG 2.2, levels A and AA. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { AxeResults } from 'axe-core';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Parts of the window that stay the same from view to view: what was looked at as it is now is not looked at again. */
const PARTS = '.title-bar, .activity-bar, .side-bar, .status-bar, .dv-groupview';

/**
 * One line a finding: rule, element, what is wrong. None when the page is as it should be.
 * @param rules `colours`: what another theme can change
 */
export async function findings(page: Page, rules: 'all' | 'colours' = 'all'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(source);
  return page.evaluate(
    async ([asked, parts]) => {
      const world = globalThis as unknown as {
        axe: { run(context: unknown, options: unknown): Promise<AxeResults> };
        seenParts?: Record<string, WeakMap<Element, string>>;
      };
      world.seenParts ??= {};
      const seen = (world.seenParts[document.documentElement.dataset['theme'] ?? ''] ??= new WeakMap());
      const same = [...document.querySelectorAll(parts)].filter((part) => {
        const now = part.outerHTML;
        const before = seen.get(part);
        seen.set(part, now);
        return before === now;
      });
      const { violations } = await world.axe.run(
        { include: [document.body], ...(same.length === 0 ? {} : { exclude: same }) },
        {
          resultTypes: ['violations'],
          preload: false,
          iframes: false,
          runOnly:
            asked === 'colours'
              ? { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
              : { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
          ...(asked === 'colours' ? {} : { rules: { 'label-content-name-mismatch': { enabled: true } } }),
        },
      );
      return violations.flatMap(({ id, nodes }) =>
        nodes
          // It is for labels; a row of a list has columns of numbers as well, which its name says in words.
          .filter(({ html }) => id !== 'label-content-name-mismatch' || !html.includes('role="option"'))
          .map(
            ({ target, failureSummary, html }) =>
              `${id}: ${target.join(' ')}: ${failureSummary?.split('\n')[1]?.trim()} ${html.slice(0, 300)}`,
          ),
      );
    },
    [rules, PARTS] as const,
  );
}
