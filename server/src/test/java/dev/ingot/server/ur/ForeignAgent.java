package dev.ingot.server.ur;

/**
 * Ur's own agent as its text and its source tell it, written with python3-pika: the version of
 * November 2010 and later, by UUID, and the first one, by MAC, which knows neither sysinfo nor
 * ping.
 */
final class ForeignAgent {
  /** Arguments: URL, name, hostname, MAC; a last word says how it misbehaves. */
  static final String SCRIPT =
      """
      import json, os, subprocess, sys, tempfile, threading, time, pika
      url, name, hostname, mac = sys.argv[1:5]
      mode = sys.argv[5] if len(sys.argv) > 5 else ""
      first = ":" in name
      c = pika.BlockingConnection(pika.URLParameters(url))
      ch = c.channel()
      sysinfo = {"Live Image": "20180128T233316Z", "System Type": "SunOS", "Boot Time": "1517295064",
          "Manufacturer": "Dell", "Product": "R710", "Serial Number": "S" + name[-6:], "Setup": "true", "UUID": name,
          "Hostname": hostname, "MiB of Memory": "49139", "CPU Type": "Xeon", "CPU Physical Cores": 2, "CPU Total Cores": 16,
          "Disks": {"c1t0d0": {"Size in GB": 1798}}, "Boot Parameters": {"rabbitmq": "guest:guest:172.25.1.20:5672"},
          "Network Interfaces": {"ixgbe0": {"MAC Address": mac, "ip4addr": "172.25.1.39", "Link Status": "up", "NIC Names": ["admin"]}},
          "Virtual Network Interfaces": {}, "Link Aggregations": {}}
      props = pika.BasicProperties(content_type="application/json")
      def say(key, body):
          ch.basic_publish("amq.topic", key, json.dumps(body), props)
      def run(request, m):
          if m["type"] == "script":
              fd, path = tempfile.mkstemp()
              os.write(fd, m["script"].encode()); os.close(fd); os.chmod(path, 0o700)
          else:
              path = m["file"]
          try:
              p = subprocess.run([path] + m.get("args", []), env=m.get("env"), capture_output=True, text=True)
              answer = {"exit_status": p.returncode, "stdout": p.stdout, "stderr": p.stderr}
          except FileNotFoundError:
              answer = {"exit_status": "ENOENT", "stdout": "", "stderr": ""}
          copies = 1000 if mode == "thousandfold" else 1
          def reply():
              if mode == "lying":
                  say("ur.execute-reply." + name + ".0badcafe", answer)
                  say("ur.execute-reply.00000000-0000-4000-8000-000000000000." + request, answer)
                  say("ur.execute-reply." + name + "." + request + ".more", answer)
                  say("ur.execute-reply." + name + ".*", answer)
              for _ in range(copies):
                  say("ur.execute-reply." + name + "." + request, answer)
          c.add_callback_threadsafe(reply)
      def heard(ch, method, p, b):
          ch.basic_ack(method.delivery_tag)
          words = method.routing_key.split(".")
          if words[1] == "execute":
              m = json.loads(b)
              assert p.content_type == "application/json"
              print(json.dumps({"asked": words[3], "type": m["type"]}), flush=True)
              threading.Thread(target=run, args=(words[3], m)).start()
          elif words[1] == "broadcast":
              say("ur.execute-reply." + name + "." + words[3], sysinfo)
          elif words[1] == "ping":
              m = json.loads(b)
              say("ur.ack" + m["client_id"] + "." + name, {"req_id": m["id"], "timestamp": "2012-01-01T00:00:00.000Z"})
      q = "ur.request" if first else "ur.request." + name + "." + mac
      ch.queue_declare(q, auto_delete=True, exclusive=not first)
      for key in ["ur.execute.#"] if first else ["ur.execute." + name + ".*", "ur.execute." + name + "-" + mac + ".*", "ur.broadcast.*.*"]:
          ch.queue_bind(q, "amq.topic", key)
      ch.basic_consume(q, heard)
      if not first:
          ch.queue_declare("ur.ping." + name, auto_delete=True)
          ch.queue_bind("ur.ping." + name, "amq.topic", "ur.ping." + name)
          ch.basic_consume("ur.ping." + name, heard)
          say("ur.sysinfo." + name + ".a1b2c3d4", sysinfo)
      say("ur.startup." + name, {"hostname": hostname, "admin_nic": mac} if first else sysinfo)
      def read():
          for line in sys.stdin:
              pass
          c.add_callback_threadsafe(ch.stop_consuming)
      threading.Thread(target=read, daemon=True).start()
      print('"ready"', flush=True)
      ch.start_consuming()
      """;

  private ForeignAgent() {}
}
