package dev.ingot.server.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * New connections for a pool. How long the pool is waited for has nothing to do with how long a
 * login may take, and one pool's wait is not everybody's, as it is with the driver manager.
 */
final class PoolSource extends PGSimpleDataSource {
  private static final long serialVersionUID = 1L;

  private final transient Address address;
  private final String name;

  PoolSource(Address address, String name) {
    this.address = address;
    this.name = name;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Properties properties = Address.properties(name);
    // a database machine that vanished says nothing; longer than any statement may take
    properties.setProperty("socketTimeout", "90");
    return address.connect(properties);
  }

  /** A pool that closes waits so many seconds for a login that is under way. */
  @Override
  public int getLoginTimeout() {
    return 1;
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // the address has its own
  }
}
