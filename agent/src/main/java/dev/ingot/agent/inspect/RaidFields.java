package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import java.util.List;

/** The fields of what is behind a RAID adapter. */
final class RaidFields {
  private RaidFields() {}

  static void add(List<Field> fields) {
    fields.addAll(
        List.of(
            config("arrays.id", "text", "the tool's number or letter of the array"),
            config("arrays.level", "text", "RAID level"),
            config("arrays.state", "text", "says the adapter"),
            config("arrays.size_bytes", "bytes", "of the array"),
            config("arrays.free_bytes", "bytes", "not used by logical drives"),
            config(
                "arrays.free_space",
                "true or false",
                "whether there is any, where only that is said"),
            config("logical_drives.id", "text", "the tool's number of the logical drive"),
            config("logical_drives.array", "text", "where it lies"),
            config("logical_drives.name", "text", "given by people"),
            config("logical_drives.level", "text", "RAID level"),
            config("logical_drives.state", "text", "says the adapter"),
            config("logical_drives.size_bytes", "bytes", "as the tool says, rounded"),
            config("logical_drives.strip_bytes", "bytes", "on one drive"),
            config("logical_drives.cache", "text", "policy of the cache"),
            config("logical_drives.os_drive", "text", "path in /dev"),
            identity("logical_drives.unique_id", "text", "of the logical drive"),
            config("logical_drives.drives", "list of text", "ids of its physical drives"),
            config("physical_drives.id", "text", "its place: enclosure:slot, port:box:bay"),
            config("physical_drives.enclosure", "integer", "number of the enclosure"),
            config("physical_drives.slot", "integer", "in the enclosure"),
            config("physical_drives.device_id", "integer", "the adapter's number of the drive"),
            config("physical_drives.port", "text", "of the adapter"),
            config("physical_drives.box", "text", "at the port"),
            config("physical_drives.bay", "text", "in the box"),
            config("physical_drives.state", "text", "says the adapter"),
            config("physical_drives.array", "text", "that it belongs to"),
            config("physical_drives.spare", "text", "global or dedicated, of a hot spare"),
            config("physical_drives.interface", "text", "SAS, SATA, NVMe"),
            config("physical_drives.medium", "text", "HDD or SSD"),
            config("physical_drives.vendor", "text", "who made it"),
            config("physical_drives.model", "text", "what it is called"),
            identity("physical_drives.serial", "text", "serial number"),
            identity("physical_drives.wwn", "text", "world wide name"),
            config("physical_drives.firmware", "text", "its firmware's revision"),
            config("physical_drives.size_bytes", "bytes", "capacity"),
            config("physical_drives.sector_bytes", "bytes", "of a sector"),
            config("physical_drives.link_speed", "text", "that was negotiated"),
            reading("physical_drives.temperature_celsius", "degrees Celsius", "of the drive"),
            counter("physical_drives.media_errors", "integer", "seen by the adapter"),
            counter("physical_drives.other_errors", "integer", "seen by the adapter"),
            counter("physical_drives.predictive_failures", "integer", "seen by the adapter"),
            config(
                "physical_drives.smart_alert", "true or false", "the drive says that it will fail"),
            config("enclosures.id", "text", "number of the enclosure"),
            config("enclosures.product", "text", "what it is called"),
            config("enclosures.slots", "integer", "places for drives"),
            config("enclosures.drives", "integer", "drives in it"),
            config("enclosures.state", "text", "says the adapter")));
  }
}
