"""
The user service of the bench in Flask: prints its port. The server that Flask brings closes every connection, which would measure
connecting; so the application is called by the standard library's server, a thread a connection, which keeps them open.
"""
import io
import sqlite3
import sys
import threading

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from flask import Flask, jsonify, request

app = Flask(__name__)
local = threading.local()


def connection():
    if not hasattr(local, "db"):
        local.db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
        local.db.execute("PRAGMA journal_mode = WAL")
        local.db.execute("PRAGMA synchronous = FULL")
        local.db.execute("PRAGMA foreign_keys = ON")
    return local.db


connection().execute(
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, email TEXT) STRICT"
)


@app.get("/users/<int:id>")
def get(id):
    row = connection().execute("SELECT id, name, email FROM users WHERE id = ?", (id,)).fetchone()
    if row is None:
        return jsonify(error="Not found"), 404
    return jsonify(id=row[0], name=row[1], email=row[2])


@app.post("/users")
def post():
    body = request.get_json()
    if not isinstance(body.get("name"), str):
        return jsonify(error="name is missing"), 400
    made = connection().execute("INSERT INTO users (name, email) VALUES (?, ?)", (body["name"], body.get("email")))
    return jsonify(status="ok", id=made.lastrowid)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One write an answer.
    wbufsize = -1
    disable_nagle_algorithm = True

    def answer(self):
        path, _, query = self.path.partition("?")
        length = int(self.headers.get("content-length") or 0)
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_TYPE": self.headers.get("content-type", ""),
            "CONTENT_LENGTH": str(length),
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.server.server_port),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": self.headers.get("host", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.rfile.read(length)),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

        def start(status, headers, error=None):
            self.send_response_only(int(status.split(" ", 1)[0]))
            for name, value in headers:
                self.send_header(name, value)
            self.end_headers()

        for part in app(environ, start):
            self.wfile.write(part)
        self.wfile.flush()

    do_GET = do_POST = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *args):
        """Connections end when a measurement does."""


server = Server(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
