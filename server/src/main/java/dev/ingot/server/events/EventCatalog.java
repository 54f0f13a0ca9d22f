package dev.ingot.server.events;

import static dev.ingot.server.events.Severity.CRITICAL;
import static dev.ingot.server.events.Severity.INFORMATION;
import static dev.ingot.server.events.Severity.WARNING;

import java.util.List;
import java.util.stream.Stream;

/**
 * Every kind of event that the server writes, one line each, in the order of docs/events.md, which
 * a test writes from this list and from events that it sent through the outbox.
 */
public final class EventCatalog {
  /**
   * A kind of event.
   *
   * @param when what happened, a sentence without its full stop
   * @param data an example of the event's data, JSON (in the list with single quotes)
   */
  public record Kind(String type, String action, Severity severity, String when, String data) {}

  private static final List<Kind> OTHERS =
      List.of(
          kind(
              "server.started",
              INFORMATION,
              "A server process on the machine of that name (typeId) is ready",
              "{'pid': 4711}"),
          kind(
              "server.restored",
              WARNING,
              "The database was replaced by a backup",
              "{'tables': 30, 'rows': 123456}"),
          kind(
              "webhook.added",
              INFORMATION,
              "Somebody added a webhook of that name (typeId)",
              "{'by': 'admin@desk'}"),
          kind(
              "webhook.changed",
              INFORMATION,
              "Somebody changed, paused or resumed a webhook",
              "{'by': 'admin@desk'}"),
          kind(
              "webhook.removed", INFORMATION, "Somebody removed a webhook", "{'by': 'admin@desk'}"),
          kind(
              "webhook.dead-lettered",
              WARNING,
              "A webhook gave up an event; written once an hour at most for each webhook",
              "{'event': '4711', 'reason': 'answered 400: no such field', 'attempts': 1}"),
          kind(
              "webhook.lost",
              CRITICAL,
              "Events after that one were no longer kept when a webhook's turn for them came",
              "{'after': 4711, 'events': 12}"),
          kind(
              "node.discovered",
              INFORMATION,
              "An unknown machine came to the door and is a node now",
              "{'standing': 'pending', 'reason': 'uuid', 'voucher': 'boot ticket',"
                  + " 'hostname': 'rack1-07', 'address': '10.0.0.7'}"),
          kind(
              "node.online",
              INFORMATION,
              "A node's agent connected",
              "{'bootId': '6f1b…', 'address': '10.0.0.7', 'agentVersion': '0.1.0',"
                  + " 'hostname': 'rack1-07', 'rebooted': false}"),
          kind(
              "node.lost",
              WARNING,
              "A node's agent is no longer heard",
              "{'reason': 'silent', 'lastSeen': '2026-01-02T03:04:05Z'}"),
          kind(
              "node.changed",
              INFORMATION,
              "Somebody changed a node's tags or location",
              "{'before': {'tags': []}, 'after': {'tags': ['gpu']}}"),
          kind(
              "node.approved",
              INFORMATION,
              "A pending node was admitted, by a person or by a policy",
              "{'by': 'admin@desk'}"),
          kind(
              "node.revoked",
              WARNING,
              "A node's key was revoked: it may do nothing",
              "{'by': 'admin@desk'}"),
          kind(
              "node.readmitted",
              INFORMATION,
              "A revoked node may come back",
              "{'by': 'admin@desk'}"),
          kind(
              "node.deleted",
              INFORMATION,
              "A node was deleted with its inventory",
              "{'hostname': 'rack1-07'}"),
          kind(
              "node.imported",
              INFORMATION,
              "An import made a node whose agent has not come yet",
              "{'by': 'admin@desk'}"),
          kind(
              "node.conflict",
              CRITICAL,
              "Two live machines claim one id; neither overwrites the other",
              "{'conflict': 3, 'reason': 'both alive', 'holder': {}, 'claimant': {}}"),
          kind(
              "node.identifier-moved",
              WARNING,
              "A MAC, serial or UUID that was known of one node is now on another",
              "{'kind': 'mac', 'value': '02:00:00:00:00:01', 'from': '01ab…'}"),
          kind(
              "node.alias-added",
              WARNING,
              "A node's facts now compute to another id; the stored id stays",
              "{'alias': '01cd…', 'reason': 'uuid'}"),
          kind(
              "node.merged",
              INFORMATION,
              "Another node (from) was merged into this one",
              "{'from': '01cd…'}"),
          kind("node.split", WARNING, "A node was split in two", "{'alias': '01cd…'}"),
          kind(
              "inventory.changed",
              WARNING,
              "A node's inventory differs from what was stored; information unless something was"
                  + " lost or degraded, critical when it does not work any more",
              "{'change': 'lost', 'source': 'agent', 'revision': 12, 'number': 3, 'first': false,"
                  + " 'sections': ['memory'], 'paths': ['memory.dimms.4'], 'morePaths': 0,"
                  + " 'what': [{'change': 'lost',"
                  + " 'what': 'DIMM A5 16 GiB Samsung M393A2K40CB2 serial 40AB1234 is gone',"
                  + " 'path': 'memory.dimms', 'kind': 'dimm', 'serial': '40AB1234', 'slot': 'A5',"
                  + " 'model': 'Samsung M393A2K40CB2'}], 'moreWhat': 0}"),
          kind(
              "inventory.disputed",
              WARNING,
              "A source says something else of a section than the source that is served",
              "{'section': 'dmi', 'source': 'import', 'served': 'agent',"
                  + " 'paths': ['dmi.product_serial'], 'morePaths': 0}"),
          kind(
              "inventory.settled",
              INFORMATION,
              "A source no longer says something else than what is served",
              "{'section': 'dmi', 'source': 'import', 'served': 'agent'}"),
          kind("class.created", INFORMATION, "A class (typeId) was stored", "{'by': 'admin@desk'}"),
          kind(
              "class.changed",
              INFORMATION,
              "A class asks something else now",
              "{'by': 'admin@desk'}"),
          kind("class.deleted", INFORMATION, "A class is gone", "{'by': 'admin@desk'}"),
          kind(
              "node.class-changed",
              INFORMATION,
              "A node is of another class, of one for the first time or of none (null)",
              "{'from': null, 'to': 'gpu-dense'}"),
          kind("view.created", INFORMATION, "A view was stored (typeId)", "{'by': 'admin@desk'}"),
          kind(
              "view.changed",
              INFORMATION,
              "A view asks or shows something else now",
              "{'by': 'admin@desk'}"),
          kind(
              "view.deleted",
              INFORMATION,
              "A stored view is gone; a shipped one of that name is back",
              "{'by': 'admin@desk'}"),
          kind(
              "job.started",
              INFORMATION,
              "A call to many nodes was made (typeId)",
              "{'capability': 'run', 'state': 'running', 'total': 40, 'by': 'admin@desk',"
                  + " 'counts': {'pending': 40}}"),
          kind(
              "job.progress",
              INFORMATION,
              "Tasks of a job moved; told every few seconds while they do",
              "{'capability': 'run', 'state': 'running', 'total': 40, 'by': 'admin@desk',"
                  + " 'counts': {'running': 10, 'succeeded': 30}}"),
          kind(
              "job.finished",
              INFORMATION,
              "Every task of a job has ended; a warning when any failed or it was ended before",
              "{'capability': 'run', 'state': 'finished', 'total': 40, 'by': 'admin@desk',"
                  + " 'counts': {'succeeded': 40}}"),
          kind(
              "task.failed",
              WARNING,
              "A task of a job (typeId) failed on its node; told of a job's first hundred",
              "{'capability': 'run', 'state': 'failed', 'reason': 'exit status 1', 'attempt': 1,"
                  + " 'exit': 1}"),
          kind(
              "boot.dhcp-offered",
              INFORMATION,
              "A machine that boots (typeId: its MAC) was offered a file or a script",
              "{'asked': 'discover', 'client': 'pxe', 'architecture': 7, 'network': 'lab',"
                  + " 'file': 'snponly.efi', 'reasons': ['no node has 52:54:00:12:34:56']}"),
          kind(
              "boot.dhcp-acknowledged",
              INFORMATION,
              "A machine that boots asked again for what it was offered, and got it",
              "{'asked': 'request', 'client': 'pxe', 'architecture': 7, 'network': 'lab',"
                  + " 'file': 'snponly.efi', 'address': '10.0.0.77', 'reasons': []}"),
          kind(
              "boot.file-sent",
              INFORMATION,
              "A file was sent to a machine that boots",
              "{'protocol': 'tftp', 'file': 'snponly.efi', 'address': '10.0.0.77', 'size': 1000,"
                  + " 'sent': 1000, 'milliseconds': 12, 'reason': ''}"),
          kind(
              "boot.file-aborted",
              INFORMATION,
              "Firmware ended a transfer early, as it does when it only asks for the size",
              "{'protocol': 'tftp', 'file': 'snponly.efi', 'address': '10.0.0.77', 'size': 1000,"
                  + " 'sent': 0, 'milliseconds': 2, 'reason': 'the client ended it with error 8'}"),
          kind(
              "boot.file-refused",
              INFORMATION,
              "A machine asked for a file that it does not get",
              "{'protocol': 'tftp', 'file': 'x', 'address': '10.0.0.77', 'size': 0, 'sent': 0,"
                  + " 'milliseconds': 0, 'reason': 'no such file'}"),
          kind(
              "boot.file-failed",
              WARNING,
              "A file did not reach a machine whole",
              "{'protocol': 'http', 'file': '/images/vmlinuz', 'address': '10.0.0.77', 'status':"
                  + " 404, 'milliseconds': 1}"),
          kind(
              "boot.script-sent",
              INFORMATION,
              "A machine got its script",
              "{'address': '10.0.0.77', 'profile': 'microkernel', 'text': 'iPXE got the script'}"),
          kind(
              "boot.script-failed",
              WARNING,
              "A profile could not be rendered for a machine",
              "{'address': '10.0.0.77', 'profile': 'own', 'text': 'nothing stands for node.x'}"),
          kind(
              "boot.script-withheld",
              WARNING,
              "A script was asked for from an address that was not seen with the machine",
              "{'address': '10.0.0.99', 'profile': null, 'text': 'it was seen with 10.0.0.77'}"),
          kind(
              "log.matched",
              WARNING,
              "A machine's line is what a rule of netboot.syslog-rules (typeId) looks for; the rule"
                  + " says how much it matters",
              "{'rule': 'disk', 'text': 'sda: I/O error, sector 4711', 'address': '10.0.0.77',"
                  + " 'host': 'rack1-07', 'application': 'kernel', 'more': 0,"
                  + " 'groups': {'disk': 'sda'}}"),
          kind(
              "resource.created",
              INFORMATION,
              "Resources were made; typeId is kind/key, or the kind alone for several",
              "{'kind': 'machines', 'count': 1, 'resources': ['rack1-07'], 'owner': '',"
                  + " 'state': 'idle', 'by': 'admin@desk'}"),
          kind(
              "resource.changed",
              INFORMATION,
              "Somebody changed the owner or the state of a resource by hand",
              "{'kind': 'machines', 'count': 1, 'resources': ['rack1-07'], 'owner': 'tony',"
                  + " 'state': 'in_use', 'by': 'admin@desk'}"),
          kind(
              "resource.deleted",
              INFORMATION,
              "A resource that nobody had is gone",
              "{'kind': 'machines', 'count': 1, 'resources': ['rack1-07'], 'owner': '',"
                  + " 'state': 'idle', 'by': 'admin@desk'}"),
          kind(
              "claim.held",
              INFORMATION,
              "A claim (typeId) holds what it asked for",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'by': 'admin@desk'}"),
          kind(
              "claim.waiting",
              INFORMATION,
              "A claim waits until enough are free",
              "{'kind': 'machines', 'owner': 'tony', 'count': 0, 'resources': [],"
                  + " 'detail': '2 of machines are asked for; 9 of 9 match, 1 of those is free',"
                  + " 'by': 'admin@desk'}"),
          kind(
              "claim.timed-out",
              WARNING,
              "A claim waited to its deadline in vain",
              "{'kind': 'machines', 'owner': 'tony', 'count': 0, 'resources': [],"
                  + " 'detail': '2 of machines are asked for; 9 of 9 match, 1 of those is free',"
                  + " 'by': 'system'}"),
          kind(
              "claim.cancelled",
              INFORMATION,
              "A claim that waited was taken back",
              "{'kind': 'machines', 'owner': 'tony', 'count': 0, 'resources': [],"
                  + " 'by': 'admin@desk'}"),
          kind(
              "claim.expiring",
              WARNING,
              "A claim ends soon; renewing it prevents that",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'detail': 'ends at 2026-01-02T03:04:05Z', 'by': 'system'}"),
          kind(
              "claim.expired",
              WARNING,
              "A claim came to its end and was released",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'detail': 'it held until 2026-01-02T03:04:05Z', 'by': 'system'}"),
          kind(
              "claim.released",
              INFORMATION,
              "A claim was released: what it held is free",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'by': 'admin@desk'}"),
          kind(
              "claim.reclaiming",
              INFORMATION,
              "A claim ended, and something runs before what it held is free",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'detail': 'erase', 'by': 'admin@desk'}"),
          kind(
              "claim.reclaim-failed",
              CRITICAL,
              "What had to run before a resource is free failed: it stays out of reach",
              "{'kind': 'machines', 'owner': 'tony', 'count': 1, 'resources': ['rack1-07'],"
                  + " 'detail': 'rack1-07: erase failed: disk sda does not answer',"
                  + " 'by': 'system'}"),
          kind(
              "plugin.changed",
              INFORMATION,
              "A plugin (typeId) came to another value than before on a node, or to its first",
              "{'source': 'agent', 'job': 5, 'exit': 0, 'first': false}"),
          kind(
              "plugin.failed",
              WARNING,
              "A plugin (typeId) failed on a node, or its output is not of its format, and it did"
                  + " not fail so before",
              "{'source': 'agent', 'exit': 1, 'error': 'exit status 1: no such device'}"));

  public static final List<Kind> KINDS =
      Stream.concat(OTHERS.stream(), WorkflowKinds.ALL.stream()).toList();

  static Kind kind(String name, Severity severity, String when, String data) {
    int dot = name.indexOf('.');
    return new Kind(
        name.substring(0, dot), name.substring(dot + 1), severity, when, data.replace('\'', '"'));
  }

  private EventCatalog() {}

  static boolean has(NewEvent event) {
    return KINDS.stream()
        .anyMatch(kind -> kind.type().equals(event.type()) && kind.action().equals(event.action()));
  }
}
