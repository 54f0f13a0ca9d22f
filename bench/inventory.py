"""Asks a server and its database the same questions; used by bench/inventory."""
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time

port, documents = int(sys.argv[1]), int(sys.argv[2])
token = os.environ["INGOT_TOKEN"].strip()


class Connection:
    """HTTP/1.1 on one connection, with as little of its own as may be."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def ask(self, method, path, body=None, kind="application/json"):
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Bearer {token}\r\nContent-Type: {kind}\r\nContent-Length: {len(data)}\r\n\r\n"
        self.socket.sendall(head.encode() + data)
        header = self.until(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", header)
        answer = self.exactly(int(length[1])) if length else self.chunks()
        status = int(header.split(b" ", 2)[1])
        if status >= 300:
            raise RuntimeError(f"{method} {path}: {status} {answer[:300]}")
        return answer

    def more(self):
        data = self.socket.recv(1 << 20)
        if not data:
            raise RuntimeError("the server closed the connection")
        return data

    def until(self, mark):
        while mark not in self.buffer:
            self.buffer += self.more()
        found, self.buffer = self.buffer.split(mark, 1)
        return found

    def exactly(self, count):
        pieces, have = [self.buffer], len(self.buffer)
        while have < count:
            pieces.append(self.more())
            have += len(pieces[-1])
        whole = b"".join(pieces)
        self.buffer = whole[count:]
        return whole[:count]

    def chunks(self):
        pieces = []
        while size := int(self.until(b"\r\n"), 16):
            pieces.append(self.exactly(size))
            self.until(b"\r\n")
        self.until(b"\r\n")
        return b"".join(pieces)


def quantiles(times):
    times = sorted(times)
    return times[len(times) // 2], times[min(len(times) - 1, int(len(times) * 0.99))]


def by_api(questions, method="POST"):
    connection = Connection()
    times = []
    for path, body in questions:
        start = time.perf_counter()
        connection.ask(method, path, body)
        times.append((time.perf_counter() - start) * 1000)
    return quantiles(times[len(times) // 5:])  # the first fifth warms up


def by_sql(statements):
    script = "\\timing on\n\\o /dev/null\n" + "\n".join(statement + ";" for statement in statements)
    done = subprocess.run(["psql", "-X", "-q", "-h", "127.0.0.1", "-v", "ON_ERROR_STOP=1"], input=script, text=True, capture_output=True, check=True)
    times = [float(line.split()[1]) for line in done.stdout.splitlines() if line.startswith("Time:")]
    return quantiles(times[len(times) // 5:])


def rows(statement):
    done = subprocess.run(["psql", "-X", "-q", "-A", "-t", "-h", "127.0.0.1", "-c", statement], text=True, capture_output=True, check=True)
    return done.stdout.split("\n")[:-1]


def compare(name, target, api, sql, first=None):
    """Beside the same asked in SQL; `first` is what the first hundreds took, while the server still compiles itself."""
    started = f"   (just started {first[0]:.2f})" if first else ""
    print(f"{name:34} API p50 {api[0]:8.2f} ms  p99 {api[1]:8.2f} ms   SQL p50 {sql[0]:8.2f} ms  p99 {sql[1]:8.2f} ms"
          f"   ratio {api[0] / sql[0]:5.2f}   {target}{started}", flush=True)


QUERY = "/api/v1/inventory/query"
nodes = rows("SELECT node FROM inventory ORDER BY md5(node) LIMIT 500")
tens = rows("SELECT serial FROM inventory WHERE serial LIKE 'B%' ORDER BY md5(node) LIMIT 5000")

reads = [(f"/api/v1/nodes/{node}/inventory", None) for node in nodes]
started = by_api(reads, "GET")
compare("point read", "target p50 < 1 ms", by_api(reads * 4, "GET"),
        by_sql([f"SELECT doc FROM inventory WHERE node = '{node}'" for node in nodes * 4]), started)
lists = [tens[i:i + 10] for i in range(0, 5000, 10)]
questions = [(QUERY, {"filter": {"dmi.product_serial": {"$in": ten}}, "limit": 10}) for ten in lists]
started = by_api(questions)
compare("indexed query of 10 rows", "target < 3 ms", by_api(questions * 3),
        by_sql(["SELECT node, doc FROM inventory WHERE facet @@ '" + " || ".join(f'$."dmi.product_serial"[*] == "{one}"' for one in ten) + "' ORDER BY node LIMIT 11" for ten in lists]), started)
compare("indexed count of 10 %", "target < 50 ms",
        by_api([(QUERY, {"filter": {"dmi.chassis_asset_tag": f"asset-{i % 10}"}, "limit": 0, "count": True}) for i in range(50)]),
        by_sql([f"SELECT count(*) FROM inventory WHERE facet @> '{{\"dmi.chassis_asset_tag\": [\"asset-{i % 10}\"]}}'" for i in range(50)]))
compare("page of 1,000 whole documents", "target < 400 ms",
        by_api([(QUERY, {"limit": 1000})] * 10),
        by_sql(["SELECT node, doc FROM inventory ORDER BY node LIMIT 1001"] * 10))
compare("group by vendor and model", "",
        by_api([("/api/v1/inventory/aggregate", {"pipeline": [{"$group": {"_id": {"v": "$dmi.sys_vendor", "m": "$dmi.product_name"}, "n": {"$sum": 1}}}]})] * 5),
        by_sql(["SELECT doc #> '{dmi,sys_vendor}', doc #> '{dmi,product_name}', count(*) FROM inventory GROUP BY 1, 2"] * 5))
try:
    scanned = by_api([(QUERY, {"filter": {"mem.SwapTotal": -i - 1}, "limit": 0, "count": True}) for i in range(3)])
except RuntimeError as stopped:
    scanned = (float("nan"), float("nan"))
    print("unindexed scan:", stopped)
compare("unindexed scan", "bounded by inventory.query-limit, 10 s",
        scanned, by_sql([f"SELECT count(*) FROM inventory WHERE doc @> '{{\"mem\": {{\"SwapTotal\": {-i - 1}}}}}'" for i in range(3)]))


def changes_by_sql(clients, each):
    """The same change by hand: the section, its way back and the event, one commit each; no audit, no meaning, nothing compared."""
    scripts = []
    for client in range(clients):
        lines = []
        for place in range(each):
            node = nodes[(client + place * clients) % len(nodes)]
            section = json.dumps({"bench": {"sql": place}})
            lines.append(f"BEGIN; SELECT id FROM node WHERE id = '{node}' FOR NO KEY UPDATE; SELECT doc FROM inventory WHERE node = '{node}';"
                         f" UPDATE inventory SET doc = doc || '{section}', revision = revision + 1, changes = changes + 1 WHERE node = '{node}';"
                         f" INSERT INTO inventory_history (node, number, revision, source, change, sections, undo)"
                         f" SELECT node, changes, revision, 'import', 'informational', '{{bench}}', '[]' FROM inventory WHERE node = '{node}';"
                         f" INSERT INTO event_outbox (type, action, severity, type_id, node_id, data)"
                         f" VALUES ('inventory', 'changed', 'information', '{node}', '{node}', '{{}}'); COMMIT;")
        scripts.append("\\o /dev/null\n" + "\n".join(lines))
    start = time.perf_counter()
    running = [subprocess.Popen(["psql", "-X", "-q", "-h", "127.0.0.1", "-v", "ON_ERROR_STOP=1"], stdin=subprocess.PIPE, text=True) for _ in scripts]
    writers = [threading.Thread(target=one.communicate, args=(script,)) for one, script in zip(running, scripts)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    if any(one.returncode for one in running):
        raise RuntimeError("psql failed")
    return clients * each / (time.perf_counter() - start)


def changes(seconds, clients, title, by_hand=None):
    done = [0] * clients
    end = time.perf_counter() + seconds

    def work(client):
        connection = Connection()
        place = client
        while time.perf_counter() < end:
            node = nodes[place % len(nodes)]
            connection.ask("PATCH", f"/api/v1/nodes/{node}/inventory", {"bench": {"round": place}}, "application/merge-patch+json")
            done[client] += 1
            place += clients

    before = stored()
    threads = [threading.Thread(target=work, args=(client,)) for client in range(clients)]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = sum(done) / (time.perf_counter() - start)
    say(title, rate, sum(done), before, by_hand)


def changes_in_bulk(requests, lines):
    connection = Connection()
    some = rows(f"SELECT node FROM inventory ORDER BY md5(node || 'x') LIMIT {lines}")
    before = stored()
    start = time.perf_counter()
    for place in range(requests):
        body = "\n".join(json.dumps({"mercury_id": node, "bench": {"bulk": place}}) for node in some).encode()
        connection.ask("POST", "/api/v1/inventory/bulk?mode=atomic", body, "application/x-ndjson")
    say(f"changed documents, {lines} per request", requests * lines / (time.perf_counter() - start), requests * lines, before)


def stored():
    return int(rows("SELECT sum(pg_total_relation_size(relid)) FROM pg_stat_user_tables")[0])


def say(what, rate, changed, before, by_hand=None):
    beside = f"; by hand in SQL, without audit and meaning, {by_hand:.0f}/s, ratio {rate / by_hand:.2f}" if by_hand else ""
    grown = (stored() - before) / max(1, changed) / 1000
    print(f"{what:34} {rate:.0f}/s, each with its history and event{beside}; the database grew by {grown:.1f} kB per change before vacuum   target 500/s", flush=True)


def growth():
    sizes = """SELECT format('%s %s rows: %s, of it heap %s, long values %s, indexes %s', rpad(c.relname, 24), c.reltuples::bigint,
        pg_size_pretty(pg_total_relation_size(c.oid)), pg_size_pretty(pg_relation_size(c.oid)),
        pg_size_pretty(coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)), pg_size_pretty(pg_indexes_size(c.oid)))
        FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND pg_total_relation_size(c.oid) > 1 << 20
        ORDER BY pg_total_relation_size(c.oid) DESC LIMIT 8"""
    rows("ANALYZE")
    for line in rows(sizes):
        print("on disk:", line, flush=True)


changes(10, 16, "changed documents, just started")
changes(20, 16, "changed documents, one per request", changes_by_sql(16, 150))
changes(10, 4, "the same of 4 clients")
changes_in_bulk(5, 1000)
growth()
