/**
 * An action on the plan graph as a minimal edit of the text. Browser-safe. Never throws for what a person did.
 *
 * Everything that the edit is not about stays letter for letter: comments, blank lines, spelling, order. On a text with
 * mistakes an edit is made where the parser still reads every other statement as before, and refused otherwise; it never
 * adds a syntax error. Undo is {@link inverseEdits}.
 */
import { analyse } from '../plan/analyse.ts';
import type { Environment } from '../plan/environment.ts';
import type { Analysis } from '../plan/model.ts';
import { applyEdits } from '../service/navigation.ts';
import { annotate, changeFlow, comment, group, move, renameGroup, tidy } from './annotate.ts';
import { Refusal } from './change.ts';
import { configure, rewrite } from './configure.ts';
import { connect, disconnect } from './connect.ts';
import { duplicate, rename, reorder } from './copies.ts';
import { changeInput, changeOutput } from './inputs.ts';
import { addInput, addOutput, insert } from './insert.ts';
import { removeNodes } from './remove.ts';
import type { EditResult, GraphEdit } from './types.ts';

/** The text edits that do it, or the reason in words why it cannot be done. */
export function editGraph(source: string, edit: GraphEdit, environment: Environment = {}): EditResult {
  try {
    const analysis = analyse(source, environment);
    return named(analysis, apply(analysis, edit));
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, reason: error.message };
    throw error;
  }
}

/** The ids of outputs as they are afterwards: that of an OUTPUT without a label follows what it reads. */
function named(analysis: Analysis, result: EditResult): EditResult {
  if (!result.ok || !result.select.some((id) => id.startsWith('output:'))) return result;
  const after = analyse(applyEdits(analysis.source, result.edits), analysis.environment);
  const select = result.select.flatMap((id) => {
    if (!id.startsWith('output:') || after.outputs.some((output) => output.id === id)) return [id];
    const at = analysis.outputs.findIndex((output) => output.id === id);
    return after.outputs[at]?.id ?? [];
  });
  return { ...result, select };
}

function apply(analysis: Analysis, edit: GraphEdit): EditResult {
  switch (edit.kind) {
    case 'insert':
      return insert(analysis, edit);
    case 'addInput':
      return addInput(analysis, edit);
    case 'changeInput':
      return changeInput(analysis, edit);
    case 'addOutput':
      return addOutput(analysis, edit);
    case 'changeOutput':
      return changeOutput(analysis, edit);
    case 'connect':
      return connect(analysis, edit.from, edit.to, edit.port);
    case 'disconnect':
      return disconnect(analysis, edit.from, edit.to, edit.port);
    case 'configure':
      return configure(analysis, edit.node, edit.values);
    case 'rewrite':
      return rewrite(analysis, edit.node, edit.text);
    case 'rename':
      return rename(analysis, edit.node, edit.name);
    case 'delete':
      return removeNodes(analysis, edit.nodes);
    case 'duplicate':
      return duplicate(analysis, edit.nodes);
    case 'reorder':
      return reorder(analysis, edit.nodes, edit.before, edit.after);
    case 'move':
      return move(analysis, edit.places);
    case 'tidy':
      return tidy(analysis, edit.nodes);
    case 'group':
      return group(analysis, edit.nodes, edit.name);
    case 'ungroup':
      return group(analysis, edit.nodes, undefined);
    case 'renameGroup':
      return renameGroup(analysis, edit.group, edit.name);
    case 'annotate':
      return annotate(analysis, edit.node, edit.name, edit.arguments);
    case 'comment':
      return comment(analysis, edit.node, edit.text);
    case 'flow':
      return changeFlow(analysis, edit.name, edit.description);
  }
}
