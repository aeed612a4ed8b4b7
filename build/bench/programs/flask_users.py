"""The user service of the bench in Flask with the server that it brings, a thread a connection: prints its port."""
import sqlite3
import sys
import threading

from flask import Flask, jsonify, request
from werkzeug.serving import WSGIRequestHandler, make_server

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


class Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_request(self, *args):
        pass


server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
print(server.server_port, flush=True)
server.serve_forever()
