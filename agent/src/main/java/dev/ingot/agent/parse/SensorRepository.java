package dev.ingot.agent.parse;

import java.util.regex.Pattern;

/**
 * What {@code ipmitool sdr info} says of a BMC's sensor data repository (IPMI 2.0 section 33.9).
 * Asked for sensors, for all parts (FRU) or for events with their sensors, ipmitool clears an empty
 * repository and fills it from the controllers that it finds: that writes, so it is not asked then.
 */
public final class SensorRepository {
  private static final Pattern EMPTY = Pattern.compile("(?m)^Record Count\\s*:\\s*0\\s*$");

  private SensorRepository() {}

  /** Whether it says so; a BMC that has no repository, or does not answer, does not. */
  public static boolean isEmpty(String said) {
    return EMPTY.matcher(said).find();
  }
}
