/** A difference of plans in words, a line each. Browser-safe. */
import type { NodeDifference, PartDifference, PlanDifference } from './difference.ts';

/** `+ step good`, `~ step top: renamed from best; sort by: n → n DESC`. */
export function describeDifference(difference: PlanDifference): string[] {
  return [...difference.flow.map((part) => `~ ${part.label}: ${change(part)}`), ...difference.nodes.map(line)];
}

function line(node: NodeDifference): string {
  const name = node.new?.name ?? node.old?.name ?? '';
  const head = `${node.kind} ${name}`;
  if (node.differences.includes('added')) return `+ ${head}`;
  if (node.differences.includes('removed')) return `- ${head}`;
  const words = [
    ...(node.differences.includes('renamed') ? [`renamed from ${node.old?.name}`] : []),
    ...node.parts.map((part) => `${part.label}: ${change(part)}`),
    ...(node.differences.includes('moved') ? ['moved in the text'] : []),
    ...(node.differences.includes('layout') ? ['placed elsewhere in the graph'] : []),
    ...(node.differences.includes('comment') ? ['comment changed'] : []),
  ];
  const quiet = node.differences.every((one) => one === 'layout' || one === 'comment' || one === 'moved');
  return `${quiet ? '·' : '~'} ${head}: ${words.join('; ')}`;
}

function change({ old, new: now }: PartDifference): string {
  if (old === null) return `added ${short(now ?? '')}`;
  if (now === null) return `removed ${short(old)}`;
  return `${short(old)} → ${short(now)}`;
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
