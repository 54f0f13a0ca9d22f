# An agent as Mercury's is: registers, answers pings, takes calls, tells what came of them. Prints what happens, a JSON line each.
import json, msgpack, subprocess, sys, threading, time, zmq

backend, host, rpc_port, ping_port, mercury_id = sys.argv[1:6]
context = zmq.Context()


def say(**what):
    print(json.dumps(what), flush=True)


def ask(endpoint, **kwargs):
    socket = context.socket(zmq.REQ)
    socket.linger = 0
    socket.connect("tcp://" + backend)
    socket.send(msgpack.packb({"endpoint": endpoint, "args": [], "kwargs": kwargs}, use_bin_type=False))
    reply = msgpack.unpackb(socket.recv(), raw=False) if socket.poll(40000) else None
    socket.close()
    return reply


def pong():
    socket = context.socket(zmq.REP)
    socket.bind("tcp://%s:%s" % (host, ping_port))
    while True:
        ping = msgpack.unpackb(socket.recv(), raw=False)
        socket.send(msgpack.packb({"message": "pong", "timestamp": ping.get("timestamp"), "load": [0.0, 0.0, 0.0]}, use_bin_type=False))


def work(call):
    task = {"task_id": call["task_id"], "job_id": call["job_id"]}
    ask("update_task", update_data=dict(task, status="STARTED", time_started=time.time()))
    end = dict(task, status="SUCCESS", traceback=None, time_started=time.time(), action="Completed")
    method, args, kwargs = call["method"], call["args"], call["kwargs"]
    if method == "echo":
        end["message"] = args[0]
    elif method == "run":
        done = subprocess.run(args[0].split(), capture_output=True, input=kwargs.get("_input", "").encode())
        end["message"] = {"stdout": done.stdout, "stderr": done.stderr, "returncode": done.returncode}
    elif method == "kexec":
        end.update(status="ERROR", message=kwargs, traceback={"exc_type": "OSError", "exc_value": "no kexec here", "stack": []})
    elif method == "press":
        end["message"] = kwargs
    elif method == "says":
        end.update(kwargs["end"])
    elif method == "hang":
        say(hangs=call["task_id"])
        return
    say(done=ask("complete_task", return_data=end), again=ask("complete_task", return_data=end), other=ask("complete_task", return_data=dict(end, status="TIMEOUT" if end["status"] == "SUCCESS" else "SUCCESS", message=None)), method=method)


def rpc():
    socket = context.socket(zmq.ROUTER)
    socket.bind("tcp://%s:%s" % (host, rpc_port))
    while True:
        frames = socket.recv_multipart()
        call = msgpack.unpackb(frames[-1], raw=False)
        say(call=call)
        if call["method"] == "early":  # it runs before the call is answered
            say(early=call["task_id"])
            continue
        busy = call["method"] == "busy"
        reply = {"status": 5 if busy else 0, "data": "serial lock busy" if busy else {"time_started": time.time()}}
        socket.send_multipart(frames[:-1] + [msgpack.packb({"message": reply}, use_bin_type=False)])
        if not busy:
            threading.Thread(target=work, args=(call,), daemon=True).start()


for served in (pong, rpc):
    threading.Thread(target=served, daemon=True).start()


def capability(name, **more):
    known = {"name": name, "entry": name, "description": "does " + name, "doc": "", "serial": False, "num_args": 0, "kwarg_names": [], "no_return": False, "timeout": 1800, "task_id_kwargs": False}
    return dict(known, **more)


device = {
    "mercury_id": mercury_id,
    "agent_info": {"agent_version": "0.1.0", "mercury_version": "0.1.12", "hostname": "old-" + mercury_id[-4:]},
    "dmi": {"sys_vendor": "HP", "product_name": "ProLiant DL380 Gen9", "product_serial": "SN-" + mercury_id[-4:]},
    "cpu": [{"physical_id": 0, "cores": 8, "threads": 16, "model_name": "Intel(R) Xeon(R)", "frequency": {"current": 2400.0, "bogomips": 4800.0}}],
    "mem": {"MemTotal": 131896080000, "MemFree": 1000},
    "interfaces": [{"devname": "eth0", "address": "38:63:bb:3f:4b:f4", "carrier": True}, {"devname": "eth1", "address": "38:63:bb:3f:4b:f5", "carrier": False}],
    "raid": None,
}
info = {
    "rpc_address": host, "rpc_address6": None, "rpc_port": int(rpc_port), "ping_port": int(ping_port), "localtime": time.time(),
    "capabilities": {c["name"]: c for c in (
        capability("echo", num_args=1), capability("press", serial=True, kwarg_names=["configuration"]), capability("run", num_args=1), capability("busy"), capability("early", timeout=600), capability("says", kwarg_names=["end"], doc="any end\0"), capability("hang", timeout=600),
        capability("kexec", serial=True, kwarg_names=["kernel", "initrd", "options"]))},
}
say(registered=ask("register", device_info=device, agent_info=info))
say(updated=ask("update", mercury_id=mercury_id, update_data={"lldp": {"interface_index": 0, "switch_name": "j6-23-1S.ord1", "port_number": 7}}))
for line in sys.stdin:
    order = json.loads(line)
    if order.get("again"):
        say(again=ask("register", device_info=device, agent_info=info))
        continue
    say(order=ask(order.pop("endpoint"), **order))
