/** `db.…`: answered in the thread, on its own connection to the models of the project. */
import type { ModelShape } from '../../models/shape.ts';
import { Stop, type Value } from '../engine.ts';
import type { Answer, HostCall, ModelPlace, ThreadContext } from './answer.ts';

const modelOf = (name: string): string => name.slice(name.indexOf(':') + 1);

function place({ project }: HostCall): ModelPlace {
  if (project?.models !== undefined) return project.models;
  throw new Stop('failed', 'There are no models here.');
}

const answered = (args: Value[], context: ThreadContext): Value => place(context).call(context.name, args, context);

/** Brings the tables to what the module says, before its first call. Gives who called. */
const prepared: NonNullable<Answer['node']> = async ([shapes], { models, project, actor, module, signal }) => {
  await models.migrate(project, {
    models: JSON.parse(shapes as string) as ModelShape[],
    lose: [],
    actor,
    program: module.name,
  });
  signal.addEventListener('abort', () => models.changed(project), { once: true });
  return actor;
};

/** The scope of a call that names a model is its table. */
const ofModel: Answer = {
  scope: (_args, call) => place(call).tableOf(modelOf(call.name)),
  thread: answered,
  node: prepared,
};

/** A transaction needs to write something, whatever it is. */
const ofTransaction: Answer = {
  scope(_args, { module }) {
    const written = module.capabilities.find((one) => one.startsWith('db.write:'));
    return written === undefined ? '*' : written.slice('db.write:'.length);
  },
  thread: answered,
  node: prepared,
};

export const DB = {
  'db.insert': ofModel,
  'db.update': ofModel,
  'db.delete': ofModel,
  'db.deleteKey': ofModel,
  'db.query': ofModel,
  'db.find': ofModel,
  'db.count': ofModel,
  'db.begin': ofTransaction,
  'db.commit': ofTransaction,
  'db.rollback': ofTransaction,
} satisfies Record<string, Answer>;
