"""Asks a server of our own for jobs and takes the time. usage: fanout.py PORT NODES RUNS FILE, which gets the rate (INGOT_TOKEN in the environment)"""
import http.client, json, os, statistics, sys, time

port, nodes, runs = map(int, sys.argv[1:4])


class Server:
    def __init__(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method, path, body=None):
        headers = {"Authorization": "Bearer " + os.environ["INGOT_TOKEN"], "Content-Type": "application/json"}
        self.connection.request(method, "/api/v1" + path, json.dumps(body) if body is not None else None, headers)
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text)


server = Server()


def job(on, **more):
    return server.ask("POST", "/jobs", {"on": on, "capability": "run", "arguments": {"argv": ["hostname"]}, **more})


def end(identity, pause=0.05, asked=None):
    asked = asked or server
    while True:
        shown = asked.ask("GET", f"/jobs/{identity}")
        if shown["state"] != "running":
            return shown
        time.sleep(pause)


def one(target, asked):
    """Milliseconds from the request to a finished job, asked for as often as it goes."""
    started = time.perf_counter()
    made = asked.ask("POST", "/jobs", {"on": target, "capability": "run", "arguments": {"argv": ["hostname"]}})
    end(made["id"], 0.002, asked)
    return (time.perf_counter() - started) * 1000


def shown(what, times):
    times.sort()
    print(f"{what}: p50 {statistics.median(times):.0f} ms, p99 {times[max(0, int(len(times) * 0.99) - 1)]:.0f} ms ({len(times)} tasks)", flush=True)


some = [node["id"] for node in server.ask("GET", "/nodes?limit=100")["items"]]
[one(target, server) for target in some[:30]]  # warm
shown("one task on an idle fleet", [one(target, server) for target in some * 2])

rates = []
for run in range(runs):
    started = time.perf_counter()
    made = job("all", priority="bulk")
    done = end(made["id"])
    took = time.perf_counter() - started
    counts = {state: count for state, count in done["counts"].items() if count}
    rates.append(counts.get("succeeded", 0) / took)  # what failed is no work done
    print(f"run {run + 1}: {made['total']} tasks in {took:.1f} s, {rates[-1]:.0f} tasks/s {counts}", flush=True)
with open(sys.argv[4], "w") as rate:
    rate.write(str(statistics.median(rates)))
print(f"median of {runs}: {statistics.median(rates):.0f} tasks/s end to end, results stored (target 1000)")

beside = Server()
times = []
made = job("all", priority="bulk")
while server.ask("GET", f"/jobs/{made['id']}")["state"] == "running":
    times.append(one(some[len(times) % len(some)], beside))
shown(f"one task while {made['total']} others are queued", times)
