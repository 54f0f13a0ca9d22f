# Asks one of Mercury's services what stands in its input, a JSON request a line; prints each reply as JSON.
import json, msgpack, sys, zmq

context = zmq.Context()
socket = context.socket(zmq.REQ)
socket.connect("tcp://" + sys.argv[1])
for line in sys.stdin:
    socket.send(msgpack.packb(json.loads(line), use_bin_type=False))
    if not socket.poll(40000):
        print(json.dumps({"silent": True}), flush=True)
        sys.exit(1)
    print(json.dumps(msgpack.unpackb(socket.recv(), raw=False)), flush=True)
context.destroy(0)
