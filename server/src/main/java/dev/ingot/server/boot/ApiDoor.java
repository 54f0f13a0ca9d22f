package dev.ingot.server.boot;

import java.io.IOException;

/** Lets machines of a network that was opened reach the API, which may listen on loopback only. */
public interface ApiDoor {
  /**
   * Listens on that address of ours too.
   *
   * @return what ends it
   */
  AutoCloseable open(String address) throws IOException;
}
