package dev.ingot.netboot.syslog;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line that a device sent, as far as it could be understood. What is not understood is text,
 * never lost.
 *
 * @param facility 0 to 23 (RFC 5424 table 1); 1 (user) where the device named none
 * @param severity 0 (emergency) to 7 (debug); 5 (notice) where the device named none
 * @param time by the device's clock; null where it sent none or one that is none
 * @param host as the device calls itself: a claim
 * @param application the program (APP-NAME, or the tag before a colon)
 * @param process PROCID, or what stands in brackets behind the tag
 * @param messageId MSGID, only ever from RFC 5424
 * @param structured by element id, then by parameter name; only ever from RFC 5424
 */
public record SyslogMessage(
    int facility,
    int severity,
    @Nullable Instant time,
    @Nullable String host,
    @Nullable String application,
    @Nullable String process,
    @Nullable String messageId,
    Map<String, Map<String, String>> structured,
    String text) {}
