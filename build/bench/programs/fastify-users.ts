/** The user service of the bench in bare Fastify with better-sqlite3: prints its port. */
import Sqlite from 'better-sqlite3';
import Fastify from 'fastify';

const db = new Sqlite(process.argv[2]);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('foreign_keys = ON');
db.exec('CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT) STRICT');
const select = db.prepare('SELECT id, name, email FROM users WHERE id = ?');
const insert = db.prepare('INSERT INTO users (name, email) VALUES (?, ?)');

const app = Fastify();
app.get<{ Params: { id: string } }>('/users/:id', (request, reply) => {
  const user = select.get(Number(request.params.id));
  return user ?? reply.code(404).send({ error: 'Not found' });
});
app.post<{ Body: { name: string; email?: string } }>(
  '/users',
  {
    schema: {
      body: {
        type: 'object',
        properties: { name: { type: 'string' }, email: { type: 'string' } },
        required: ['name'],
        additionalProperties: false,
      },
    },
  },
  (request) => {
    const { name, email } = request.body;
    return { status: 'ok', id: Number(insert.run(name, email ?? null).lastInsertRowid) };
  },
);
await app.listen({ port: 0, host: '127.0.0.1' });
console.log((app.server.address() as { port: number }).port);
