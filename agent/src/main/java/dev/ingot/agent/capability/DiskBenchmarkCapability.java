package dev.ingot.agent.capability;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.OutputChunk;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Measures a disk with fio. A device is only read; what writes writes a file of its own. */
public final class DiskBenchmarkCapability implements Capability {
  private static final int MOST_OUTPUT = 4 << 20;
  private static final JsonNode PARAMETERS =
      Json.read(
          """
          {"type": "object", "additionalProperties": false,
           "oneOf": [{"required": ["device"], "properties": {"mode": {"enum": ["read", "randread"]}}},
                     {"required": ["directory"]}],
           "properties": {
             "device": {"type": "string", "pattern": "^/dev/[A-Za-z0-9_/.:-]{1,200}$",
                        "description": "A block device; it is read, never written."},
             "directory": {"type": "string", "pattern": "^/[^\\\\u0000]*$", "maxLength": 4096,
                           "description": "A folder for a file that is made and removed."},
             "mode": {"enum": ["read", "randread", "write", "randwrite"], "description": "Default: randread."},
             "seconds": {"type": "integer", "minimum": 1, "maximum": 86400, "description": "How long; default 30."},
             "blockBytes": {"type": "integer", "minimum": 512, "maximum": 16777216, "description": "Default: 4096."},
             "fileBytes": {"type": "integer", "minimum": 1048576, "maximum": 1099511627776,
                           "description": "Size of the file; default 256 MiB."},
             "depth": {"type": "integer", "minimum": 1, "maximum": 1024, "description": "Requests at once; default 16."}}}
          """);
  private static final JsonNode RESULT =
      Json.read(
          """
          {"type": "object", "properties": {
             "bytesPerSecond": {"type": "number"}, "iops": {"type": "number"},
             "latencyMeanNanoseconds": {"type": "number"}, "latencyP99Nanoseconds": {"type": "number"}}}
          """);

  @Override
  public CapabilitySignature signature() {
    return new CapabilitySignature(
        "disk_benchmark",
        "Measures a disk.",
        "Runs `fio` without the page cache. A device is opened read-only; modes that write need a"
            + " directory. Give a `timeout` that is longer than `seconds`.",
        PARAMETERS,
        RESULT,
        "load",
        7200,
        false,
        true,
        false,
        Programs.missing("fio"));
  }

  @Override
  public Outcome call(Invocation invocation) throws InterruptedException {
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    try {
      int exit =
          Program.of(command(invocation))
              .run(
                  invocation.name(),
                  (stream, bytes, offset, length) -> {
                    if (stream == OutputChunk.Stream.STDERR) {
                      invocation.write(stream, bytes, offset, length);
                    } else if (report.size() + length <= MOST_OUTPUT) {
                      report.write(bytes, offset, length);
                    }
                  });
      return exit == 0 ? Outcome.done(result(report.toByteArray())) : Outcome.ofExit(exit);
    } catch (IllegalArgumentException | Program.NotStarted e) {
      return Outcome.failed(String.valueOf(e.getMessage()));
    } catch (JacksonException e) {
      return Outcome.failed("fio's report cannot be read: " + e.getOriginalMessage());
    }
  }

  static List<String> command(Invocation invocation) {
    JsonNode arguments = invocation.arguments();
    String mode = arguments.path("mode").asString("randread");
    List<String> command =
        new ArrayList<>(
            List.of(
                "fio",
                "--name=ingot",
                "--output-format=json",
                "--direct=1",
                "--time_based",
                "--ioengine=libaio",
                "--rw=" + mode,
                "--runtime=" + arguments.path("seconds").asInt(30),
                "--bs=" + arguments.path("blockBytes").asLong(4096),
                "--iodepth=" + arguments.path("depth").asInt(16)));
    if (arguments.path("device").isString()) {
      if (mode.endsWith("write")) {
        throw new IllegalArgumentException(
            "mode: a device is only read; writing needs a directory");
      }
      command.add("--readonly");
      command.add("--filename=" + arguments.path("device").asString());
    } else {
      command.add("--size=" + arguments.path("fileBytes").asLong(256 << 20));
      command.add("--unlink=1");
      command.add("--directory=" + arguments.path("directory").asString());
      command.add("--filename_format=ingot-" + invocation.name());
    }
    return command;
  }

  /** fio 3: jobs[0].read and .write; the one that did something. */
  static ObjectNode result(byte[] report) {
    // Before its report fio may say something for people.
    String text = new String(report, StandardCharsets.UTF_8);
    JsonNode job = Json.read(text.substring(Math.max(0, text.indexOf('{')))).at("/jobs/0");
    JsonNode done =
        job.at("/write/total_ios").asLong(0) > job.at("/read/total_ios").asLong(0)
            ? job.path("write")
            : job.path("read");
    return Json.MAPPER
        .createObjectNode()
        .put("bytesPerSecond", done.path("bw_bytes").asDouble(0))
        .put("iops", done.path("iops").asDouble(0))
        .put("latencyMeanNanoseconds", done.at("/lat_ns/mean").asDouble(0))
        .put("latencyP99Nanoseconds", done.at("/clat_ns/percentile/99.000000").asDouble(0));
  }
}
