"""A school's own application, as small as it can be: each request but /read writes a row into the school's database, which it keeps open."""
import json, sqlite3, sys, threading, time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

database = sys.argv[1]
arrivals, lock, let_go = [], threading.Lock(), threading.Event()


def connect():
    connection = sqlite3.connect(database, timeout=60, isolation_level=None)
    connection.execute("PRAGMA busy_timeout = 60000")
    return connection


def hold(taken):
    connection = connect()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO visits (path) VALUES ('held')")
    taken.set()
    let_go.wait()
    connection.execute("COMMIT")


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/-arrivals":
            with lock:
                return self.answer(json.dumps(arrivals))
        if self.path == "/-hold":
            taken = threading.Event()
            threading.Thread(target=hold, args=(taken,), daemon=True).start()
            taken.wait()
            return self.answer("held")
        if self.path == "/-let-go":
            let_go.set()
            return self.answer("gone")
        with lock:
            arrivals.append(time.time())
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        connection = connect()
        if self.path == "/read":
            connection.execute("SELECT count(*) FROM visits").fetchone()
        else:
            connection.execute("INSERT INTO visits (path) VALUES (?)", (self.path,))
        connection.close()
        self.answer("the application: " + body)

    do_POST = do_GET

    def answer(self, text):
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *arguments):
        pass


kept_open = connect()
kept_open.execute("SELECT count(*) FROM visits").fetchone()
server = ThreadingHTTPServer(("127.0.0.1", 0), Application)
print("listens on http://127.0.0.1:%d" % server.server_port, flush=True)
server.serve_forever()
